// Runs shards on this machine: batch by batch, several at a time.

import { CountsSum } from "../results/merge.js";
import { joinRanges, type OutcomeRange } from "../results/outcomes.js";
import type { ShardResult } from "../results/shard-store.js";
import { type Batch, Batches } from "./batches.js";
import type { Plan, Shard } from "./plan.js";
import type { BatchResult } from "./run-batch.js";
import type { ShardSink } from "./run-shards.js";

export interface Lanes<Layout> {
  /** Batches that are out at a time. */
  count: number;
  /** How long one should take. */
  batchMs?: number;
  /** Runs one. */
  send(batch: Batch): Promise<BatchResult<Layout>>;
  /** Rejects when none can run any more. */
  broken?: Promise<never>;
}

/** Resolves when all shards are finished, or, after a drain, all that had begun. */
export async function runBatches<Layout>(
  shards: Shard[],
  { grain }: Plan,
  { count, batchMs, send }: Lanes<Layout>,
  sink: ShardSink,
  drain: AbortSignal | undefined,
): Promise<Layout | undefined> {
  const batches = new Batches(shards, grain, count, batchMs);
  const underWay = new UnderWay();
  let layout: Layout | undefined;
  const next = () => {
    if (drain?.aborted) batches.drain();
    return batches.next();
  };
  const lane = async () => {
    for (let batch = next(); batch; batch = next()) {
      const result = await send(batch);
      layout ??= result.layout;
      batches.took(batch, result.ms);
      const whole = underWay.add(batch, result);
      if (whole !== undefined) await sink.finished(batch.shard, whole);
      sink.ran(batch.count);
    }
  };
  await Promise.all(Array.from({ length: count }, lane));
  return layout;
}

interface Parts {
  left: number; // replicas
  sum: CountsSum;
  outcomes: OutcomeRange[];
}

/** What batches of unfinished shards came to. */
class UnderWay {
  readonly #parts = new Map<Shard, Parts>();

  /** The whole shard's result with its last batch. */
  add({ shard, first, count }: Batch, { counts, outcomes }: ShardResult): ShardResult | undefined {
    const parts = this.#parts.get(shard) ?? { left: shard.count, sum: new CountsSum(), outcomes: [] };
    this.#parts.set(shard, parts);
    parts.sum.add(counts);
    if (outcomes !== undefined) parts.outcomes.push({ first, outcomes });
    parts.left -= count;
    if (parts.left > 0) return undefined;
    this.#parts.delete(shard);
    const whole = { counts: parts.sum.counts() };
    return parts.outcomes.length === 0 ? whole : { ...whole, outcomes: joinRanges(parts.outcomes) };
  }
}
