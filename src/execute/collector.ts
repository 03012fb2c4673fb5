// Adds up shards, whichever comes first, and tells how far the run is.

import { CountsSum } from "../results/merge.js";
import { joinRanges, type OutcomeRange } from "../results/outcomes.js";
import type { ShardResult } from "../results/shard-store.js";
import type { Job, Outcome, Progress } from "./executor.js";
import type { Shard } from "./plan.js";

export class Collector {
  readonly #sums: CountsSum[];
  readonly #parts: OutcomeRange[][];
  readonly #total: number;
  readonly #started = performance.now();
  readonly #hasOutcomes: boolean;
  #kept = 0; // replicas
  #run = 0;
  #merged = 0;

  constructor({ variants, replicas, outcomes }: Pick<Job, "variants" | "replicas" | "outcomes">) {
    this.#sums = variants.map(() => new CountsSum());
    this.#parts = variants.map(() => []);
    this.#hasOutcomes = Boolean(outcomes);
    this.#total = variants.length * replicas;
  }

  /** Counts a shard, once. */
  merge({ variant, first, count }: Shard, { counts, outcomes }: ShardResult): void {
    this.#sums[variant]!.add(counts);
    if (outcomes !== undefined) this.#parts[variant]!.push({ first, outcomes });
    this.#merged += count;
  }

  /** So many replicas more need not be run. */
  kept(replicas: number): void {
    this.#kept += replicas;
  }

  /** So many replicas more have been run. */
  ran(replicas: number): void {
    this.#run += replicas;
  }

  progress(): Progress {
    const rate = (1000 * this.#run) / Math.max(performance.now() - this.#started, 0.001);
    const done = this.#kept + this.#run;
    const left = this.#total - done;
    return { done, kept: this.#kept, total: this.#total, rate, etaMs: left === 0 ? 0 : (1000 * left) / rate };
  }

  outcome<Layout>(layout: Layout): Outcome<Layout> {
    if (this.#merged !== this.#total) throw new Error("the run ended before its last replica");
    const counts = this.#sums.map((sum) => sum.counts());
    return {
      layout,
      counts,
      kept: this.#kept,
      ...(this.#hasOutcomes ? { outcomes: this.#parts.map(joinRanges) } : {}),
    };
  }
}
