import { describe, expect, it } from "vitest";
import { comparePolicies } from "../../../src/analyse/compare-policies.js";
import { clopperPearson } from "../../../src/results/binomial.js";
import { side, times } from "./columns.js";

describe("comparePolicies", () => {
  const N = 400;
  const a = side(
    "a",
    times(N, (row) => 10 + (row % 7)),
    { eintr: times(N, () => 1), violations: times(N, () => 1) },
  );
  const b = side(
    "b",
    times(N, (row) => 4 + (row % 5)),
    { eintr: times(N, (row) => row % 2), ipis: times(N, () => 3) },
  );
  const compared = comparePolicies(a, b, 1n);

  it("has differences of b less a, with the two", () => {
    const mean = (period: number) => times(N, (row) => row % period).reduce((sum, value) => sum + value, 0) / N;
    expect(compared.meanMs.value).toBeCloseTo(1000 * (4 + mean(5) - 10 - mean(7)), 6);
    expect(compared.quantilesMs[0]).toMatchObject({ p: 0.5, a: 13_000, b: 6000, value: -7000 });
    expect(compared.disturbance.eintr).toMatchObject({ a: 1, b: 0.5, value: -0.5 });
    expect(compared.disturbance.ipis).toMatchObject({ a: 0, b: 3, value: 3, low: 3, high: 3 });
    expect(compared.violations).toBe(-N);
  });

  it("has intervals around the estimates, narrower than the spread", () => {
    for (const { value, low, high } of [compared.meanMs, ...compared.quantilesMs.slice(0, 3)]) {
      expect(low).toBeLessThanOrEqual(value!);
      expect(high).toBeGreaterThanOrEqual(value!);
      expect(high! - low!).toBeLessThan(3000);
    }
  });

  it("is the other way round with the policies", () => {
    const back = comparePolicies(b, a, 1n);
    expect(back.meanMs.value).toBeCloseTo(-compared.meanMs.value!, 9);
    expect(back.quantilesMs.map(({ value }) => value)).toEqual(compared.quantilesMs.map(({ value }) => -value!));
    expect([back.dominance, compared.dominance]).toEqual(["a", "b"]);
    expect(back.varianceReduction).toBe(compared.varianceReduction);
  });

  it("is the same each time, and depends on the seed in no estimate", () => {
    expect(comparePolicies(a, b, 1n)).toEqual(compared);
    const other = comparePolicies(a, b, 2n ** 63n);
    expect(other.quantilesMs.map(({ value }) => value)).toEqual(compared.quantilesMs.map(({ value }) => value));
  });

  it("counts who is faster, equal and slower in the same replica, ties apart", () => {
    const { faster, equal, slower } = comparePolicies(side("a", [5, 5, 5, null]), side("b", [4, 5, 6, null]), 1n);
    const { low, high } = clopperPearson(1, 4);
    expect(faster).toEqual({ value: 0.25, low: expect.closeTo(low, 9), high: expect.closeTo(high, 9) });
    expect({ equal, slower }).toEqual({ equal: 0.5, slower: 0.25 });
  });

  it("has no mean where one is censored; what is censored is later than anything", () => {
    const censored = comparePolicies(side("a", [1, 2, null, null]), side("b", [1, 1, 100, null]), 1n);
    expect(censored.censored).toEqual({ both: 1, onlyA: 1, onlyB: 0 });
    expect(censored.meanMs).toEqual({ a: null, b: null, value: null, low: null, high: null });
    expect(censored.varianceReduction).toBeNull();
    expect(censored.quantilesMs.map(({ value }) => value)).toEqual([-1000, null, null, null, null]);
    expect({ faster: censored.faster.value, equal: censored.equal, dominance: censored.dominance }).toEqual({
      faster: 0.5,
      equal: 0.5,
      dominance: "b",
    });
    expect(comparePolicies(side("a", [1, 3]), side("b", [1, null]), 1n).meanMs).toMatchObject({ a: 2000, b: null });
  });
});
