// The report as a user meets it: the built dist/cli.js in a process of its own.

import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { workshop } from "../../spawned.js";
import { SMALL_SCENARIO } from "../execute/small-job.js";
import { madeRun, threePolicies } from "../report/made-results.js";

const PNG = "89504e470d0a1a0a";
const { directory, at, file, klpsim } = workshop("report");

beforeAll(async () => {
  file("small.json", JSON.stringify(SMALL_SCENARIO));
  file("made.json", JSON.stringify(madeRun(threePolicies(60))));
  mkdirSync(at("empty"));
  expect(await klpsim("run", "small.json", "--out", "kept")).toMatchObject({ status: 0 });
});

describe("klpsim report", () => {
  it("writes a run directory as one page, with its scenario and histogram, and without its path", async () => {
    expect(await klpsim("report", "kept", "-o", "page.html")).toEqual({ status: 0, stdout: "", stderr: "" });
    const page = readFileSync(at("page.html"), "utf8");
    for (const part of ["<!doctype html>", "When transitions complete", "The scenario", "The slowest transition"])
      expect(page).toContain(part);
    expect(page).not.toContain(directory);
    expect((await klpsim("report", at("kept", "results.json"), "-o", "-")).stdout).toBe(page);
  });

  it("leaves the slowest transition out on request", async () => {
    const { stdout } = await klpsim("report", "kept", "-o", "-", "--no-timeline");
    expect(stdout).not.toContain("The slowest transition");
  });

  it("prints the same as text, 80 columns wide at most, without colours", async () => {
    const { stdout } = await klpsim("report", "kept");
    expect(stdout).toContain("When transitions complete");
    expect(stdout).not.toContain("\x1b");
  });

  it("writes each picture by itself, as SVG and as PNG", async () => {
    expect(await klpsim("report", "kept", "made.json", "--svg", "svg", "--png", "png")).toMatchObject({
      status: 0,
      stderr: "",
    });
    expect(readdirSync(at("svg"))).toContain("small-histogram.svg");
    expect(readFileSync(at("svg", "made-ccdf.svg"), "utf8")).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(readdirSync(at("png")).map((name) => name.replace("png", "svg"))).toEqual(readdirSync(at("svg")));
    const bytes = readFileSync(at("png", "made-ccdf.png"));
    expect(bytes.subarray(0, 8).toString("hex")).toBe(PNG);
    expect(bytes.readUInt32BE(16)).toBe(1600);
  });

  it.each([
    [
      ["small.json"],
      "small.json: expected what klpsim run, compare or sweep prints with --json, found an object without schemaVersion",
    ],
    [["empty"], "empty: not the directory of a run"],
    [["nowhere.json"], "nowhere.json: no such file"],
    [["-", "-"], "stdin can be read once only"],
    [["made.json", "-o", "nowhere/page.html"], "--output nowhere/page.html: cannot be written"],
    [["made.json", "--svg", "small.json"], "--svg small.json: not a directory"],
  ])("refuses %j: exit status 2, nothing on stdout", async (args, told) => {
    const { status, stdout, stderr } = await klpsim("report", ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(told);
  });
});
