// The executor on all cores of a browser: Web Workers, each with its own engine and memory.

import { openThread } from "../browser-files.js";
import type { Batch } from "./batches.js";
import type { ExperimentName, Experiments } from "./engine.js";
import type { ExecuteOptions } from "./executor.js";
import { LocalExecutor, type OpenJob } from "./local-executor.js";
import type { BatchResult } from "./run-batch.js";
import type { Lanes } from "./run-batches.js";
import { LANES_PER_WORKER, outliving } from "./threads.js";
import { WebThread, WorkerDeath } from "./web-thread.js";

/** Long against what a message to a Worker and back costs, short against what a picture that grows waits for. */
const BATCH_MS = 40;

const isDeath = (error: unknown): error is Error => error instanceof WorkerDeath;

/** Keeps its Workers from job to job. */
export class WebPoolExecutor extends LocalExecutor {
  #threads: WebThread[] = [];
  #jobs = 0;
  #closed = false;

  constructor(workers: number) {
    super(workers, "release");
  }

  override async close(): Promise<void> {
    this.#closed = true;
    for (const thread of this.#threads.splice(0)) thread.end();
  }

  protected override lanes<E extends ExperimentName>(
    { job, module, grains }: OpenJob<E>,
    { onTrouble }: ExecuteOptions,
  ): Lanes<Experiments[E]["layout"]> {
    this.#open(Math.min(this.workers, grains));
    const loaded = { number: this.#jobs++, module, job: { ...job, source: undefined } };
    const sent = async (batch: Batch) =>
      (await this.#idlest().run(loaded, batch)) as BatchResult<Experiments[E]["layout"]>;
    return {
      count: LANES_PER_WORKER * this.workers,
      batchMs: BATCH_MS,
      send: (batch) => outliving(isDeath, onTrouble, () => sent(batch)),
    };
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
