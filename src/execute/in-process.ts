// The executor without threads: for small runs, tests, and wherever threads are unwelcome.

import { setImmediate as breathe } from "node:timers/promises";
import { type Build, compileModule } from "../wasm.js";
import type { Batch } from "./batches.js";
import { ENGINES, type ExperimentName, type Experiments } from "./engine.js";
import { type ExecuteOptions, type Executor, type Job, type Outcome, openEngine } from "./executor.js";
import { runBatch } from "./run-batch.js";
import { runBatches } from "./run-batches.js";
import { runShards } from "./run-shards.js";

/** Runs batch by batch in the calling thread, giving way to its other work between two batches. */
export class InProcessExecutor implements Executor {
  readonly workers = 0;

  constructor(private readonly build: Build = "release") {}

  run<E extends ExperimentName>(job: Job<E>, options: ExecuteOptions = {}): Promise<Outcome<Experiments[E]["layout"]>> {
    const { signal, drain } = options;
    return runShards(job, options, {
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
    });
  }

  async close(): Promise<void> {}
}
