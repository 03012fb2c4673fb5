// Where the litmus engine's builds lie, in Node.

import { readFile } from "node:fs/promises";
import { packageFile } from "../package-file.js";

/** Compiles the litmus engine once. */
export async function compileLitmus(build: "release" | "debug" = "release"): Promise<WebAssembly.Module> {
  return WebAssembly.compile(
    await readFile(packageFile(build === "debug" ? "build/litmus-debug.wasm" : "build/litmus.wasm")),
  );
}
