// An executor for one piece of work, closed when that is done.

import { openRemote, openThreads } from "#executors";
import { parallelism } from "#host";
import { BUILDS, type Build } from "../wasm.js";
import type { Executor } from "./executor.js";
import { InProcessExecutor } from "./in-process.js";
import type { LocalExecutor } from "./local-executor.js";

export const WORKERS_MAX = 1024;

/** Where and how fast the work is done; neither changes a result. */
export interface WorkOptions {
  /** Threads, 0 for none besides the caller's; the machine's parallelism by default. */
  workers?: number;
  /** `debug` checks the engine's assertions, at a cost in time. */
  build?: Build;
  /** A Redis server whose workers do the work, redis://host:6379; the threads then do what cannot be sent there. */
  executor?: string | undefined;
  /** Which of the server's queues. */
  queue?: string | undefined;
  /** Takes a line for people: what goes wrong without ending the work. */
  onTrouble?: (message: string) => void;
}

/** @throws RangeError when an option is out of its bounds; RemoteError where the server cannot be used; what `work` throws. */
export async function withExecutor<T>(
  options: WorkOptions,
  work: (executor: Executor, build: Build) => Promise<T>,
): Promise<T> {
  const { executor: url, queue, build = "release", onTrouble = () => {} } = options;
  if (url === undefined) return withLocalExecutor(options, work);
  return closing(await openRemote({ url, queue, build, local: localExecutor(options), tell: onTrouble }), build, work);
}

/** As withExecutor(), of this machine always. */
export async function withLocalExecutor<T>(
  options: WorkOptions,
  work: (executor: LocalExecutor, build: Build) => Promise<T>,
): Promise<T> {
  return closing(localExecutor(options)(), options.build ?? "release", work);
}

/** Makes one, its options checked. @throws RangeError */
function localExecutor({ workers = parallelism(), build = "release" }: WorkOptions): () => LocalExecutor {
  if (!Number.isInteger(workers) || workers < 0 || workers > WORKERS_MAX) {
    throw new RangeError(`workers: expected an integer in 0..${WORKERS_MAX}, got ${workers}`);
  }
  if (!BUILDS.includes(build)) throw new RangeError(`build: expected one of ${BUILDS.join(", ")}, got ${build}`);
  return () => (workers === 0 ? new InProcessExecutor(build) : openThreads(workers, build));
}

async function closing<E extends Executor, T>(
  executor: E,
  build: Build,
  work: (executor: E, build: Build) => Promise<T>,
): Promise<T> {
  try {
    return await work(executor, build);
  } finally {
    await executor.close();
  }
}
