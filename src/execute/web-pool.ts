// The executor on all cores of a browser: Web Workers, each with its own engine and memory.

import { openThread } from "../browser-files.js";
import { compileModule } from "../wasm.js";
import type { Batch } from "./batches.js";
import { ENGINES, type ExperimentName, type Experiments } from "./engine.js";
import type { ExecuteOptions, Filled, FillOptions, Job, LocalExecutor, Outcome, RunOptions } from "./executor.js";
import type { BatchResult } from "./run-batch.js";
import { runBatches } from "./run-batches.js";
import { fillShards, type Runner, runShards } from "./run-shards.js";
import { LANES_PER_WORKER, outliving, untilAborted } from "./threads.js";
import { type LoadedJob, WebThread, WorkerDeath } from "./web-thread.js";

/** Long against what a message to a Worker and back costs, short against what a picture that grows waits for. */
const BATCH_MS = 40;

const isDeath = (error: unknown): error is Error => error instanceof WorkerDeath;

/** Keeps its Workers from job to job; one job at a time. */
export class WebPoolExecutor implements LocalExecutor {
  #threads: WebThread[] = [];
  #jobs = 0;
  #closed = false;

  constructor(readonly workers: number) {}

  run<E extends ExperimentName>(
    job: Job<E>,
    options: RunOptions<Experiments[E]["layout"]> = {},
  ): Promise<Outcome<Experiments[E]["layout"]>> {
    return runShards<E>(job, options, this.#runner(job, options));
  }

  fill<E extends ExperimentName>(job: Job<E>, options: FillOptions): Promise<Filled> {
    return fillShards<E>(job, options, this.#runner(job, options));
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const thread of this.#threads.splice(0)) thread.end();
  }

  #runner<E extends ExperimentName>(job: Job<E>, options: ExecuteOptions): Runner<Experiments[E]["layout"]> {
    const { signal, drain } = options;
    return {
      build: "release",
      run: async (shards, plan, sink) => {
        const module = await compileModule(ENGINES[job.experiment].module);
        const grains = shards.reduce((sum, { count }) => sum + Math.ceil(count / plan.grain), 0);
        this.#open(Math.min(this.workers, grains));
        const loaded = { number: this.#jobs++, module, job: { ...job, source: undefined } };
        const lanes = {
          count: LANES_PER_WORKER * this.workers,
          batchMs: BATCH_MS,
          send: this.#sender<Experiments[E]["layout"]>(loaded, options),
        };
        return untilAborted(runBatches(shards, plan, lanes, sink, drain), signal, () => this.close());
      },
    };
  }

  #sender<Layout>(job: LoadedJob, { onTrouble }: ExecuteOptions) {
    return (batch: Batch): Promise<BatchResult<Layout>> =>
      outliving(isDeath, onTrouble, async () => (await this.#idlest().run(job, batch)) as BatchResult<Layout>);
  }

  #open(count: number): void {
    while (this.#threads.length < count) this.#threads.push(new WebThread(openThread()));
  }

  /** The Worker with the fewest batches; a fresh one where one died, or all have enough and there may be more. */
  #idlest(): WebThread {
    if (this.#closed) throw new Error("the executor was closed");
    this.#threads = this.#threads.filter(({ isDead }) => !isDead);
    const free =
      this.#threads.find(({ load }) => load === 0) ?? this.#threads.find(({ load }) => load < LANES_PER_WORKER);
    if (free !== undefined) return free;
    this.#open(this.#threads.length + 1);
    return this.#threads.at(-1)!;
  }
}
