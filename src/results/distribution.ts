// From a histogram to what is printed of it: mean, extremes, quantiles. Ticks in, milliseconds out.

import { quantileRanks } from "./binomial.js";
import { mean } from "./metrics.js";
import type { Distribution, QuantileEstimate } from "./result.js";
import type { Bucket } from "./words.js";

export const QUANTILES = [0.5, 0.9, 0.95, 0.99, 0.999];
const TICKS_PER_MS = 1000;

/** What was recorded of one duration over `replicas`, of which those in `buckets` have it. */
export interface Recorded {
  replicas: number;
  sum: number;
  /** Of the ticks squared: exact. */
  squares: bigint;
  min: number | null;
  max: number | null;
  buckets: Bucket[];
}

export function describe(recorded: Recorded): Distribution {
  const completed = recorded.buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  const meanCompleted = completed > 0 ? milliseconds(recorded.sum / completed) : null;
  const all = completed === recorded.replicas;
  return {
    mean: all ? meanCompleted : null,
    ...(all ? meanInterval(recorded) : { meanLow: null, meanHigh: null }),
    min: all ? milliseconds(recorded.min) : null,
    max: all ? milliseconds(recorded.max) : null,
    meanCompleted,
    quantiles: QUANTILES.map((p) => quantile(recorded, p)),
  };
}

/** By the normal law of means. */
function meanInterval({ replicas, sum, squares }: Recorded): { meanLow: number | null; meanHigh: number | null } {
  const { low, high } = sum === 0 ? { low: 0, high: 0 } : mean("", BigInt(replicas), BigInt(sum), squares);
  return { meanLow: milliseconds(low), meanHigh: milliseconds(high) };
}

/** The least recorded value with at least a share p of all replicas at or below it; censored ones are beyond all. */
function quantile({ replicas, buckets }: Recorded, p: number): QuantileEstimate {
  const ranks = quantileRanks(replicas, p);
  return {
    p,
    value: milliseconds(valueAtRank(buckets, rankOf(p, replicas))),
    low: milliseconds(valueAtRank(buckets, ranks.low)),
    high: milliseconds(valueAtRank(buckets, ranks.high)),
  };
}

/** Rank of the p-quantile of n draws: ceil(p n), p n taken as whole where it is so but for rounding. */
export function rankOf(p: number, n: number): number {
  return Math.max(1, Math.ceil(p * n * (1 - 4 * Number.EPSILON)));
}

/** The value of rank `rank` (from 1) in ticks, by its bucket's mean; null where there is none. */
function valueAtRank(buckets: Bucket[], rank: number): number | null {
  if (rank < 1) return null;
  let below = 0;
  for (const { count, mean } of buckets) {
    below += count;
    if (below >= rank) return mean;
  }
  return null;
}

export function milliseconds(ticks: number): number;
export function milliseconds(ticks: number | null): number | null;
export function milliseconds(ticks: number | null): number | null {
  return ticks === null ? null : ticks / TICKS_PER_MS;
}
