// The one way of all executors: what the store has is merged, what it has not is run, each shard is kept before it counts.

import type { ShardKey } from "../results/shard-key.js";
import type { ShardResult } from "../results/shard-store.js";
import { type Build, compileModule } from "../wasm.js";
import { Collector } from "./collector.js";
import { ENGINES, type ExperimentName, type Experiments } from "./engine.js";
import { type ExecuteOptions, type Job, type Outcome, openEngine } from "./executor.js";
import { type Plan, planRun, type Shard, shardsOf } from "./plan.js";
import { shardKeys } from "./shard-keys.js";

/** Where those who run shards report. */
export interface ShardSink {
  /** So many replicas more have been run. */
  ran(replicas: number): void;
  /** A shard's result, complete; rejects where it cannot be kept. */
  finished(shard: Shard, result: ShardResult): Promise<void>;
}

/** How an executor does its work. */
export interface Runner<Layout> {
  build: Build;
  /** Runs these shards in any order; resolves when all are finished, with the engine's layout if it met one. */
  run(shards: Shard[], plan: Plan, sink: ShardSink): Promise<Layout | undefined>;
}

/** @throws what `runner` throws, the reason of an abort or a drain, what the store throws */
export async function runShards<E extends ExperimentName>(
  job: Job<E>,
  options: ExecuteOptions,
  { build, run }: Runner<Experiments[E]["layout"]>,
): Promise<Outcome<Experiments[E]["layout"]>> {
  const { signal, drain, store, shards, onProgress } = options;
  signal?.throwIfAborted();
  drain?.throwIfAborted();
  // Where nothing is kept there is no need to part it.
  const plan = planRun(job, store === undefined ? 1 : shards);
  const keyOf = store && (await shardKeys(job, build));
  const collector = new Collector(job);
  const missing = await mergeKept(plan, options, collector, keyOf);
  const writing = new Set<Promise<void>>();
  const sink: ShardSink = {
    ran(replicas) {
      collector.ran(replicas);
      onProgress?.(collector.progress());
    },
    async finished(shard, result) {
      if (store !== undefined) await during(writing, store.write(keyOf!(shard), result));
      collector.merge(shard, result);
    },
  };
  const layout =
    missing.length === 0 ? undefined : await run(missing, plan, sink).finally(() => Promise.allSettled(writing));
  signal?.throwIfAborted();
  drain?.throwIfAborted();
  return collector.outcome(layout ?? (await layoutOf(job, build)));
}

/** `all` has the promise for as long as it is pending. */
async function during<T>(all: Set<Promise<T>>, one: Promise<T>): Promise<T> {
  all.add(one);
  try {
    return await one;
  } finally {
    all.delete(one);
  }
}

/** Returns the shards that are not there. */
async function mergeKept(
  plan: Plan,
  { signal, drain, store, onProgress }: ExecuteOptions,
  collector: Collector,
  keyOf: ((shard: Shard) => ShardKey) | undefined,
): Promise<Shard[]> {
  const missing: Shard[] = [];
  for (const shard of shardsOf(plan)) {
    signal?.throwIfAborted();
    drain?.throwIfAborted();
    const kept = keyOf && (await store?.read(keyOf(shard)));
    if (kept === undefined) missing.push(shard);
    else {
      collector.merge(shard, kept);
      collector.kept(shard.count);
      onProgress?.(collector.progress());
    }
  }
  return missing;
}

async function layoutOf<E extends ExperimentName>(job: Job<E>, build: Build): Promise<Experiments[E]["layout"]> {
  return openEngine(await compileModule(ENGINES[job.experiment].module, build), job).layout;
}
