// What a replica costs under each policy, on this machine and now: samples of a job's replicas from all over the run, the policies by turns.

import { setImmediate as breathe } from "node:timers/promises";
import { ENGINES } from "../execute/engine.js";
import { type Job, openEngine } from "../execute/executor.js";
import { planRun } from "../execute/plan.js";
import { runBatch } from "../execute/run-batch.js";
import { shardKeys } from "../execute/shard-keys.js";
import type { Counts } from "../results/counts.js";
import { CountsSum } from "../results/merge.js";
import { newOutcomes, outcomeColumns } from "../results/outcomes.js";
import { encodeShard } from "../results/shard-file.js";
import type { ShardKey } from "../results/shard-key.js";
import { type Build, compileModule } from "../wasm.js";
import { type Spread, spreadOfColumn } from "./paired-mean.js";

/** Of one variant. */
export interface Measured {
  /** Milliseconds a replica, sample by sample. */
  replicaMs: Spread;
  replicas: number; // run
  /** About, of the file of a shard with so many replicas. */
  bytes(replicas: number): number;
}

/** Of each variant. */
export const SAMPLES = 12;
/** Of the budget: engines are compiled once more while they run. */
const WARM_UP = 1 / 3;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

interface Options {
  signal?: AbortSignal | undefined;
  /** Called after each sample. */
  step?: () => void;
}

/** Takes about `budgetMs`, longer where few replicas take that long. @throws the reason of `signal` */
export async function measureWork(
  job: Job<"transition">,
  build: Build,
  budgetMs: number,
  { signal, step }: Options,
): Promise<Measured[]> {
  const engine = openEngine(await compileModule(ENGINES[job.experiment].module, build), job);
  const { grain } = planRun(job);
  const run = async (variant: number, first: number, count: number) => {
    signal?.throwIfAborted();
    await breathe();
    return timed(() => runBatch(engine, job, { variant, first, count }));
  };
  const each = budgetMs / job.variants.length;
  const samples: Samples[] = [];
  for (const variant of job.variants.keys())
    samples.push(new Samples(await sampleSize(job.replicas, grain, each, (count) => run(variant, 0, count))));
  for (let number = 0; number < SAMPLES; number++) {
    for (const [variant, one] of samples.entries()) {
      one.add(await run(variant, placeOf(number, job.replicas - one.size), one.size));
      step?.();
    }
  }
  const keyOf = await shardKeys(job, build);
  return samples.map((one, variant) => one.measured(job, (count) => keyOf({ variant, first: 0, count })));
}

/** CPU time: another program's turn is no cost of ours. */
function timed<T>(work: () => T): T & { ms: number } {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { ...result, ms: Math.max(1, user + system) / 1000 };
}

/** Replicas that take a sample's part of the budget, by more and more of them. */
async function sampleSize(
  replicas: number,
  grain: number,
  budgetMs: number,
  run: (count: number) => Promise<{ ms: number }>,
): Promise<number> {
  const sampleMs = ((1 - WARM_UP) * budgetMs) / SAMPLES;
  let size = Math.min(grain, replicas);
  for (let spent = 0; ; ) {
    const { ms } = await run(size);
    spent += ms;
    if (spent >= WARM_UP * budgetMs) return Math.max(1, Math.min(replicas, Math.round((size * sampleMs) / ms)));
    if (ms < sampleMs) size = Math.min(replicas, 2 * size);
  }
}

/** Where a sample begins: all over the run, however many there are. */
function placeOf(number: number, last: number): number {
  return Math.floor(((number * GOLDEN) % 1) * (last + 1));
}

/** Of one variant, all of one size. */
class Samples {
  readonly #sum = new CountsSum();
  readonly #replicaMs: number[] = [];

  constructor(readonly size: number) {}

  add({ counts, ms }: { counts: Counts; ms: number }): void {
    this.#sum.add(counts);
    this.#replicaMs.push(ms / this.size);
  }

  measured({ outcomes }: Pick<Job, "outcomes">, keyOf: (replicas: number) => ShardKey): Measured {
    const counts = this.#sum.counts();
    const columns = outcomes ? outcomeColumns(newOutcomes(1, outcomes === "prompts")) : [];
    const bytesEach = columns.reduce((sum, { byteLength }) => sum + byteLength, 0);
    return {
      replicaMs: spreadOfColumn(this.#replicaMs),
      replicas: this.size * this.#replicaMs.length,
      bytes: (replicas) => encodeShard(keyOf(replicas), { counts }).length + bytesEach * replicas,
    };
  }
}
