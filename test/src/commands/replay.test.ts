// klpsim replay as a user meets it: the built dist/cli.js in a process of its own.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { RunResult } from "../../../src/results/result.js";
import { klpsim, workshop } from "../../spawned.js";

const { at } = workshop("replay");
const SCENARIO = ["examples/blocked-readers.yaml", "--policy", "linux-6.1", "--set", "workload.reader.count=12"];

describe("klpsim replay", () => {
  it("tells the replica that it is asked for", async () => {
    const { status, stdout } = await klpsim("replay", ...SCENARIO, "--replica", "5");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^blocked-readers, policy linux-6.1, replica 5 of seed 1\n/);
    expect(stdout).toContain("pipe_read on the stack, asleep in read");
    expect(stdout).toMatch(/\nBlame: reader\/\d+ \(reader in read\) switched last, by user-exit/);
  });

  it("Always: --worst is the slowest replica of the run, to the tick", async () => {
    const run = await klpsim("run", ...SCENARIO, "--replicas", "40", "--json");
    const { worst }: RunResult["results"][number] = JSON.parse(run.stdout).results[0];
    const { stdout } = await klpsim("replay", ...SCENARIO, "--worst", "2", "--replicas", "40", "--json");
    const { replica, complete } = JSON.parse(stdout);
    expect({ replica, latencyMs: complete / 1000 }).toEqual(worst[1]);
  });

  it("Always: a branched replica is the unbranched one up to the end of its try, and another one after", async () => {
    const told = async (...more: string[]) => {
      const { status, stdout } = await klpsim("replay", ...SCENARIO, "--replica", "5", "--json", ...more);
      expect(status).toBe(0);
      return JSON.parse(stdout).events as { at: number; type: string; number?: number }[];
    };
    const [plain, branched] = [await told(), await told("--branch", "3:9")];
    const end = plain.findIndex(({ type, number }) => type === "try-end" && number === 3);
    expect(end).toBeGreaterThan(0);
    expect(branched.slice(0, end + 1)).toEqual(plain.slice(0, end + 1));
    expect(branched.slice(end + 1)).not.toEqual(plain.slice(end + 1));
  });

  it("writes a form to a file, and nothing to stdout", async () => {
    const { status, stdout } = await klpsim("replay", ...SCENARIO, "--format", "svg", "-o", at("replay.svg"));
    expect([status, stdout]).toEqual([0, ""]);
    expect(readFileSync(at("replay.svg"), "utf8")).toMatch(/^<svg .*<\/svg>\n$/s);
  });

  it.each([
    ["a scenario of several policies without one", ["examples/overcommit.yaml"], "--policy: expected one"],
    ["two policies", [...SCENARIO, "--policy", "linux-6.4"], "--policy: a replay is of one"],
    ["a replica and the worst", [...SCENARIO, "--worst", "--replica", "1"], "--worst finds the replica"],
    ["branches out of order", [...SCENARIO, "--branch", "4:1,2:1"], "ascending order"],
    ["a file that cannot be written", [...SCENARIO, "-o", "/nowhere/x"], "--output /nowhere/x: "],
    ["another experiment", ["examples/memory-fault.yaml"], "memory-fault.yaml is about memory-fault"],
  ])("refuses %s with status 2", async (_, args, message) => {
    const { status, stdout, stderr } = await klpsim("replay", ...args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
  });
});
