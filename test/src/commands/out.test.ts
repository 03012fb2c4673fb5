// --out, in processes of their own.

import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { workshop } from "../../spawned.js";
import { SMALL_SCENARIO } from "../execute/small-job.js";

const FILES = ["histograms.parquet", "results.json", "results.parquet", "run.json", "shards", "timing.json"];
const { at, file, klpsim } = workshop("out");
file("small.json", JSON.stringify(SMALL_SCENARIO));

const run = (...args: string[]) => klpsim("run", "small.json", "--workers", "0", ...args);

describe("klpsim run --out", () => {
  it("keeps the run and prints what it prints anyway; results.json is its JSON without timing", async () => {
    const kept = await run("--json", "--out", "once");
    expect({ status: kept.status, stderr: kept.stderr }).toEqual({ status: 0, stderr: "" });
    expect(readdirSync(at("once")).sort()).toEqual(FILES);
    const { timing, ...result } = JSON.parse(kept.stdout);
    expect(timing.workers).toBe(0);
    expect(readFileSync(at("once", "results.json"), "utf8")).toBe(`${JSON.stringify(result)}\n`);
  });

  it("reads a run that is there already, and says so", async () => {
    const first = await run("--out", "twice");
    const results = readFileSync(at("twice", "timing.json"), "utf8");
    const second = await run("--out", "twice");
    expect(second.stderr).toBe("klpsim: twice holds this run already: nothing was run (--force runs it again)\n");
    expect(second.stdout).toBe(first.stdout);
    expect(readFileSync(at("twice", "timing.json"), "utf8")).toBe(results);
  });

  it("refuses the directory of another run, naming what differs, until it is forced", async () => {
    await run("--out", "other");
    const refused = await run("--out", "other", "--seed", "12", "--set", "workload.spin.count=2");
    expect({ status: refused.status, stdout: refused.stdout }).toEqual({ status: 2, stdout: "" });
    expect(refused.stderr).toContain("--out other: holds another run");
    expect(refused.stderr).toContain("  scenario.run.seed: 11 there, 12 here\n");
    expect(refused.stderr).toContain("  scenario.workload.spin.count: 3 there, 2 here\n");
    expect((await run("--out", "other", "--seed", "12", "--force")).status).toBe(0);
    expect(JSON.parse(readFileSync(at("other", "results.json"), "utf8")).seed).toBe(12);
  });

  it("runs what was begun and not finished", async () => {
    const { stdout } = await run("--out", "begun");
    rmSync(at("begun", "results.json"));
    const again = await run("--out", "begun");
    expect(again).toEqual({ status: 0, stdout, stderr: "" });
    expect(readdirSync(at("begun")).sort()).toEqual(FILES);
  });

  it("leaves nothing of a run that comes to nothing", async () => {
    const wrong = ["compare", "small.json", "--workers", "0", "--fail-if", "p99 A >", "--out", "nothing"];
    expect((await klpsim(...wrong)).status).toBe(2);
    expect(readdirSync(at())).not.toContain("nothing");
  });

  it.each([
    [
      "a directory with something else in it, --force or not",
      ["--out", "full", "--force"],
      "not empty, and not the directory of a run",
    ],
    ["a file", ["--out", "small.json"], "not a directory"],
    ["--force alone", ["--force"], "--force: needs --out"],
  ])("refuses %s", async (_, args, message) => {
    mkdirSync(at("full"), { recursive: true });
    file("full/letter.txt", "dear");
    const { status, stdout, stderr } = await run(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(readdirSync(at("full"))).toEqual(["letter.txt"]);
  });

  it("says with status 1 that it cannot be written, before anything is simulated", async () => {
    const { status, stdout, stderr } = await run("--out", "/sys/nowhere", "--replicas", "1000000000");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^klpsim: --out \/sys\/nowhere: cannot be written: .*\n$/);
  });
});

describe("klpsim compare --out", () => {
  it("keeps the comparison, and what it prints and fails for", async () => {
    const compare = ["compare", "small.json", "--workers", "0", "--fail-if", "p99 B > p99 A", "--out", "compared"];
    const first = await klpsim(...compare);
    const second = await klpsim(...compare);
    expect(first).toMatchObject({ status: 3, stderr: "" });
    expect({ status: second.status, stdout: second.stdout }).toEqual({ status: 3, stdout: first.stdout });
    const { stdout } = await klpsim("export", "compared", "--table", "comparisons");
    const { comparisons } = JSON.parse(readFileSync(at("compared", "results.json"), "utf8"));
    expect(stdout.split("\r\n")[1]).toMatch(`linux-6.1,linux-4.12,300,${comparisons[0].meanMs.value},`);
    const refused = await klpsim("compare", "small.json", "--workers", "0", "--all-pairs", "--out", "compared");
    expect(refused.stderr).toContain("options.allPairs: nothing there, true here");
  });
});

describe("klpsim sweep --out", () => {
  it("keeps every point, and shows them again", async () => {
    const sweep = ["sweep", "small.json", "--vary", "workload.spin.count=1,3", "--replicas", "20", "--workers", "0"];
    const first = await klpsim(...sweep, "--out", "swept");
    const second = await klpsim(...sweep, "--out", "swept");
    expect(first).toMatchObject({ status: 0, stderr: "" });
    expect({ stdout: second.stdout, told: second.stderr.includes("holds this sweep already") }).toEqual({
      stdout: first.stdout,
      told: true,
    });
    const table = (await klpsim("export", "swept", "--table", "histogram", "--point", "1")).stdout.split("\r\n");
    const [, ...rows] = table.slice(0, -1).map((line) => line.split(","));
    expect(new Set(rows.map(([point, policy]) => `${point} ${policy}`))).toEqual(
      new Set(["1 linux-6.1", "1 linux-4.12"]),
    );
    expect(rows.reduce((sum, [, , count]) => sum + Number(count), 0)).toBe(40);
    const refused = await klpsim(...sweep, "--vary", "host.hz=100,250", "--out", "swept");
    expect(refused.stderr).toContain('options.vary.1: nothing there, "host.hz=100,250" here');
  });
});
