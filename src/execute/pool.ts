// The executor on all cores of one machine: piscina threads, each with its own engine and memory.

import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { serialize } from "node:v8";
import { Piscina } from "piscina";
import { type Build, compileCore } from "../core.js";
import { type Batch, Batches } from "./batches.js";
import { type BatchResult, Collector } from "./collector.js";
import type { ExecuteOptions, Executor, Job, Outcome } from "./executor.js";
import { planRun } from "./plan.js";
import type { BatchMessage } from "./worker.js";

export interface PoolOptions {
  /** Threads; the machine's parallelism by default. */
  workers?: number;
  build?: Build;
  /** The thread's file; by default the built one, also when this file runs from src/ under vitest. */
  workerFile?: string;
}

// Batches in flight a thread: one runs, one waits, so that no thread waits for the main one.
const LANES_PER_WORKER = 2;
const BUILT_WORKER = new URL(
  import.meta.url.endsWith(".ts") ? "../../dist/execute/worker.js" : "./worker.js",
  import.meta.url,
);

type Threads = Piscina<BatchMessage, BatchResult>;

/** Keeps its threads from job to job; one job at a time. */
export class PoolExecutor implements Executor {
  readonly workers: number;
  readonly #build: Build;
  readonly #workerFile: string;
  #threads: Threads | undefined;
  #jobs = 0;

  constructor({ workers = availableParallelism(), build = "release", workerFile }: PoolOptions = {}) {
    this.workers = workers;
    this.#build = build;
    this.#workerFile = workerFile ?? fileURLToPath(BUILT_WORKER);
  }

  async run(job: Job, { signal, onProgress }: ExecuteOptions = {}): Promise<Outcome> {
    signal?.throwIfAborted();
    const threads = await this.#start();
    const batches = new Batches(planRun(job.model, job.policies.length, job.replicas));
    const collector = new Collector(job);
    const send = this.#sender(threads, job);
    const lane = async () => {
      for (let batch = batches.next(); batch; batch = batches.next()) {
        const result = await send(batch);
        batches.took(batch, result.ms);
        collector.add(batch, result);
        onProgress?.(collector.progress());
      }
    };
    const lanes = Array.from({ length: LANES_PER_WORKER * this.workers }, lane);
    try {
      await Promise.race([Promise.all(lanes), whenAborted(signal), whenBroken(threads)]);
    } catch (error) {
      await this.close(); // also ends the batches that still run
      await Promise.allSettled(lanes);
      throw error;
    }
    return collector.outcome();
  }

  async close(): Promise<void> {
    const threads = this.#threads;
    this.#threads = undefined;
    await threads?.destroy();
  }

  async #start(): Promise<Threads> {
    const module = await compileCore(this.#build);
    this.#threads ??= new Piscina({
      filename: this.#workerFile,
      minThreads: this.workers,
      maxThreads: this.workers,
      workerData: { module },
    });
    return this.#threads;
  }

  #sender(threads: Threads, job: Job): (batch: Batch) => Promise<BatchResult> {
    const jobNumber = this.#jobs++;
    const bytes = shared(serialize(job));
    return ({ policy, first, count }) => threads.run({ jobNumber, job: bytes, policy, first, count });
  }
}

function shared(bytes: Uint8Array): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytes.byteLength);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

/** Rejects with the reason when `signal` aborts; pending for ever otherwise. */
function whenAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** Rejects when a thread dies outside any batch, as one that cannot load its file does. */
function whenBroken(threads: Threads): Promise<never> {
  return new Promise((_resolve, reject) => {
    threads.once("error", reject);
  });
}
