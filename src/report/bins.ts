// A whole distribution in bins of equal width on a logarithmic axis of time, with places of their own for 0 and for the censored.

import type { PolicyResult } from "../results/result.js";
import type { Bucket } from "../results/words.js";
import { percent } from "./format.js";

/** Shares of all replicas; they and what is at once and censored sum to 1. */
export interface Bins {
  policy: string;
  shares: number[];
  /** Complete in no time at all. */
  atOnce: number;
  censored: number;
}

/** The bins' common axis, in ms. */
export interface BinAxis {
  fromMs: number;
  toMs: number;
  count: number;
}

const TICKS_PER_MS = 1000;

export function binsOf(
  results: readonly PolicyResult[],
  latencies: readonly Bucket[][],
  count: number,
): { axis: BinAxis; bins: Bins[] } {
  const axis = axisOf(latencies.flat(), count);
  const bins = results.map(({ policy, replicas, censored }, i) => {
    const shares = new Array<number>(count).fill(0);
    let atOnce = 0;
    for (const bucket of latencies[i]!) {
      if (bucket.mean === 0) atOnce += bucket.count / replicas;
      else shares[binOf(bucket.mean / TICKS_PER_MS, axis)]! += bucket.count / replicas;
    }
    return { policy, shares, atOnce, censored: censored / replicas };
  });
  return { axis, bins };
}

/** From a little before the quickest to a little after the slowest, half a decade at least. */
function axisOf(buckets: readonly Bucket[], count: number): BinAxis {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const { mean } of buckets) {
    if (mean > 0) least = Math.min(least, mean / TICKS_PER_MS);
    most = Math.max(most, mean / TICKS_PER_MS);
  }
  if (most === 0) return { fromMs: 1, toMs: 1000, count };
  const spread = Math.max(1.05, Math.sqrt(3.2 / (most / least)));
  return { fromMs: least / spread, toMs: most * spread, count };
}

function binOf(ms: number, { fromMs, toMs, count }: BinAxis): number {
  const place = (count * Math.log(ms / fromMs)) / Math.log(toMs / fromMs);
  return Math.min(count - 1, Math.max(0, Math.floor(place)));
}

/** What the axis has no room for, in words. */
export function besides({ atOnce, censored }: Bins): string {
  const parts = [
    ...(atOnce > 0 ? [`${percent(atOnce)} at once`] : []),
    ...(censored > 0 ? [`${percent(censored)} censored`] : []),
  ];
  return parts.join(", ");
}
