// klpsim run --until as a user meets it: the built dist/cli.js in a process of its own.

import { describe, expect, it } from "vitest";
import type { RunResult } from "../../../src/results/result.js";
import { klpsim } from "../../spawned.js";

const LITE = ["run", "examples/patch-lite.yaml", "--set", "workload.task.count=16"];

describe("klpsim run --until", () => {
  it("stops where it knows enough, and has it in the JSON", async () => {
    const { status, stdout } = await klpsim(
      ...LITE,
      "--until",
      "P(>15s) < 20% @ 99%",
      "--until",
      "p50 ci < 30%",
      "--json",
    );
    const { stopping, replicas }: RunResult = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(stopping).toMatchObject({ reason: "met", rules: [{ met: true, decision: "below" }, { met: true }] });
    expect(replicas).toBe(stopping!.looks.at(-1));
  });

  it("says why in the terminal", async () => {
    const { stdout } = await klpsim(...LITE, "--no-plot", "--until", "p50 ci < 30%", "--replicas", "3000");
    expect(stdout).toContain("(below each value: its 95% interval over all looks)");
    expect(stdout).toContain("Stopped at look 1, 1,000 transitions a policy: every rule is met.");
  });

  it.each([
    ["a rule that is none", [...LITE, "--until", "p99 ci > 1%"], '--until "p99 ci > 1%":8: expected <, got >'],
    ["a policy that is not there", [...LITE, "--until", "p99 plan ci < 1%"], "did you mean plain?"],
    ["another experiment", ["run", "examples/rseq-delay.yaml", "--until", "p99 ci < 1%"], "takes --replicas alone"],
  ])("refuses %s with exit status 2", async (_, args, message) => {
    const { status, stdout, stderr } = await klpsim(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});
