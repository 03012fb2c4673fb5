// An executor for one piece of work, closed when that is done.

import { availableParallelism } from "node:os";
import { BUILDS, type Build } from "../wasm.js";
import type { Executor, LocalExecutor } from "./executor.js";
import { InProcessExecutor } from "./in-process.js";
import { PoolExecutor } from "./pool.js";

export const WORKERS_MAX = 1024;

/** Where and how fast the work is done; neither changes a result. */
export interface WorkOptions {
  /** Threads, 0 for none besides the caller's; the machine's parallelism by default. */
  workers?: number;
  /** `debug` checks the engine's assertions, at a cost in time. */
  build?: Build;
}

/** @throws RangeError when an option is out of its bounds; what `work` throws. */
export async function withExecutor<T>(
  options: WorkOptions,
  work: (executor: Executor, build: Build) => Promise<T>,
): Promise<T> {
  return withLocalExecutor(options, work);
}

/** As withExecutor(), of this machine always. */
export async function withLocalExecutor<T>(
  { workers = availableParallelism(), build = "release" }: WorkOptions,
  work: (executor: LocalExecutor, build: Build) => Promise<T>,
): Promise<T> {
  if (!Number.isInteger(workers) || workers < 0 || workers > WORKERS_MAX) {
    throw new RangeError(`workers: expected an integer in 0..${WORKERS_MAX}, got ${workers}`);
  }
  if (!BUILDS.includes(build)) throw new RangeError(`build: expected one of ${BUILDS.join(", ")}, got ${build}`);
  const executor = workers === 0 ? new InProcessExecutor(build) : new PoolExecutor({ workers, build });
  try {
    return await work(executor, build);
  } finally {
    await executor.close();
  }
}
