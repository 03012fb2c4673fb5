// Means of paired columns and of their differences, with intervals: replicas are independent of each other, what two policies do
// to the same one is not.
//
// Intervals are by the normal law of means, corrected for skewness by P. Hall's cubic transformation ("On the Removal of Skewness by
// Transformation", J. R. Statist. Soc. B 54, 1992): policies differ often in few replicas and by much, as where a
// signal cuts off a tail, and then the plain interval of 400 replicas covers 92%. Of few replicas Student's law takes the normal one's
// place, by its expansion (Abramowitz and Stegun, 26.7.5: 3% short at two degrees of freedom, then better).

import { portable } from "../results/metrics.js";
import { normalQuantile } from "../results/normal.js";
import type { Estimate } from "../results/result.js";

type Column = ArrayLike<number>;

/** Mean, sample variance and skewness of n values; the variance of one value is NaN, and the skewness of equal values 0. */
export interface Spread {
  n: number;
  mean: number;
  variance: number;
  skewness: number;
}

/** Whole numbers whose sum stays below 2^53 have an exact mean. */
export function spread(n: number, value: (row: number) => number): Spread {
  let sum = 0;
  for (let row = 0; row < n; row++) sum += value(row);
  const mean = sum / n;
  let squares = 0;
  let cubes = 0;
  for (let row = 0; row < n; row++) {
    const deviation = value(row) - mean;
    squares += deviation * deviation;
    cubes += deviation * deviation * deviation;
  }
  const skewness = squares > 0 ? (cubes / squares) * Math.sqrt(n / squares) : 0;
  return { n, mean, variance: squares / (n - 1), skewness };
}

export function spreadOfColumn(column: Column): Spread {
  return spread(column.length, (row) => column[row]!);
}

/** Of b less a, row by row. */
export function spreadOfDifference(a: Column, b: Column): Spread {
  return spread(a.length, (row) => b[row]! - a[row]!);
}

/** The mean in units of `unit`; two values bound next to nothing, so there they have no interval. */
export function meanEstimate({ n, mean, variance, skewness }: Spread, unit = 1, confidence = 0.95): Estimate {
  if (n < 3) return { value: mean / unit, low: null, high: null };
  const error = Math.sqrt(variance / n);
  const end = (score: number) => portable((mean - error * studentised(score, skewness / Math.sqrt(n))) / unit);
  const score = student(normalQuantile(confidence), n - 1);
  return { value: mean / unit, low: end(score), high: end(-score) };
}

/** What Student's law with these degrees of freedom exceeds as seldom as the normal law exceeds z. */
export function student(z: number, freedom: number): number {
  const z3 = z ** 3;
  const z5 = z ** 5;
  const first = (z3 + z) / 4;
  const second = (5 * z5 + 16 * z3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z5 + 17 * z3 - 15 * z) / 384;
  return z + (first + (second + third / freedom) / freedom) / freedom;
}

/** The studentised mean whose transformation, normal but for terms of order 1 / n, is `score`; `skew`: skewness over the root of n. */
function studentised(score: number, skew: number): number {
  if (Math.abs(skew) < 1e-6) return score;
  return (3 / skew) * (Math.cbrt(1 + skew * (score - skew / 6)) - 1);
}

/**
 * How many times less the mean difference of these pairs varies than that of as many independent replicas: what common random
 * numbers save. null where nothing varies.
 */
export function varianceReduction(a: Spread, b: Spread, difference: Spread): number | null {
  const apart = a.variance + b.variance;
  return apart > 0 && difference.variance > 0 ? portable(apart / difference.variance) : null;
}
