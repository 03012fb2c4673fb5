// The compiled engines, a module each, as assembly/build.js leaves them in build/.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { packageFile } from "./package-file.js";

export const BUILDS = ["release", "debug"] as const;
/** `debug` checks the engine's assertions; both give the same results. */
export type Build = (typeof BUILDS)[number];

export type ModuleName = "transition" | "branching" | "litmus" | "rseq" | "memory-fault";

function wasmFile(name: ModuleName, build: Build): URL {
  if (name === "transition") return packageFile(`build/${build}.wasm`);
  return packageFile(`build/${name}${build === "debug" ? "-debug" : ""}.wasm`);
}

/** Compiles a module; the result can be shared with worker threads. */
export async function compileModule(name: ModuleName, build: Build = "release"): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readFile(wasmFile(name, build)));
}

/** SHA-256 of a module's bytes, hex. */
export async function moduleSha256(name: ModuleName, build: Build = "release"): Promise<string> {
  return createHash("sha256")
    .update(await readFile(wasmFile(name, build)))
    .digest("hex");
}

/** What a module imports: where its assertions end up. */
export const IMPORTS = {
  env: {
    abort(_message: number, _file: number, line: number, column: number) {
      throw new Error(`engine assertion failed at line ${line}, column ${column}`);
    },
  },
};
