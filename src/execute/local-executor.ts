// What all executors on this machine do; they differ in who runs the batches.

import { type Build, compileModule } from "../wasm.js";
import { ENGINES, type ExperimentName, type Experiments } from "./engine.js";
import type { ExecuteOptions, Executor, Filled, FillOptions, Job, Outcome, RunOptions } from "./executor.js";
import { type Lanes, runBatches } from "./run-batches.js";
import { fillShards, type Runner, runShards } from "./run-shards.js";
import { untilAborted } from "./threads.js";

/** A job whose engine can be opened. */
export interface OpenJob<E extends ExperimentName> {
  job: Job<E>;
  module: WebAssembly.Module;
  /** The least replicas that go together: so many of them. */
  grains: number;
}

/** Can do part of a job, for others to merge. One job at a time. */
export abstract class LocalExecutor implements Executor {
  constructor(
    readonly workers: number,
    private readonly build: Build,
  ) {}

  run<E extends ExperimentName>(
    job: Job<E>,
    options: RunOptions<Experiments[E]["layout"]> = {},
  ): Promise<Outcome<Experiments[E]["layout"]>> {
    return runShards(job, options, this.#runner(job, options));
  }

  /** Sees to it that the store has those shards. Rejects as run() does. */
  fill<E extends ExperimentName>(job: Job<E>, options: FillOptions): Promise<Filled> {
    return fillShards(job, options, this.#runner(job, options));
  }

  abstract close(): Promise<void>;

  /** Who runs the job's batches; an abort or a break closes the executor. */
  protected abstract lanes<E extends ExperimentName>(
    job: OpenJob<E>,
    options: ExecuteOptions,
  ): Lanes<Experiments[E]["layout"]>;

  #runner<E extends ExperimentName>(job: Job<E>, options: ExecuteOptions): Runner<Experiments[E]["layout"]> {
    return {
      build: this.build,
      run: async (shards, plan, sink) => {
        const module = await compileModule(ENGINES[job.experiment].module, this.build);
        const grains = shards.reduce((sum, { count }) => sum + Math.ceil(count / plan.grain), 0);
        const lanes = this.lanes({ job, module, grains }, options);
        const work = runBatches(shards, plan, lanes, sink, options.drain);
        return untilAborted(work, options.signal, () => this.close(), lanes.broken);
      },
    };
  }
}
