// Compiles one AssemblyScript file alone, assertions on, so that internals are tested without being exported from index.ts.

import { fileURLToPath } from "node:url";
import * as asc from "assemblyscript/asc";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The exports of `path` (from the project's root) in a fresh instance with `pages` of memory. */
export async function load<Exports>(path: string, pages = 64): Promise<Exports> {
  let binary: Uint8Array | undefined;
  const options = [
    path,
    "--outFile",
    "out.wasm",
    "--runtime",
    "stub",
    "--initialMemory",
    String(pages),
    "--enable",
    "simd",
  ];
  const { error, stderr } = await asc.main([...options, "--baseDir", root], {
    writeFile: (_name, contents) => {
      if (typeof contents !== "string") binary = contents;
    },
  });
  if (error || !binary) throw new Error(`${path}: ${stderr.toString()}`);
  const { instance } = await WebAssembly.instantiate(new Uint8Array(binary), {
    env: {
      abort: (_message: number, _file: number, line: number, column: number) => {
        throw new Error(`${path}:${line}:${column}: assertion failed`);
      },
    },
  });
  return instance.exports as Exports;
}
