// How work leaves the calling thread. `#executors` stands for node-executors.ts, and for browser-executors.ts in what is bundled for
// browsers.

import type { Build } from "../wasm.js";
import type { Executor } from "./executor.js";
import type { LocalExecutor } from "./local-executor.js";
import type { RemoteWork } from "./remote/open-remote.js";

export interface Executors {
  openThreads(workers: number, build: Build): LocalExecutor;
  openRemote(work: RemoteWork): Promise<Executor>;
}
