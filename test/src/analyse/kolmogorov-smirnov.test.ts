import { describe, expect, it } from "vitest";
import { kolmogorovSmirnov } from "../../../src/analyse/kolmogorov-smirnov.js";

/** Every way to call n of the pooled values the first sample's: the definition of the conditional p-value. */
function byEnumeration(first: number[], second: number[]): { d: number; p: number } {
  const pool = [...first, ...second];
  const n = first.length;
  const m = second.length;
  const distance = (chosen: Set<number>) => {
    let d = 0;
    for (const value of pool) {
      let inFirst = 0;
      let inSecond = 0;
      pool.forEach((v, i) => {
        if (v > value) return;
        if (chosen.has(i)) inFirst++;
        else inSecond++;
      });
      d = Math.max(d, Math.abs(inFirst * m - inSecond * n));
    }
    return d;
  };
  const observed = distance(new Set(first.keys()));
  let all = 0;
  let far = 0;
  const choose = (from: number, chosen: number[]): void => {
    if (chosen.length === n) {
      all++;
      if (distance(new Set(chosen)) >= observed) far++;
      return;
    }
    for (let i = from; i < pool.length; i++) choose(i + 1, [...chosen, i]);
  };
  choose(0, []);
  return { d: observed / (n * m), p: far / all };
}

describe("the exact two-sample Kolmogorov-Smirnov test", () => {
  it("agrees with scipy 1.17 ks_2samp(method='exact') where no values tie", () => {
    const small = kolmogorovSmirnov([1, 2, 3, 4, 5], [2.5, 3.5, 6, 7, 8, 9, 10]);
    expect(small.d).toBeCloseTo(5 / 7, 12);
    expect(small.p).toBeCloseTo(0.06565656565656565, 12);
    const a = [
      0.61, 0.29, 0.06, 0.59, -1.73, -0.74, 0.51, -0.56, 0.39, 1.64, 0.05, -0.06, 0.64, -0.82, 0.37, 1.77, 1.09, -1.28,
      2.36, 1.31, 1.05, -0.32, -0.4, 1.06, -2.47,
    ];
    const b = [
      2.2, 1.66, 1.38, 0.2, 0.36, 0.0, 0.96, 1.56, 0.44, 1.5, -0.3, 0.66, 2.31, 3.29, -0.27, -0.37, 0.38, 0.7, 0.52,
      -0.71,
    ];
    expect(kolmogorovSmirnov(a, b).d).toBeCloseTo(0.23, 12);
    expect(kolmogorovSmirnov(a, b).p).toBeCloseTo(0.5286364448145011, 10);
    expect(kolmogorovSmirnov(b, a)).toEqual(kolmogorovSmirnov(a, b));
  });

  it("ties what exceeds the least of a group by no more than the resolution, and nothing else", () => {
    const within = (least: number) => (least < 100 ? 8 : 2);
    expect(kolmogorovSmirnov([10, 11, 12], [16, 17, 18], within)).toEqual({ d: 0, p: 1 });
    expect(kolmogorovSmirnov([10, 11, 12], [16, 17, 19], within)).toEqual(kolmogorovSmirnov([1, 1, 1], [1, 1, 2]));
    expect(kolmogorovSmirnov([200, 203], [202, 206], within)).toEqual(kolmogorovSmirnov([1, 2], [1, 3]));
  });

  it("keeps the digits of a tiny p-value with 8 values against 3,000", () => {
    const few = Array.from({ length: 8 }, (_, i) => i + 0.5);
    const many = Array.from({ length: 3000 }, (_, i) => i / 100 + 4.004);
    const test = kolmogorovSmirnov(few, many);
    expect(test.d).toBeCloseTo(0.8833333333333333, 12);
    expect(test.p / 7.511223422566856e-8).toBeCloseTo(1, 9);
  });

  it.each([
    { first: [1, 1, 2, 3], second: [1, 2, 2, 4, 4, 4] },
    { first: [5, 5, 5], second: [5, 5, 5, 6, 6, 6] },
    { first: [1, 2, 3, 4, 4], second: [4, 4, 5, 6] },
    { first: [50, 50, 100, 150], second: [50, 100, 100, 200, 250, 250, 250] },
  ])("counts the permutations themselves where values tie: $first against $second", ({ first, second }) => {
    const expected = byEnumeration(first, second);
    const test = kolmogorovSmirnov(first, second);
    expect(test.d).toBeCloseTo(expected.d, 12);
    expect(test.p).toBeCloseTo(expected.p, 12);
  });

  it("is 1 for equal samples and for two samples of one value", () => {
    expect(kolmogorovSmirnov([7, 7], [7, 7, 7])).toEqual({ d: 0, p: 1 });
    expect(kolmogorovSmirnov([1, 2], [1, 2])).toEqual({ d: 0, p: 1 });
  });

  it("refuses an empty sample", () => {
    expect(() => kolmogorovSmirnov([], [1])).toThrow(RangeError);
  });
});
