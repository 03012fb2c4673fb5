import fc from "fast-check";
import { binomialDistribution } from "simple-statistics";
import { describe, expect, it } from "vitest";
import { binomialCdf, clopperPearson, incompleteBeta, quantileRanks } from "../../../src/results/binomial.js";

describe("binomialCdf", () => {
  it("sums simple-statistics' probabilities, which stop short of the last 1e-4", () => {
    for (const [n, p] of [
      [1, 0.3],
      [10, 0.5],
      [40, 0.01],
      [170, 0.97],
    ] as const) {
      const probabilities = binomialDistribution(n, p)!;
      let sum = 0;
      for (let k = 0; k < probabilities.length; k++) {
        sum += probabilities[k];
        expect(Math.abs(binomialCdf(k, n, p) - sum)).toBeLessThan(1e-12);
      }
    }
  });

  it("equals sums of exact rational terms far into both tails", () => {
    // n = 60, p = 1/4: terms are C(60, k) 3^(60-k) / 4^60, whole numbers over a power of two.
    let term = 3n ** 60n;
    let sum = 0n;
    for (let k = 0n; k < 60n; k++) {
      sum += term;
      const exact = Number((sum * 10n ** 300n) / 4n ** 60n) / 1e300;
      expect(binomialCdf(Number(k), 60, 0.25) / exact).toBeCloseTo(1, 12);
      term = (term * (60n - k)) / ((k + 1n) * 3n);
    }
  });

  it("is symmetric at p = 1/2 for a billion draws", () => {
    const n = 1_000_000_001;
    expect(binomialCdf((n - 1) / 2, n, 0.5)).toBeCloseTo(0.5, 11);
  });

  it("is 0 below the support and 1 from its end", () => {
    expect(binomialCdf(-1, 5, 0.4)).toBe(0);
    expect(binomialCdf(5, 5, 0.4)).toBe(1);
  });
});

describe("incompleteBeta", () => {
  it("has its closed forms at a = 1 and b = 1", () => {
    for (const x of [1e-9, 0.2, 0.5, 0.999]) {
      expect(incompleteBeta(1, 7, x, 1 - x) / -Math.expm1(7 * Math.log1p(-x))).toBeCloseTo(1, 12);
      expect(incompleteBeta(7, 1, x, 1 - x) / x ** 7).toBeCloseTo(1, 12);
    }
  });
});

describe("clopperPearson", () => {
  it("has the closed forms of no success and nothing but successes", () => {
    expect(clopperPearson(0, 20)).toEqual({ low: 0, high: expect.closeTo(1 - 0.025 ** (1 / 20), 13) });
    expect(clopperPearson(20, 20)).toEqual({ low: expect.closeTo(0.025 ** (1 / 20), 13), high: 1 });
  });

  it("gives the textbook interval of 4 in 20", () => {
    // Agresti and Coull's example table; R: binom.test(4, 20).
    const { low, high } = clopperPearson(4, 20);
    expect(low).toBeCloseTo(0.057334, 6);
    expect(high).toBeCloseTo(0.436614, 6);
  });

  it("puts half of the error in each tail, whatever was counted", () => {
    const counted = fc
      .integer({ min: 1, max: 2_000_000 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(counted, ([k, n]) => {
        const { low, high } = clopperPearson(k, n);
        if (k > 0) expect(1 - binomialCdf(k - 1, n, low)).toBeCloseTo(0.025, 7);
        if (k < n) expect(binomialCdf(k, n, high)).toBeCloseTo(0.025, 7);
      }),
      { numRuns: 200 },
    );
  });
});

describe("quantileRanks", () => {
  it("gives the known ranks of the median", () => {
    // Conover, Practical Nonparametric Statistics: n = 10 -> 2 and 9; n = 20 -> 6 and 15; n = 100 -> 40 and 61.
    expect(quantileRanks(10, 0.5)).toEqual({ low: 2, high: 9 });
    expect(quantileRanks(20, 0.5)).toEqual({ low: 6, high: 15 });
    expect(quantileRanks(100, 0.5)).toEqual({ low: 40, high: 61 });
  });

  it("says with 0 and n + 1 that no draw bounds the quantile", () => {
    expect(quantileRanks(5, 0.5)).toEqual({ low: 0, high: 6 });
    expect(quantileRanks(100, 0.999)).toEqual({ low: 99, high: 101 });
  });

  it("covers at 95% or more and is the narrowest with equal tails", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        (n, p) => {
          const { low, high } = quantileRanks(n, p);
          const below = (k: number) => binomialCdf(k, n, p);
          expect(below(low - 1)).toBeLessThanOrEqual(0.025);
          if (low < n) expect(below(low)).toBeGreaterThan(0.025);
          expect(below(high - 1)).toBeGreaterThanOrEqual(0.975);
          if (high > 1) expect(below(high - 2)).toBeLessThan(0.975);
        },
      ),
      { numRuns: 200 },
    );
  });
});
