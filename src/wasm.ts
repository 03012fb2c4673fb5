// The compiled engines, a module each, as assembly/build.js leaves them in build/.

import { readModule } from "#host";
import { sha256Of } from "./scenario/sha256.js";

export const BUILDS = ["release", "debug"] as const;
/** `debug` checks the engine's assertions; both give the same results. */
export type Build = (typeof BUILDS)[number];

export type ModuleName = "transition" | "branching" | "litmus" | "rseq" | "memory-fault";

const read = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

function bytesOf(name: ModuleName, build: Build): Promise<Uint8Array<ArrayBuffer>> {
  return once(read, `${name} ${build}`, () => readModule(name, build));
}

const compiled = new Map<string, Promise<WebAssembly.Module>>();

/** Compiles a module; the result can be shared with worker threads. */
export function compileModule(name: ModuleName, build: Build = "release"): Promise<WebAssembly.Module> {
  return once(compiled, `${name} ${build}`, async () => WebAssembly.compile(await bytesOf(name, build)));
}

const hashed = new Map<string, Promise<string>>();

/** SHA-256 of a module's bytes, hex. */
export function moduleSha256(name: ModuleName, build: Build = "release"): Promise<string> {
  return once(hashed, `${name} ${build}`, async () => sha256Of(await bytesOf(name, build)));
}

/** Made once in this thread; what failed is tried again. */
function once<T>(made: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = made.get(key);
  if (known !== undefined) return known;
  const result = make();
  made.set(key, result);
  result.catch(() => made.delete(key));
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
