// Reads the additive words of Counts by what they mean.

import { COUNTERS, type Counter, type Counts, type CountsLayout, type HistogramLayout } from "./counts.js";

/** One bucket of a histogram that holds something: how many, and their mean in ticks. */
export interface Bucket {
  count: number;
  mean: number;
}

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
    const buckets: Bucket[] = [];
    for (let i = 0; i < histogram.buckets; i++) {
      const count = this.at(histogram.counts + i);
      if (count > 0) buckets.push({ count, mean: this.at(histogram.sums + i) / count });
    }
    return buckets;
  }
}
