// From a histogram to what is printed of it: mean, extremes, quantiles. Ticks in, milliseconds out.

import { quantileRanks } from "./binomial.js";
import { mean, portable } from "./metrics.js";
import { normalQuantile } from "./normal.js";
import type { Distribution, QuantileEstimate } from "./result.js";
import type { RangedBucket } from "./words.js";

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
  buckets: RangedBucket[];
}

/** Intervals hold at `confidence`. */
export function describe(recorded: Recorded, confidence = 0.95): Distribution {
  const completed = recorded.buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  const meanCompleted = completed > 0 ? milliseconds(recorded.sum / completed) : null;
  const all = completed === recorded.replicas;
  return {
    mean: all ? meanCompleted : null,
    ...(all ? meanInterval(recorded, confidence) : { meanLow: null, meanHigh: null }),
    min: all ? milliseconds(recorded.min) : null,
    max: all ? milliseconds(recorded.max) : null,
    meanCompleted,
    quantiles: QUANTILES.map((p) => quantile(recorded, p, confidence)),
  };
}

/** By the normal law of means. */
function meanInterval(
  { replicas, sum, squares }: Recorded,
  confidence: number,
): { meanLow: number | null; meanHigh: number | null } {
  if (sum === 0) return { meanLow: 0, meanHigh: 0 };
  const { low, high } = mean("", BigInt(replicas), BigInt(sum), squares, normalQuantile(confidence));
  return { meanLow: milliseconds(low), meanHigh: milliseconds(high) };
}

/** The least recorded value with at least a share p of all replicas at or below it; censored ones are beyond all. */
function quantile(recorded: Recorded, p: number, confidence: number): QuantileEstimate {
  const { replicas } = recorded;
  const ranks = quantileRanks(replicas, p, confidence);
  return {
    p,
    value: milliseconds(valueAtRank(recorded, rankOf(p, replicas))),
    low: milliseconds(valueAtRank(recorded, ranks.low)),
    high: milliseconds(valueAtRank(recorded, ranks.high)),
  };
}

/** Rank of the p-quantile of n draws: ceil(p n), p n taken as whole where it is so but for rounding. */
export function rankOf(p: number, n: number): number {
  return Math.max(1, Math.ceil(p * n * (1 - 4 * Number.EPSILON)));
}

/** The value of rank `rank` (from 1) in ticks; null where there is none. */
function valueAtRank({ buckets, min, max }: Recorded, rank: number): number | null {
  if (rank < 1) return null;
  let below = 0;
  for (const bucket of buckets) {
    if (below + bucket.count >= rank) {
      const from = Math.max(bucket.from, min ?? 0);
      const to = Math.min(bucket.to, (max ?? Number.POSITIVE_INFINITY) + 1);
      return valueWithin({ ...bucket, from, to }, rank - below);
    }
    below += bucket.count;
  }
  return null;
}

/**
 * The value of a rank among a bucket's. A bucket whose mean is a whole number of ticks is taken to hold one value: laws on a lattice come
 * out exact, and of values that differ one bucket in as many as it counts is mistaken for such. Else the values are spread over the
 * bucket by a power of their rank that gives them their mean: without it, intervals narrower than a bucket would miss.
 */
function valueWithin({ count, mean, from, to, isWhole }: RangedBucket, rank: number): number {
  if (isWhole) return mean;
  const power = (to - from) / (mean + 0.5 - from) - 1;
  return Math.floor(portable(from + (to - from) * ((rank - 0.5) / count) ** power));
}

export function milliseconds(ticks: number): number;
export function milliseconds(ticks: number | null): number | null;
export function milliseconds(ticks: number | null): number | null {
  return ticks === null ? null : ticks / TICKS_PER_MS;
}
