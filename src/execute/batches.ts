// Groups consecutive shards into batches that take a worker 100 ms: long against what a message to a thread and back costs,
// short against a human's patience. The last ones are shorter, so that all workers end together. How shards are grouped
// changes no result.

import { type Plan, type Shard, shardsOf } from "./plan.js";

/** Consecutive shards of one variant, run as one range of replicas. */
export interface Batch {
  number: number; // in shard order, from 0
  variant: number;
  first: number;
  count: number;
}

const BATCH_MS = 100;
const GROWTH_MAX = 4; // from one batch to the next of its variant

/** Hands out a plan's shards in order, in batches sized by how long earlier ones took. */
export class Batches {
  readonly #shards: Iterator<Shard, void>;
  readonly #shardReplicas: number;
  #nextShard: Shard | undefined;
  #handedOut = 0;
  #left: number; // replicas of all variants
  #batchReplicas: number[]; // by variant

  /** `inFlight`: how many batches are out at a time. */
  constructor(
    plan: Plan,
    private readonly inFlight: number,
  ) {
    this.#shards = shardsOf(plan);
    this.#shardReplicas = plan.shardReplicas;
    this.#left = plan.variants * plan.replicas;
    this.#batchReplicas = new Array(plan.variants).fill(plan.shardReplicas);
    this.#advance();
  }

  /** The next batch, at least one shard; undefined when all have been handed out. */
  next(): Batch | undefined {
    const shard = this.#nextShard;
    if (!shard) return undefined;
    const batch = { number: this.#handedOut++, variant: shard.variant, first: shard.first, count: shard.count };
    this.#advance();
    while (this.#nextShard?.variant === batch.variant && this.#fits(batch, this.#nextShard)) {
      batch.count += this.#nextShard.count;
      this.#advance();
    }
    this.#left -= batch.count;
    return batch;
  }

  /** Tells how long a batch took in its worker. */
  took(batch: Batch, ms: number): void {
    const ideal = (batch.count * BATCH_MS) / Math.max(ms, 0.01);
    this.#batchReplicas[batch.variant] = Math.max(this.#shardReplicas, Math.min(ideal, GROWTH_MAX * batch.count));
  }

  #fits(batch: Batch, shard: Shard): boolean {
    const most = Math.min(this.#batchReplicas[batch.variant], this.#left / this.inFlight);
    return batch.count + shard.count <= most;
  }

  #advance(): void {
    this.#nextShard = this.#shards.next().value ?? undefined;
  }
}
