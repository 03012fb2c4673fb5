// Where a browser finds klpsim's engines and threads. This file lies as deep in src/ as the bundle in dist/, so that the addresses hold
// in both; they are written out, so that bundlers see them.

import type { ModuleName } from "./wasm.js";

export interface BrowserFiles {
  /** The folder that the engines (`release.wasm` and so on) are in, where it is not build/ of the package. */
  engines?: string | URL;
  /** Makes a thread of klpsim's browser-worker.js, where its address is another. */
  worker?: () => Worker;
}

let files: BrowserFiles = {};

/** Says where klpsim's files are, before the first run. */
export function configure(given: BrowserFiles): void {
  files = given;
}

export function engineUrl(name: ModuleName): URL {
  const file = `${name === "transition" ? "release" : name}.wasm`;
  return files.engines === undefined ? BUNDLED[name]() : new URL(file, new URL(files.engines, location.href));
}

const BUNDLED: Record<ModuleName, () => URL> = {
  transition: () => new URL("../build/release.wasm", import.meta.url),
  branching: () => new URL("../build/branching.wasm", import.meta.url),
  litmus: () => new URL("../build/litmus.wasm", import.meta.url),
  rseq: () => new URL("../build/rseq.wasm", import.meta.url),
  "memory-fault": () => new URL("../build/memory-fault.wasm", import.meta.url),
};

export function openThread(): Worker {
  return files.worker?.() ?? new Worker(new URL("./browser-worker.js", import.meta.url), { type: "module" });
}
