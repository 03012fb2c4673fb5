// The Workers that runs are spread over. They stay for the next run: to start them takes longer than many a run.

import { WebPoolExecutor } from "../../../src/execute/web-pool.js";

let idle: WebPoolExecutor | undefined;

/** @throws what `work` throws; its Workers are then ended */
export async function onPool<T>(workers: number, work: (pool: WebPoolExecutor) => Promise<T>): Promise<T> {
  const pool = taken(workers) ?? new WebPoolExecutor(workers);
  try {
    const result = await work(pool);
    if (idle === undefined) idle = pool;
    else await pool.close();
    return result;
  } catch (error) {
    await pool.close();
    throw error;
  }
}

/** The idle one, if it has as many. */
function taken(workers: number): WebPoolExecutor | undefined {
  const found = idle;
  idle = undefined;
  if (found?.workers === workers) return found;
  void found?.close();
  return undefined;
}
