import { describe, expect, it } from "vitest";
import { stoppingLines } from "../../../src/report/stopping-lines.js";
import { plainTerminal } from "../../../src/report/terminal.js";
import type { RunResult, Stopping } from "../../../src/results/result.js";

const linesOf = (stopping?: Partial<Stopping>) =>
  stoppingLines(
    {
      replicas: 4000,
      stopping: stopping && {
        looks: [1000, 2000, 4000],
        reason: "met",
        intervals: "95% at all looks",
        rules: [],
        ...stopping,
      },
    } as RunResult,
    plainTerminal(60),
  );

describe("why a run stopped", () => {
  it("Never: is anything said of a run with a number of replicas", () => {
    expect(linesOf()).toEqual([]);
  });

  it("Always: a line why, one a rule and policy, and how far the intervals carry", () => {
    const rules = [
      { rule: "p99 ci < 1%", met: true, detail: "a: p99 16 s; b: p99 17 s" },
      { rule: "mean ci < 50ms", met: false, detail: "mean 3 s" },
      { rule: "time < 9s", met: false, detail: "not used up" },
    ];
    expect(linesOf({ rules, reason: "replicas" })).toEqual([
      "",
      "Stopped at look 3, 4,000 transitions a policy: the limit of replicas; not every rule is met.",
      "  met    p99 ci < 1%     a: p99 16 s",
      "                         b: p99 17 s",
      "  open   mean ci < 50ms  mean 3 s",
      "  limit  time < 9s       not used up",
      "Intervals: 95% at all looks.",
    ]);
  });

  it("Always: where only time was asked for it is the limit, and no rule is missed", () => {
    const rules = [{ rule: "time < 9s", met: true, detail: "too late" }];
    expect(linesOf({ rules, reason: "time" })[1]).toMatch(/a policy: the limit of time\.$/);
  });
});
