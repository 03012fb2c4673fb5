import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { describe, expect, it } from "vitest";
import { quantileDifference } from "../../../src/analyse/paired-quantiles.js";
import { quantileRanks } from "../../../src/results/binomial.js";
import { completions, times } from "./columns.js";

const uniforms = (seed = 1) => {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
};
const SECOND = 1e6;

describe("the difference of a quantile over pairs", () => {
  it("is that of the order statistics of rank ceil(p n)", () => {
    const a = completions([4, 1, 3, 2]);
    const b = completions([10, 20, 30, 40]);
    expect(quantileDifference(a, b, 0.5, uniforms())).toMatchObject({ a: 2e6, b: 20e6, value: 18e6 });
    expect(quantileDifference(a, b, 0.51, uniforms())).toMatchObject({ a: 3e6, b: 30e6, value: 27e6 });
  });

  it("has the order statistics' own interval where one policy always takes the same", () => {
    const n = 1000;
    const a = completions(times(n, () => 5));
    const b = completions(times(n, (row) => 10 + row));
    for (const p of [0.5, 0.9, 0.99]) {
      const ranks = quantileRanks(n, p);
      const { low, high } = quantileDifference(a, b, p, uniforms());
      expect(Math.abs(low! / SECOND - (ranks.low + 4))).toBeLessThanOrEqual(1); // b's value of rank r is 9 + r
      expect(Math.abs(high! / SECOND - (ranks.high + 4))).toBeLessThanOrEqual(1);
    }
  });

  it("is certain where every pair differs by the same, censored pairs aside, and pairs are enough to bound it", () => {
    const seconds = times(10, (row) => (row < 9 ? row : null));
    const a = completions(seconds);
    const b = completions(seconds.map((s) => s && s + 2).map((s, row) => (row === 0 ? 2 : s)));
    expect(quantileDifference(a, b, 0.5, uniforms())).toMatchObject({ value: 2e6, low: 2e6, high: 2e6 });
    expect(quantileDifference(a, a, 0.5, uniforms())).toMatchObject({ value: 0, low: 0, high: 0 });
    expect(quantileDifference(a, a, 0.9, uniforms())).toMatchObject({ value: 0, low: null, high: null });
  });

  it("does not exist inside a censored share, of either", () => {
    const half = completions([1, 2, null, null]);
    const all = completions([1, 2, 3, 5]);
    const unknown = { value: null, low: null, high: null };
    expect(quantileDifference(half, all, 0.9, uniforms())).toEqual({ a: null, b: 5e6, ...unknown });
    expect(quantileDifference(all, half, 0.9, uniforms())).toEqual({ a: 5e6, b: null, ...unknown });
    expect(quantileDifference(half, all, 0.5, uniforms()).value).toBe(0);
  });

  it("has no ends where no pair bounds it, as a p99 of 100 has not", () => {
    const a = completions(times(100, (row) => row));
    const b = completions(times(100, (row) => 100 - row));
    expect(quantileDifference(a, b, 0.99, uniforms())).toMatchObject({
      value: expect.any(Number),
      low: null,
      high: null,
    });
  });

  it("agrees with a bootstrap that draws whole pairs again, where pairs are many", () => {
    const random = uniforms(7);
    const exponential = () => -Math.log1p(-random());
    const shared = times(800, exponential);
    const a = completions(shared.map((x) => x + exponential()));
    const b = completions(shared.map((x) => x + 0.5 * exponential()));
    for (const p of [0.5, 0.9]) {
      const expected = byPairs(a.byReplica, b.byReplica, p, uniforms(3));
      const { low, high } = quantileDifference(a, b, p, uniforms());
      const width = expected.high - expected.low;
      expect(Math.abs(low! - expected.low)).toBeLessThan(0.2 * width);
      expect(Math.abs(high! - expected.high)).toBeLessThan(0.2 * width);
    }
  });

  it("is narrower for pairs that go together than for pairs that do not", () => {
    const random = uniforms(5);
    const x = times(1000, () => random());
    const y = times(1000, () => random());
    const width = (b: number[]) => {
      const { low, high } = quantileDifference(completions(x), completions(b), 0.5, uniforms());
      return high! - low!;
    };
    expect(width(x.map((value, row) => value + 0.01 * y[row]!))).toBeLessThan(0.3 * width(y));
  });

  it("contains 0 where both quantiles lie on the same step, though most pairs differ", () => {
    const a = completions(times(1000, (row) => (row % 2 === 0 ? 1 : 3)).map((s, row) => (row < 990 ? s : 4)));
    const b = completions(times(1000, (row) => (row % 2 === 0 ? 3 : 1)).map((s, row) => (row < 990 ? s : 4)));
    expect(quantileDifference(a, b, 0.9, uniforms())).toMatchObject({ value: 0, low: 0, high: 0 });
  });
});

/** The textbook's: percentiles over resampled pairs. */
function byPairs(a: Float64Array, b: Float64Array, p: number, random: () => number) {
  const n = a.length;
  const differences = times(500, () => {
    const rows = times(n, () => Math.floor(random() * n));
    const quantile = (column: Float64Array) =>
      Float64Array.from(rows, (row) => column[row]!).sort()[Math.ceil(p * n) - 1]!;
    return quantile(b) - quantile(a);
  }).sort((x, y) => x - y);
  return { low: differences[12]!, high: differences[487]! };
}
