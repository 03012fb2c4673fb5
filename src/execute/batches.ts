// Groups consecutive shards into batches that take a worker 5 to 50 ms: long against the round trip to a thread,
// short against a human's patience. How shards are grouped changes no result.

import { type Plan, type Shard, shardsOf } from "./plan.js";

/** Consecutive shards of one policy, run as one range of replicas. */
export interface Batch {
  number: number; // in shard order, from 0
  policy: number;
  first: number;
  count: number;
}

const BATCH_MS = 20;
const GROWTH_MAX = 4; // from one batch to the next of its policy

/** Hands out a plan's shards in order, in batches sized by how long earlier ones took. */
export class Batches {
  readonly #shards: Iterator<Shard, void>;
  readonly #shardReplicas: number;
  #nextShard: Shard | undefined;
  #handedOut = 0;
  #batchReplicas: number[]; // by policy

  constructor(plan: Plan) {
    this.#shards = shardsOf(plan);
    this.#shardReplicas = plan.shardReplicas;
    this.#batchReplicas = new Array(plan.policies).fill(plan.shardReplicas);
    this.#advance();
  }

  /** The next batch, at least one shard; undefined when all have been handed out. */
  next(): Batch | undefined {
    const shard = this.#nextShard;
    if (!shard) return undefined;
    const batch = { number: this.#handedOut++, policy: shard.policy, first: shard.first, count: shard.count };
    this.#advance();
    while (this.#nextShard?.policy === batch.policy && this.#fits(batch, this.#nextShard)) {
      batch.count += this.#nextShard.count;
      this.#advance();
    }
    return batch;
  }

  /** Tells how long a batch took in its worker. */
  took(batch: Batch, ms: number): void {
    const ideal = (batch.count * BATCH_MS) / Math.max(ms, 0.01);
    this.#batchReplicas[batch.policy] = Math.max(this.#shardReplicas, Math.min(ideal, GROWTH_MAX * batch.count));
  }

  #fits(batch: Batch, shard: Shard): boolean {
    return batch.count + shard.count <= this.#batchReplicas[batch.policy];
  }

  #advance(): void {
    this.#nextShard = this.#shards.next().value ?? undefined;
  }
}
