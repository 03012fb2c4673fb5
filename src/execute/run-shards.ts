// The one way of all executors: what the store has is merged, what it has not is run, each shard is kept before it counts.

import type { ShardKey } from "../results/shard-key.js";
import type { ShardResult } from "../results/shard-store.js";
import { type Build, compileModule } from "../wasm.js";
import { Collector } from "./collector.js";
import { ENGINES, type ExperimentName, type Experiments } from "./engine.js";
import {
  type ExecuteOptions,
  type Filled,
  type FillOptions,
  type Job,
  type Outcome,
  openEngine,
  type RunOptions,
} from "./executor.js";
import { type Plan, planRun, type Shard, shardsOf } from "./plan.js";
import { shardKeys } from "./shard-keys.js";
import { Tally } from "./tally.js";

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
  options: RunOptions<Experiments[E]["layout"]>,
  runner: Runner<Experiments[E]["layout"]>,
): Promise<Outcome<Experiments[E]["layout"]>> {
  const plan = planOf(job, options);
  const collector = new Collector(job);
  const grown = options.onGrowth && growing(collector, await layoutOf(job, runner.build), options);
  const shards = [...shardsOf(plan)];
  const work = { job, plan, shards: grown ? sideBySide(shards, plan.shards) : shards, tally: collector };
  const { layout } = await complete(work, options, runner, (shard, result) => {
    collector.merge(shard, result);
    grown?.();
  });
  return collector.outcome(layout ?? (await layoutOf(job, runner.build)));
}

const GROWTH_PARTS = 64;

/** Where nothing is kept there is no need to part it, unless somebody watches it grow. */
function planOf<E extends ExperimentName>(job: Job<E>, { store, shards, onGrowth }: RunOptions<never>): Plan {
  if (store !== undefined) return planRun(job, shards);
  if (onGrowth === undefined) return planRun(job, 1);
  const usual = planRun(job);
  return usual.shards < GROWTH_PARTS ? planRun(job, GROWTH_PARTS) : usual;
}

/** Some of each variant, then some more of each. */
function sideBySide(shards: Shard[], each: number): Shard[] {
  const variants = shards.length / each;
  return shards.map((_, i) => shards[(i % variants) * each + Math.floor(i / variants)]!);
}

/** Tells that there is nothing yet. To be called when there is more; tells of it if it is time. */
function growing<Layout>(collector: Collector, layout: Layout, { onGrowth, growthMs }: RunOptions<Layout>): () => void {
  const started = performance.now();
  let told = 0;
  const tell = () => {
    onGrowth!(collector.growth(layout));
    told = performance.now();
  };
  tell();
  return () => {
    const now = performance.now();
    if (now - told >= (growthMs ?? growthPause(now - started))) tell();
  };
}

/** A picture soon after another would be the same: the longer it has gone on, the longer is soon. */
function growthPause(ranMs: number): number {
  return Math.min(1000, Math.max(200, 0.05 * ranMs));
}

/** Sees to it that the store has all those of a job's shards that `isMine` takes by their number in it. @throws as runShards() */
export async function fillShards<E extends ExperimentName>(
  job: Job<E>,
  { isMine, ...options }: FillOptions,
  runner: Runner<Experiments[E]["layout"]>,
): Promise<Filled> {
  const plan = planRun(job, options.shards);
  const shards = [...shardsOf(plan)].filter((_, number) => isMine(number));
  const tally = new Tally(shards.reduce((sum, { count }) => sum + count, 0));
  const { run } = await complete({ job, plan, shards, tally }, options, runner, () => {});
  return { shards: shards.length, run };
}

interface Work<E extends ExperimentName> {
  job: Job<E>;
  plan: Plan;
  shards: Shard[];
  tally: Tally;
}

type OnResult = (shard: Shard, result: ShardResult) => void;

/** Hands over each shard's result, once it is kept; resolves with how many were run. */
async function complete<E extends ExperimentName>(
  { job, plan, shards, tally }: Work<E>,
  options: ExecuteOptions,
  { build, run }: Runner<Experiments[E]["layout"]>,
  onResult: OnResult,
): Promise<{ layout: Experiments[E]["layout"] | undefined; run: number }> {
  const { store, signal, drain, onProgress } = options;
  signal?.throwIfAborted();
  drain?.throwIfAborted();
  const keyOf = store && (await shardKeys(job, build));
  const missing = await takeKept(shards, options, keyOf, (shard, result) => {
    onResult(shard, result);
    tally.kept(shard.count);
    onProgress?.(tally.progress());
  });
  const writing = new Set<Promise<void>>();
  const sink: ShardSink = {
    ran(replicas) {
      tally.ran(replicas);
      onProgress?.(tally.progress());
    },
    async finished(shard, result) {
      if (store !== undefined) await during(writing, store.write(keyOf!(shard), result));
      onResult(shard, result);
    },
  };
  const layout =
    missing.length === 0 ? undefined : await run(missing, plan, sink).finally(() => Promise.allSettled(writing));
  signal?.throwIfAborted();
  drain?.throwIfAborted();
  return { layout, run: missing.length };
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
async function takeKept(
  shards: Shard[],
  { signal, drain, store }: ExecuteOptions,
  keyOf: ((shard: Shard) => ShardKey) | undefined,
  onKept: OnResult,
): Promise<Shard[]> {
  const missing: Shard[] = [];
  for (const shard of shards) {
    signal?.throwIfAborted();
    drain?.throwIfAborted();
    const kept = keyOf && (await store?.read(keyOf(shard)));
    if (kept === undefined) missing.push(shard);
    else onKept(shard, kept);
  }
  return missing;
}

async function layoutOf<E extends ExperimentName>(job: Job<E>, build: Build): Promise<Experiments[E]["layout"]> {
  return openEngine(await compileModule(ENGINES[job.experiment].module, build), job).layout;
}
