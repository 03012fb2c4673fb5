import { mean as meanOf, sampleVariance } from "simple-statistics";
import { describe, expect, it } from "vitest";
import { digest } from "../../../src/results/digest.js";
import { CountsSum } from "../../../src/results/merge.js";
import { additiveCounts, mean, probability, ratio, wordsOf } from "../../../src/results/metrics.js";

const x = [12, 15, 9, 30, 22, 17];
const y = [5, 9, 4, 14, 8, 9];
const sum = (values: number[]) => BigInt(values.reduce((a, b) => a + b, 0));
const product = (a: number[], b: number[]) => sum(a.map((value, i) => value * b[i]!));

describe("ratio", () => {
  it("is the sums' ratio; its interval is the delta method's", () => {
    const found = ratio("r", { n: 6n, x: sum(x), y: sum(y), xx: product(x, x), xy: product(x, y), yy: product(y, y) });
    const value = Number(sum(y)) / Number(sum(x));
    const error = Math.sqrt(sampleVariance(y.map((each, i) => each - value * x[i]!)) / 6) / meanOf(x);
    expect(found.value).toBeCloseTo(value, 12);
    expect(found.high! - found.low!).toBeCloseTo(2 * 1.959964 * error, 6);
  });

  it("keeps its digits where squares are beyond 2^53", () => {
    const far = x.map((value) => value + 2 ** 28);
    const found = mean(
      "m",
      6n,
      sum(far),
      far.reduce((total, value) => total + BigInt(value) ** 2n, 0n),
    );
    expect(found.high! - found.low!).toBeCloseTo(2 * 1.959964 * Math.sqrt(sampleVariance(x) / 6), 0);
  });

  it("bounds nothing from above where nothing was seen, and knows nothing where nothing was asked", () => {
    const none = { n: 6n, x: 10n, y: 0n, xx: 20n, xy: 0n, yy: 0n };
    expect(ratio("r", none)).toEqual({ name: "r", value: 0, low: 0, high: null });
    expect(ratio("r", { ...none, x: 0n }).value).toBeNull();
    expect(ratio("r", { ...none, n: 1n, y: 5n })).toEqual({ name: "r", value: 0.5, low: null, high: null });
  });
});

describe("probability", () => {
  it("has an exact interval, and none without trials", () => {
    expect(probability("p", 0, 20)).toMatchObject({ value: 0, low: 0 });
    expect(probability("p", 0, 20).high).toBeCloseTo(0.1684, 4);
    expect(probability("p", 0, 0).value).toBeNull();
  });
});

describe("additiveCounts", () => {
  it("merges to sums in any order, with one digest", () => {
    const parts = [
      [1n, 0n, 3n],
      [0n, 2n, 2n ** 60n],
    ].map((words) => additiveCounts(BigUint64Array.from(words)));
    const sums = [parts, [...parts].reverse()].map((order) => {
      const total = new CountsSum();
      for (const part of order) total.add(part);
      return total.counts();
    });
    expect([0, 1, 2, 3].map(wordsOf(sums[0]!))).toEqual([1n, 2n, 2n ** 60n + 3n, 0n]);
    expect(digest(sums[0]!)).toBe(digest(sums[1]!));
  });
});
