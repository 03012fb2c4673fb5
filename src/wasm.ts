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

const compiled = new Map<string, Promise<WebAssembly.Module>>();

/** Compiles a module; the result can be shared with worker threads. */
export function compileModule(name: ModuleName, build: Build = "release"): Promise<WebAssembly.Module> {
  return once(compiled, wasmFile(name, build), (bytes) => WebAssembly.compile(bytes));
}

const hashed = new Map<string, Promise<string>>();

/** SHA-256 of a module's bytes, hex. */
export function moduleSha256(name: ModuleName, build: Build = "release"): Promise<string> {
  return once(hashed, wasmFile(name, build), (bytes) => createHash("sha256").update(bytes).digest("hex"));
}

/** What is made of a file's bytes, made once in this thread. */
function once<T>(
  made: Map<string, Promise<T>>,
  file: URL,
  make: (bytes: Buffer<ArrayBuffer>) => T | Promise<T>,
): Promise<T> {
  const known = made.get(file.href);
  if (known !== undefined) return known;
  const result = readFile(file).then(make);
  made.set(file.href, result);
  return result;
}

/** What a module imports: where its assertions end up. */
export const IMPORTS = {
  env: {
    abort(_message: number, _file: number, line: number, column: number) {
      throw new Error(`engine assertion failed at line ${line}, column ${column}`);
    },
  },
};
