// In Node: a pool of threads, a queue on a server.

import type { Executors } from "./executors.js";
import { PoolExecutor } from "./pool.js";

export const openThreads: Executors["openThreads"] = (workers, build) => new PoolExecutor({ workers, build });

/** Loaded here: few runs leave their machine. */
export const openRemote: Executors["openRemote"] = async (work) =>
  (await import("./remote/open-remote.js")).openRemote(work);
