import { describe, expect, it } from "vitest";
import { groupInputs, type ReportInput } from "../../../src/report/report-input.js";
import type { PolicyResult, RunResult, SweepResult } from "../../../src/results/result.js";
import { bucketsOf, madePolicy, madeRun, madeSweep } from "./made-results.js";

const input = (name: string, results: PolicyResult[], hash = "same"): ReportInput => {
  const run = madeRun(results);
  return { name, content: { kind: "run", result: { ...run, scenario: { ...run.scenario, hash } } } };
};
const policiesOf = (inputs: ReportInput[]) =>
  groupInputs(inputs).map(({ content }) => (content.result as RunResult).results.map(({ policy }) => policy));

const a = madePolicy("a", [1, 2, 3]);
const b = madePolicy("b", [2, 3, 4]);

describe("groupInputs", () => {
  it("puts policies of one scenario side by side, scenarios after each other", () => {
    expect(policiesOf([input("one", [a]), input("other", [b], "else"), input("two", [b])])).toEqual([
      ["a", "b"],
      ["b"],
    ]);
  });

  it("shows the same result of the same policy once, different ones under their files' names", () => {
    expect(policiesOf([input("one", [a, b]), input("two", [a, madePolicy("b", [9])])])).toEqual([
      ["a", "b (one)", "b (two)"],
    ]);
  });

  it("keeps whole distributions where every input has them, and of equal results the one that has it", () => {
    const whole = { ...input("one", [a]), latencies: [bucketsOf([1, 2, 3])] };
    expect(groupInputs([whole, input("two", [b])])[0]!.latencies).toBeUndefined();
    expect(groupInputs([input("two", [a]), whole])[0]!.latencies).toEqual(whole.latencies);
  });

  it("joins sweeps over the same paths point by point", () => {
    const sweep = (name: string, policy: string): ReportInput => ({
      name,
      content: { kind: "sweep", result: madeSweep([policy]) },
    });
    const [group, ...more] = groupInputs([sweep("one", "a"), sweep("two", "b")]);
    const { points } = group!.content.result as SweepResult;
    expect(more).toEqual([]);
    expect(points).toHaveLength(25);
    expect(points[0]!.results.map(({ policy }) => policy)).toEqual(["a", "b"]);
  });
});
