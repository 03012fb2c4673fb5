// The executor on all cores of one machine: piscina threads, each with its own engine and memory.

import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { serialize } from "node:v8";
import { Piscina } from "piscina";
import { packageFile } from "../package-file.js";
import { type Build, compileModule } from "../wasm.js";
import type { Batch } from "./batches.js";
import { ENGINES, type ExperimentName, type Experiments } from "./engine.js";
import type { ExecuteOptions, Filled, FillOptions, Job, LocalExecutor, Outcome, RunOptions } from "./executor.js";
import type { BatchResult } from "./run-batch.js";
import { runBatches } from "./run-batches.js";
import { fillShards, type Runner, runShards } from "./run-shards.js";
import { LANES_PER_WORKER, outliving, untilAborted } from "./threads.js";
import type { BatchMessage } from "./worker.js";

export interface PoolOptions {
  /** Threads; the machine's parallelism by default. */
  workers?: number;
  build?: Build;
  /** The thread's file; by default the built one, also when this file runs from src/ under vitest. */
  workerFile?: string;
}

const BUILT_WORKER = packageFile("dist/execute/worker-thread.cjs");

type Threads = Piscina<BatchMessage, BatchResult<unknown>>;

/** Running threads, and the promise that rejects when one dies outside any batch, as one that cannot load its file does. */
interface Pool {
  threads: Threads;
  broken: Promise<never>;
}

/** Keeps its threads from job to job; one job at a time. */
export class PoolExecutor implements LocalExecutor {
  readonly workers: number;
  readonly #build: Build;
  readonly #workerFile: string;
  #pool: Pool | undefined;
  #jobs = 0;

  constructor({ workers = availableParallelism(), build = "release", workerFile }: PoolOptions = {}) {
    this.workers = workers;
    this.#build = build;
    this.#workerFile = workerFile ?? fileURLToPath(BUILT_WORKER);
  }

  run<E extends ExperimentName>(
    job: Job<E>,
    options: RunOptions<Experiments[E]["layout"]> = {},
  ): Promise<Outcome<Experiments[E]["layout"]>> {
    return runShards<E>(job, options, this.#runner(job, options));
  }

  fill<E extends ExperimentName>(job: Job<E>, options: FillOptions): Promise<Filled> {
    return fillShards<E>(job, options, this.#runner(job, options));
  }

  #runner<E extends ExperimentName>(job: Job<E>, options: ExecuteOptions): Runner<Experiments[E]["layout"]> {
    const { signal, drain } = options;
    return {
      build: this.#build,
      run: async (shards, plan, sink) => {
        const module = await compileModule(ENGINES[job.experiment].module, this.#build);
        const grains = shards.reduce((sum, { count }) => sum + Math.ceil(count / plan.grain), 0);
        this.#pool ??= startPool(this.#workerFile, this.workers, grains);
        const { threads, broken } = this.#pool;
        const lanes = {
          count: LANES_PER_WORKER * this.workers,
          send: this.#sender<Experiments[E]["layout"]>(threads, module, job, options),
        };
        const work = runBatches(shards, plan, lanes, sink, drain);
        return untilAborted(work, signal, () => this.close(), [broken]);
      },
    };
  }

  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    await pool?.threads.destroy();
  }

  #sender<Layout>(
    threads: Threads,
    module: WebAssembly.Module,
    job: Job,
    { onTrouble }: ExecuteOptions,
  ): (batch: Batch) => Promise<BatchResult<Layout>> {
    const jobNumber = this.#jobs++;
    const bytes = jobBytes(job);
    return ({ variant, first, count }) =>
      outliving(isDeath, onTrouble, async () => {
        const message = { jobNumber, module, job: bytes, variant, first, count };
        return (await threads.run(message)) as BatchResult<Layout>;
      });
  }
}

/** Killed, ended, or out of memory, as piscina and Node say it; what a thread throws is no death. */
function isDeath(error: unknown): error is Error {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === "ERR_WORKER_OUT_OF_MEMORY" || /^worker exited with code/.test(message);
}

/** A job as it travels to threads: shared, without what it was made of. */
export function jobBytes(job: Job): SharedArrayBuffer {
  const bytes = serialize({ ...job, source: undefined });
  const buffer = new SharedArrayBuffer(bytes.byteLength);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

/** As many threads at once as the first job has batches for; more if a later job has. */
function startPool(filename: string, workers: number, batches: number): Pool {
  const threads: Threads = new Piscina({
    filename,
    minThreads: Math.min(workers, batches),
    maxThreads: workers,
    idleTimeout: Number.POSITIVE_INFINITY,
    concurrentTasksPerWorker: LANES_PER_WORKER,
    atomics: "disabled", // a thread that takes messages as events answers each before it takes the next
  });
  // One listener for good: each thread may fail, and an error that nobody listens to would end the process.
  const broken = new Promise<never>((_resolve, reject) => threads.on("error", reject));
  broken.catch(() => {});
  return { threads, broken };
}
