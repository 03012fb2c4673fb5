// The threads of a worker: a shard each, start to end. The main thread stays free, to tell the server that the worker is alive.

import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { packageFile } from "../../package-file.js";
import type { ShardResult } from "../../results/shard-store.js";
import { type Build, compileModule } from "../../wasm.js";
import { ENGINES } from "../engine.js";
import type { Job } from "../executor.js";
import { jobBytes } from "../pool.js";
import type { BatchResult } from "../run-batch.js";
import type { BatchMessage } from "../worker.js";

/** A job as threads take it; each opens its engine once. */
export type LoadedJob = Pick<BatchMessage, "jobNumber" | "module" | "job">;

const BUILT_WORKER = packageFile("dist/execute/worker-thread.cjs");
/** No shard takes so long: its thread is ended. */
const SHARD_MS_MAX = 3600e3;

export class ShardThreads {
  readonly #threads: Piscina<BatchMessage, BatchResult<unknown>>;
  #jobs = 0;

  constructor(
    readonly count = availableParallelism(),
    private readonly shardMsMax = SHARD_MS_MAX,
  ) {
    this.#threads = new Piscina({
      filename: fileURLToPath(BUILT_WORKER),
      minThreads: 1,
      maxThreads: count,
      idleTimeout: Number.POSITIVE_INFINITY,
      concurrentTasksPerWorker: 1,
      atomics: "disabled",
    });
    this.#threads.on("error", () => {}); // a thread that dies between two shards is replaced
  }

  async load(job: Job, build: Build): Promise<LoadedJob> {
    const module = await compileModule(ENGINES[job.experiment].module, build);
    return { jobNumber: this.#jobs++, module, job: jobBytes(job) };
  }

  /** Rejects where its thread dies, as one does that runs out of memory; the other threads go on. */
  async run(
    job: LoadedJob,
    { variant, first, count }: { variant: number; first: number; count: number },
  ): Promise<ShardResult> {
    const late = AbortSignal.timeout(this.shardMsMax);
    try {
      const { counts, outcomes } = await this.#threads.run({ ...job, variant, first, count }, { signal: late });
      return outcomes === undefined ? { counts } : { counts, outcomes };
    } catch (error) {
      if (late.aborted)
        throw new Error(`not done after ${this.shardMsMax / 60e3} minutes: make its shards smaller (--shards)`);
      throw new Error(`its thread failed: ${(error as Error).message}`);
    }
  }

  /** Ends the threads, whatever they do. */
  async close(): Promise<void> {
    await this.#threads.destroy();
  }
}
