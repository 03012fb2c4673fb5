// The executor without threads: for small runs, tests, and wherever threads are unwelcome.

import { setImmediate as breathe } from "node:timers/promises";
import { type Build, compileModule } from "../wasm.js";
import { Batches } from "./batches.js";
import { Collector } from "./collector.js";
import { ENGINES, type ExperimentName, type Experiments } from "./engine.js";
import { type ExecuteOptions, type Executor, type Job, type Outcome, openEngine } from "./executor.js";
import { planRun } from "./plan.js";
import { runBatch } from "./run-batch.js";

/** Runs batch by batch in the calling thread, giving way to its other work between two batches. */
export class InProcessExecutor implements Executor {
  readonly workers = 0;

  constructor(private readonly build: Build = "release") {}

  async run<E extends ExperimentName>(
    job: Job<E>,
    { signal, onProgress }: ExecuteOptions = {},
  ): Promise<Outcome<Experiments[E]["layout"]>> {
    const engine = openEngine(await compileModule(ENGINES[job.experiment].module, this.build), job);
    const batches = new Batches(planRun(job), 1);
    const collector = new Collector<Experiments[E]["layout"]>(job);
    for (let batch = batches.next(); batch; batch = batches.next()) {
      signal?.throwIfAborted();
      const result = runBatch(engine, job, batch);
      batches.took(batch, result.ms);
      collector.add(batch, result);
      onProgress?.(collector.progress());
      await breathe();
    }
    signal?.throwIfAborted();
    return collector.outcome();
  }

  async close(): Promise<void> {}
}
