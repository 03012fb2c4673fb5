// In a browser: Web Workers, and nothing else.

import type { Executors } from "./executors.js";
import { WebPoolExecutor } from "./web-pool.js";

export const openThreads: Executors["openThreads"] = (workers) => new WebPoolExecutor(workers);

export const openRemote: Executors["openRemote"] = async ({ url }) => {
  throw new RangeError(`executor: expected none, as a browser reaches no Redis, got ${url}`);
};
