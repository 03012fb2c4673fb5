import { mean, sampleCovariance, sampleSkewness, sampleVariance } from "simple-statistics";
import { describe, expect, it } from "vitest";
import {
  meanEstimate,
  spreadOfColumn,
  spreadOfDifference,
  student,
  varianceReduction,
} from "../../../src/analyse/paired-mean.js";

const A = [16.27, 16.5, 15.9, 16.77, 16.02, 15.86];
const B = [1.27, 1.62, 0.95, 1.71, 1.02, 0.98];

describe("means of pairs", () => {
  it("have mean and variance of the differences, as simple-statistics has them", () => {
    const differences = A.map((a, row) => B[row]! - a);
    const spread = spreadOfDifference(A, B);
    expect(spread.mean).toBeCloseTo(mean(differences), 12);
    expect(spread.variance).toBeCloseTo(sampleVariance(differences), 12);
    const n = A.length;
    expect(spread.skewness).toBeCloseTo((sampleSkewness(differences) * (n - 2)) / Math.sqrt(n * (n - 1)), 10);
  });

  it("have the interval of Student's law around the mean difference", () => {
    const { value, low, high } = meanEstimate({ n: 100, mean: -15, variance: 4, skewness: 0 }, 2);
    expect([value, low, high]).toEqual([-7.5, expect.closeTo(-7.5 - 0.1984, 4), expect.closeTo(-7.5 + 0.1984, 4)]);
  });

  it("have an interval further out on the side of the long tail", () => {
    const { value, low, high } = meanEstimate(spreadOfColumn([...new Array(99).fill(0), 1]));
    expect(value).toBe(0.01);
    expect([low, high]).toEqual([expect.closeTo(-0.0024, 4), expect.closeTo(0.0721, 4)]); // of a Poisson number: 0.0003 to 0.056
    const back = meanEstimate(spreadOfColumn([...new Array(99).fill(0), -1]));
    expect([back.low, back.high]).toEqual([-high!, -low!]);
  });

  it("have no interval where there are one or two pairs", () => {
    expect(meanEstimate(spreadOfDifference([3], [5]))).toEqual({ value: 2, low: null, high: null });
    expect(meanEstimate(spreadOfDifference([3, 3], [5, 7]))).toEqual({ value: 3, low: null, high: null });
  });
});

describe("Student's law", () => {
  it.each([
    [2, 4.3027, 0.04],
    [4, 2.7764, 0.005],
    [9, 2.2622, 0.0005],
    [30, 2.0423, 0.0001],
    [1e9, 1.96, 0.0001],
  ])("with %d degrees of freedom exceeds %d in one case of 40 (published tables)", (freedom, exceeded, within) => {
    expect(Math.abs(student(1.959963985, freedom) / exceeded - 1)).toBeLessThan(within);
  });
});

describe("variance reduction", () => {
  it("is (var a + var b) / (var a + var b - 2 cov)", () => {
    const sum = sampleVariance(A) + sampleVariance(B);
    const reduction = varianceReduction(spreadOfColumn(A), spreadOfColumn(B), spreadOfDifference(A, B));
    expect(reduction).toBeCloseTo(sum / (sum - 2 * sampleCovariance(A, B)), 6);
    expect(reduction).toBeGreaterThan(10);
  });

  it("is below 1 where pairs go apart, and unknown where the difference does not vary", () => {
    const rising = spreadOfColumn([1, 2, 3]);
    const falling = spreadOfColumn([3, 2, 1]);
    expect(varianceReduction(rising, falling, spreadOfDifference([1, 2, 3], [3, 2, 1]))).toBe(0.5);
    expect(varianceReduction(rising, rising, spreadOfDifference([1, 2, 3], [2, 3, 4]))).toBeNull();
  });
});
