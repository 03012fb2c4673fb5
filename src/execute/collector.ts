// Merges what batches return, in shard order, and tells how far the run is.

import type { Counts } from "../results/counts.js";
import { CountsSum } from "../results/merge.js";
import { joinOutcomes, type Outcomes } from "../results/outcomes.js";
import type { Batch } from "./batches.js";
import type { Job, Outcome, Progress } from "./executor.js";

/** What a worker returns for a batch. */
export interface BatchResult<Layout> {
  counts: Counts;
  outcomes?: Outcomes;
  layout: Layout;
  ms: number; // spent in the engine
}

export class Collector<Layout> {
  readonly #sums: CountsSum[];
  readonly #total: number;
  readonly #started = performance.now();
  readonly #outcomes: Outcomes[][] | undefined;
  readonly #early = new Map<number, { batch: Batch; counts: Counts; outcomes: Outcomes | undefined }>();
  #merged = 0; // batches
  #done = 0; // replicas
  #layout: Layout | undefined;

  constructor(job: Pick<Job, "variants" | "replicas" | "outcomes">) {
    this.#sums = job.variants.map(() => new CountsSum());
    this.#outcomes = job.outcomes ? job.variants.map(() => []) : undefined;
    this.#total = job.variants.length * job.replicas;
  }

  add(batch: Batch, { counts, outcomes, layout }: BatchResult<Layout>): void {
    this.#layout ??= layout;
    this.#done += batch.count;
    this.#early.set(batch.number, { batch, counts, outcomes });
    for (let ready = this.#early.get(this.#merged); ready; ready = this.#early.get(this.#merged)) {
      const { variant } = ready.batch;
      this.#sums[variant].add(ready.counts);
      if (ready.outcomes !== undefined) this.#outcomes?.[variant].push(ready.outcomes);
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
    const counts = this.#sums.map((sum) => sum.counts());
    return { layout: this.#layout, counts, outcomes: this.#outcomes?.map(joinOutcomes) };
  }
}
