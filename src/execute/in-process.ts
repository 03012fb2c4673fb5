// The executor without threads: for small runs, tests, and wherever threads are unwelcome.

import { breathe } from "#host";
import { type Build, compileModule } from "../wasm.js";
import type { Batch } from "./batches.js";
import { ENGINES, type ExperimentName, type Experiments } from "./engine.js";
import {
  type ExecuteOptions,
  type Filled,
  type FillOptions,
  type Job,
  type LocalExecutor,
  type Outcome,
  openEngine,
  type RunOptions,
} from "./executor.js";
import { runBatch } from "./run-batch.js";
import { runBatches } from "./run-batches.js";
import { fillShards, type Runner, runShards } from "./run-shards.js";

/** Runs batch by batch in the calling thread, giving way to its other work between two batches. */
export class InProcessExecutor implements LocalExecutor {
  readonly workers = 0;

  constructor(private readonly build: Build = "release") {}

  run<E extends ExperimentName>(
    job: Job<E>,
    options: RunOptions<Experiments[E]["layout"]> = {},
  ): Promise<Outcome<Experiments[E]["layout"]>> {
    return runShards(job, options, this.#runner(job, options));
  }

  fill<E extends ExperimentName>(job: Job<E>, options: FillOptions): Promise<Filled> {
    return fillShards(job, options, this.#runner(job, options));
  }

  #runner<E extends ExperimentName>(job: Job<E>, { signal, drain }: ExecuteOptions): Runner<Experiments[E]["layout"]> {
    return {
      build: this.build,
      run: async (shards, plan, sink) => {
        const engine = openEngine(await compileModule(ENGINES[job.experiment].module, this.build), job);
        const send = async (batch: Batch) => {
          await breathe();
          signal?.throwIfAborted();
          return runBatch(engine, job, batch);
        };
        return runBatches(shards, plan, { count: 1, send }, sink, drain);
      },
    };
  }

  async close(): Promise<void> {}
}
