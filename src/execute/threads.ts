// What pools of threads have in common, whoever makes the threads: one may die, all may break, the work may be told to stop.

import type { ExecuteOptions } from "./executor.js";
import { ThreadError } from "./thread-error.js";

/** Batches in flight a thread: one runs, one waits in its port, so that no thread waits for the main one. */
export const LANES_PER_WORKER = 2;
const DEATHS_MAX = 3;

/** Again on a fresh thread where one dies over it: not its own fault, unless several do. */
export async function outliving<T>(
  isDeath: (error: unknown) => error is Error,
  onTrouble: ExecuteOptions["onTrouble"],
  run: () => Promise<T>,
): Promise<T> {
  for (let deaths = 1; ; deaths++) {
    try {
      return await run();
    } catch (error) {
      if (!isDeath(error)) throw error;
      const cause = error.message.replace(/^worker/i, "it");
      if (deaths === DEATHS_MAX)
        throw new ThreadError(`${deaths} worker threads died one after the other over the same replicas: ${cause}`);
      onTrouble?.(`a worker thread died: ${cause}; its replicas are run again on a fresh one`);
    }
  }
}

/** The work, unless `signal` aborts or the threads break before it is done: then `close` ends the batches that still run. */
export async function untilAborted<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  close: () => Promise<void>,
  broken?: Promise<never>,
): Promise<T> {
  const ended = new AbortController();
  try {
    return await Promise.race([work, ...(broken ? [broken] : []), whenAborted(signal, ended.signal)]);
  } catch (error) {
    await close();
    await work.catch(() => {});
    throw error;
  } finally {
    ended.abort();
  }
}

/** Rejects with the reason when `signal` aborts; stops listening when `ended` does. */
function whenAborted(signal: AbortSignal | undefined, ended: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true, signal: ended });
  });
}
