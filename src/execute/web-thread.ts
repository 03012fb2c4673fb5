// One Web Worker of a pool: batches go in, results come out in the same order, or its death does.

import type { Batch } from "./batches.js";
import type { Job } from "./executor.js";
import type { BatchResult } from "./run-batch.js";

/** A job as Workers take it. */
export interface LoadedJob {
  /** Unique in the pool. */
  number: number;
  module: WebAssembly.Module;
  job: Job;
}

/** What a Worker is told. It has the job before the job's first batch. */
export type ToWorker = { open: LoadedJob } | { batch: Pick<Batch, "variant" | "first" | "count"> };

/** What it answers to a batch; `error` is what the engine threw. */
export type FromWorker = { result: BatchResult<unknown> } | { error: unknown };

/** A Worker ended before its batches did. */
export class WorkerDeath extends Error {
  override name = "WorkerDeath";
}

interface Waiting {
  resolve(result: BatchResult<unknown>): void;
  reject(error: unknown): void;
}

export class WebThread {
  readonly #waiting: Waiting[] = [];
  #job = -1;
  #dead = false;

  constructor(private readonly worker: Worker) {
    worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => this.#take(data));
    worker.addEventListener("messageerror", () => this.#die("worker sent what cannot be read"));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#die(event.message ? `worker failed: ${event.message}` : "worker could not be started: no such file?");
    });
  }

  /** Batches that it has. */
  get load(): number {
    return this.#waiting.length;
  }

  get isDead(): boolean {
    return this.#dead;
  }

  /** @throws WorkerDeath */
  run(job: LoadedJob, { variant, first, count }: Batch): Promise<BatchResult<unknown>> {
    if (this.#job !== job.number) this.#send({ open: job });
    this.#job = job.number;
    this.#send({ batch: { variant, first, count } });
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Its batches come to nothing. */
  end(): void {
    this.#close(new Error("the executor was closed"));
  }

  #send(message: ToWorker): void {
    this.worker.postMessage(message);
  }

  #take(message: FromWorker): void {
    const first = this.#waiting.shift();
    if ("result" in message) first?.resolve(message.result);
    else first?.reject(message.error);
  }

  #die(how: string): void {
    this.#close(new WorkerDeath(how));
  }

  #close(error: Error): void {
    this.#dead = true;
    this.worker.terminate();
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
