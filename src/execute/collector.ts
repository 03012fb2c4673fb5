// Merges what batches return, in shard order, and tells how far the run is.

import type { Counts } from "../results/counts.js";
import { CountsSum } from "../results/merge.js";
import type { Batch } from "./batches.js";
import type { Job, Outcome, Progress } from "./executor.js";

/** What a worker returns for a batch. */
export interface BatchResult<Layout> {
  counts: Counts;
  layout: Layout;
  ms: number; // spent in the engine
}

export class Collector<Layout> {
  readonly #sums: CountsSum[];
  readonly #total: number;
  readonly #started = performance.now();
  readonly #early = new Map<number, { batch: Batch; counts: Counts }>();
  #merged = 0; // batches
  #done = 0; // replicas
  #layout: Layout | undefined;

  constructor(job: Pick<Job, "variants" | "replicas">) {
    this.#sums = job.variants.map(() => new CountsSum());
    this.#total = job.variants.length * job.replicas;
  }

  add(batch: Batch, { counts, layout }: BatchResult<Layout>): void {
    this.#layout ??= layout;
    this.#done += batch.count;
    this.#early.set(batch.number, { batch, counts });
    for (let ready = this.#early.get(this.#merged); ready; ready = this.#early.get(this.#merged)) {
      this.#sums[ready.batch.variant].add(ready.counts);
      this.#early.delete(this.#merged++);
    }
  }

  progress(): Progress {
    const rate = (1000 * this.#done) / Math.max(performance.now() - this.#started, 0.001);
    const left = this.#total - this.#done;
    return { done: this.#done, total: this.#total, rate, etaMs: (1000 * left) / rate };
  }

  outcome(): Outcome<Layout> {
    if (this.#layout === undefined || this.#done !== this.#total)
      throw new Error("the run ended before its last replica");
    return { layout: this.#layout, counts: this.#sums.map((sum) => sum.counts()) };
  }
}
