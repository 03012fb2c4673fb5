// The executor on all cores of one machine: piscina threads, each with its own engine and memory.

import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { serialize } from "node:v8";
import { Piscina } from "piscina";
import { packageFile } from "../package-file.js";
import { type Build, compileModule } from "../wasm.js";
import { type Batch, Batches } from "./batches.js";
import { type BatchResult, Collector } from "./collector.js";
import { ENGINES, type ExperimentName, type Experiments } from "./engine.js";
import type { ExecuteOptions, Executor, Job, Outcome } from "./executor.js";
import { planRun, shardCount } from "./plan.js";
import type { BatchMessage } from "./worker.js";

export interface PoolOptions {
  /** Threads; the machine's parallelism by default. */
  workers?: number;
  build?: Build;
  /** The thread's file; by default the built one, also when this file runs from src/ under vitest. */
  workerFile?: string;
}

// Batches in flight a thread: one runs, one waits in its port, so that no thread waits for the main one.
const LANES_PER_WORKER = 2;
const BUILT_WORKER = packageFile("dist/execute/worker-thread.cjs");

type Threads = Piscina<BatchMessage, BatchResult<unknown>>;

/** Running threads, and the promise that rejects when one dies outside any batch, as one that cannot load its file does. */
interface Pool {
  threads: Threads;
  broken: Promise<never>;
}

/** Keeps its threads from job to job; one job at a time. */
export class PoolExecutor implements Executor {
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

  async run<E extends ExperimentName>(
    job: Job<E>,
    { signal, onProgress }: ExecuteOptions = {},
  ): Promise<Outcome<Experiments[E]["layout"]>> {
    const plan = planRun(job);
    const module = await compileModule(ENGINES[job.experiment].module, this.#build);
    this.#pool ??= startPool(this.#workerFile, this.workers, shardCount(plan));
    const { threads, broken } = this.#pool;
    signal?.throwIfAborted();
    const laneCount = LANES_PER_WORKER * this.workers;
    const batches = new Batches(plan, laneCount);
    const collector = new Collector<Experiments[E]["layout"]>(job);
    const send = this.#sender<Experiments[E]["layout"]>(threads, module, job);
    const lane = async () => {
      for (let batch = batches.next(); batch; batch = batches.next()) {
        const result = await send(batch);
        batches.took(batch, result.ms);
        collector.add(batch, result);
        onProgress?.(collector.progress());
      }
    };
    const lanes = Array.from({ length: laneCount }, lane);
    const ended = new AbortController();
    try {
      await Promise.race([Promise.all(lanes), broken, whenAborted(signal, ended.signal)]);
    } catch (error) {
      await this.close(); // also ends the batches that still run
      await Promise.allSettled(lanes);
      throw error;
    } finally {
      ended.abort();
    }
    return collector.outcome();
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
  ): (batch: Batch) => Promise<BatchResult<Layout>> {
    const jobNumber = this.#jobs++;
    const bytes = shared(serialize(job));
    return async ({ variant, first, count }) =>
      (await threads.run({ jobNumber, module, job: bytes, variant, first, count })) as BatchResult<Layout>;
  }
}

function shared(bytes: Uint8Array): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytes.byteLength);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

/** As many threads at once as the first job has shards for; more if a later job has. */
function startPool(filename: string, workers: number, shards: number): Pool {
  const threads: Threads = new Piscina({
    filename,
    minThreads: Math.min(workers, shards),
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

/** Rejects with the reason when `signal` aborts; stops listening when `ended` does. */
function whenAborted(signal: AbortSignal | undefined, ended: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true, signal: ended });
  });
}
