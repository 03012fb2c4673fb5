// The litmus engine.

import { type Build, compileModule } from "../wasm.js";

/** Compiles the litmus engine once. */
export function compileLitmus(build: Build = "release"): Promise<WebAssembly.Module> {
  return compileModule("litmus", build);
}
