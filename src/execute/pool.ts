// The executor on all cores of one machine: piscina threads, each with its own engine and memory.

import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { serialize } from "node:v8";
import { Piscina } from "piscina";
import { packageFile } from "../package-file.js";
import type { Build } from "../wasm.js";
import type { Batch } from "./batches.js";
import type { ExperimentName, Experiments } from "./engine.js";
import type { ExecuteOptions, Job } from "./executor.js";
import { LocalExecutor, type OpenJob } from "./local-executor.js";
import type { BatchResult } from "./run-batch.js";
import type { Lanes } from "./run-batches.js";
import { LANES_PER_WORKER, outliving } from "./threads.js";
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

/** Keeps its threads from job to job. */
export class PoolExecutor extends LocalExecutor {
  readonly #workerFile: string;
  #pool: Pool | undefined;
  #jobs = 0;

  constructor({ workers = availableParallelism(), build = "release", workerFile }: PoolOptions = {}) {
    super(workers, build);
    this.#workerFile = workerFile ?? fileURLToPath(BUILT_WORKER);
  }

  override async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    await pool?.threads.destroy();
  }

  protected override lanes<E extends ExperimentName>(
    { job, module, grains }: OpenJob<E>,
    { onTrouble }: ExecuteOptions,
  ): Lanes<Experiments[E]["layout"]> {
    this.#pool ??= startPool(this.#workerFile, this.workers, grains);
    const { threads, broken } = this.#pool;
    const loaded = { jobNumber: this.#jobs++, module, job: jobBytes(job) };
    const sent = async ({ variant, first, count }: Batch) =>
      (await threads.run({ ...loaded, variant, first, count })) as BatchResult<Experiments[E]["layout"]>;
    return {
      count: LANES_PER_WORKER * this.workers,
      send: (batch) => outliving(isDeath, onTrouble, () => sent(batch)),
      broken,
    };
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
