// Adds up shards, whichever comes first, and tells how far the run is.

import { CountsSum } from "../results/merge.js";
import { joinRanges, type OutcomeRange } from "../results/outcomes.js";
import type { ShardResult } from "../results/shard-store.js";
import type { Growth, Job, Outcome } from "./executor.js";
import type { Shard } from "./plan.js";
import { Tally } from "./tally.js";

export class Collector extends Tally {
  readonly #sums: CountsSum[];
  readonly #parts: OutcomeRange[][];
  readonly #hasOutcomes: boolean;
  readonly #merged: number[]; // replicas, by variant

  constructor({ variants, replicas, outcomes }: Pick<Job, "variants" | "replicas" | "outcomes">) {
    super(variants.length * replicas);
    this.#sums = variants.map(() => new CountsSum());
    this.#parts = variants.map(() => []);
    this.#hasOutcomes = Boolean(outcomes);
    this.#merged = variants.map(() => 0);
  }

  /** Counts a shard, once. */
  merge({ variant, first, count }: Shard, { counts, outcomes }: ShardResult): void {
    this.#sums[variant]!.add(counts);
    if (outcomes !== undefined) this.#parts[variant]!.push({ first, outcomes });
    this.#merged[variant]! += count;
  }

  /** As far as it is. */
  growth<Layout>(layout: Layout): Growth<Layout> {
    return { layout, counts: this.#sums.map((sum) => sum.counts()), replicas: [...this.#merged] };
  }

  outcome<Layout>(layout: Layout): Outcome<Layout> {
    const merged = this.#merged.reduce((sum, replicas) => sum + replicas, 0);
    if (merged !== this.total) throw new Error("the run ended before its last replica");
    const counts = this.#sums.map((sum) => sum.counts());
    return {
      layout,
      counts,
      kept: this.replicasKept,
      ...(this.#hasOutcomes ? { outcomes: this.#parts.map(joinRanges) } : {}),
    };
  }
}
