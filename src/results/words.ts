// Reads the additive words of Counts by what they mean.

import { COUNTERS, type Counter, type Counts, type CountsLayout, type HistogramLayout } from "./counts.js";

/** One bucket of a histogram that holds something: how many, and their mean in ticks. */
export interface Bucket {
  count: number;
  mean: number;
}

/** A bucket and what is known of its values: all are from `from` to below `to`. */
export interface RangedBucket extends Bucket {
  from: number;
  to: number;
  /** Whether their mean is a whole number of ticks. */
  isWhole: boolean;
}

/** Buckets an octave: those of assembly/histogram.ts. */
const SUB_BUCKETS = 128;

/** Random access to a sparse list of words. */
export class Words {
  readonly #value = new Map<number, bigint>();

  constructor(
    counts: Counts,
    readonly layout: CountsLayout,
  ) {
    counts.index.forEach((at, i) => {
      this.#value.set(at, counts.value[i]);
    });
  }

  /** The word at `index`; sums stay below 2^63, counts below 2^53. */
  at(index: number): number {
    return Number(this.#value.get(index) ?? 0n);
  }

  counter(name: Counter): number {
    return this.at(this.layout.counters + COUNTERS.indexOf(name));
  }

  /** Of all values squared, in ticks squared: exact. */
  squares({ squaresLow, squaresHigh }: HistogramLayout): bigint {
    return (this.#value.get(squaresLow) ?? 0n) + ((this.#value.get(squaresHigh) ?? 0n) << 32n);
  }

  /** Non-empty buckets, shortest durations first. */
  buckets(histogram: HistogramLayout): Bucket[] {
    return this.rangedBuckets(histogram).map(({ count, mean }) => ({ count, mean }));
  }

  /** As buckets(), with what is known of their values. */
  rangedBuckets({ counts, sums, buckets }: HistogramLayout): RangedBucket[] {
    const ranged: RangedBucket[] = [];
    for (let i = 0; i < buckets; i++) {
      const count = this.#value.get(counts + i) ?? 0n;
      if (count === 0n) continue;
      const sum = this.#value.get(sums + i) ?? 0n;
      ranged.push({
        count: Number(count),
        mean: Number(sum) / Number(count),
        isWhole: sum % count === 0n,
        ...bucketRange(i),
      });
    }
    return ranged;
  }
}

/** One tick below 256, from there on 128 to an octave. */
function bucketRange(bucket: number): { from: number; to: number } {
  const width = 2 ** Math.max(0, Math.floor(bucket / SUB_BUCKETS) - 1);
  const from = width === 1 ? bucket : ((bucket % SUB_BUCKETS) + SUB_BUCKETS) * width;
  return { from, to: from + width };
}
