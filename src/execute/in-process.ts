// The executor without threads: for small runs, tests, and wherever threads are unwelcome.

import { breathe } from "#host";
import type { Build } from "../wasm.js";
import type { Batch } from "./batches.js";
import type { ExperimentName, Experiments } from "./engine.js";
import { type ExecuteOptions, openEngine } from "./executor.js";
import { LocalExecutor, type OpenJob } from "./local-executor.js";
import { runBatch } from "./run-batch.js";
import type { Lanes } from "./run-batches.js";

/** Runs batch by batch in the calling thread, giving way to its other work between two batches. */
export class InProcessExecutor extends LocalExecutor {
  constructor(build: Build = "release") {
    super(0, build);
  }

  protected override lanes<E extends ExperimentName>(
    { job, module }: OpenJob<E>,
    { signal }: ExecuteOptions,
  ): Lanes<Experiments[E]["layout"]> {
    const engine = openEngine(module, job);
    const send = async (batch: Batch) => {
      await breathe();
      signal?.throwIfAborted();
      return runBatch(engine, job, batch);
    };
    return { count: 1, send };
  }

  override async close(): Promise<void> {}
}
