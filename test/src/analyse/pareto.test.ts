import { describe, expect, it } from "vitest";
import { paretoFront } from "../../../src/analyse/pareto.js";

/** Names of those on the front. */
function front(points: Record<string, [p99Ms: number | null, disturbance: number]>): string[] {
  const named = Object.entries(points).map(([policy, [p99Ms, disturbance]]) => ({ policy, p99Ms, disturbance }));
  return paretoFront(named).flatMap(({ policy, onFront }) => (onFront ? policy : []));
}

describe("the Pareto front", () => {
  it("has those that nobody beats in both latency and disturbance", () => {
    expect(front({ quiet: [900, 0], quick: [100, 60], both: [950, 60], between: [500, 30] })).toEqual([
      "quiet",
      "quick",
      "between",
    ]);
  });

  it("has equals together", () => {
    expect(front({ one: [5, 5], same: [5, 5], worse: [5, 6] })).toEqual(["one", "same"]);
  });

  it("has none that does not complete, however quiet it is", () => {
    expect(front({ never: [null, 0], late: [9000, 60] })).toEqual(["late"]);
    expect(front({ never: [null, 0], neither: [null, 1] })).toEqual([]);
  });
});
