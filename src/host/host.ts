// What klpsim needs of whatever it runs in. `#host` stands for node.ts, and for browser.ts in what is bundled for browsers.

import type { Build, ModuleName } from "../wasm.js";

export interface Host {
  /** klpsim's own version. */
  readonly version: string;
  /** Threads that can run at once. */
  parallelism(): number;
  /** Lets other work of this thread have its turn. */
  breathe(): Promise<void>;
  /** The bytes of an engine. */
  readModule(name: ModuleName, build: Build): Promise<Uint8Array<ArrayBuffer>>;
}
