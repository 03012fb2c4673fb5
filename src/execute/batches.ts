// Cuts shards into batches that take a worker 100 ms: long against what a message to a thread and back costs, short against a human's
// patience. The last ones are shorter, so that all workers end together. How shards are cut changes no result.

import type { Shard } from "./plan.js";

/** A range of replicas of one shard, run at once. */
export interface Batch {
  shard: Shard;
  variant: number;
  first: number;
  count: number;
}

const BATCH_MS = 100;
const GROWTH_MAX = 4; // from one batch to the next of its variant

/** Hands out shards in order, in batches sized by how long earlier ones took. */
export class Batches {
  #number = 0; // of the shard that is handed out
  #next: number; // replica of it
  #end: number; // of the shards to hand out
  #left: number; // replicas of all shards
  readonly #replicas = new Map<number, number>(); // of a batch, by variant

  /** `grain`: batches have a multiple of so many replicas, or reach a shard's end. `inFlight`: how many are out at a time. */
  constructor(
    private readonly shards: readonly Shard[],
    private readonly grain: number,
    private readonly inFlight: number,
    private readonly batchMs = BATCH_MS,
  ) {
    this.#next = shards[0]?.first ?? 0;
    this.#end = shards.length;
    this.#left = shards.reduce((sum, { count }) => sum + count, 0);
  }

  /** Undefined when all have been handed out. */
  next(): Batch | undefined {
    const shard = this.shards[this.#number];
    if (shard === undefined || this.#number >= this.#end) return undefined;
    const first = this.#next;
    const count = Math.min(shard.first + shard.count - first, this.#fitting(shard.variant));
    this.#left -= count;
    this.#next = first + count;
    if (this.#next === shard.first + shard.count) this.#next = this.shards[++this.#number]?.first ?? 0;
    return { shard, variant: shard.variant, first, count };
  }

  /** Hands out what is left of a shard begun, and no further one. */
  drain(): void {
    const shard = this.shards[this.#number];
    this.#end = shard === undefined || this.#next === shard.first ? this.#number : this.#number + 1;
  }

  /** Tells how long a batch took in its worker. */
  took({ variant, count }: Batch, ms: number): void {
    const ideal = (count * this.batchMs) / Math.max(ms, 0.01);
    this.#replicas.set(variant, Math.min(ideal, GROWTH_MAX * count));
  }

  #fitting(variant: number): number {
    const most = Math.min(this.#replicas.get(variant) ?? 0, this.#left / this.inFlight);
    return this.grain * Math.max(1, Math.floor(most / this.grain));
  }
}
