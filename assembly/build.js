// Builds the engines, each with assertions (debug) and without: node assembly/build.js [NAME]...

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import asc from "assemblyscript/asc";

const ENGINES = [
  { name: "livepatch", entry: "assembly/index.ts", debug: "build/debug.wasm", release: "build/release.wasm" },
  engine("litmus", "assembly/litmus/index.ts"),
  engine("rseq", "assembly/rseq.ts"),
  engine("memory-fault", "assembly/memory-fault.ts"),
].filter(({ entry }) => existsSync(entry));

function engine(name, entry) {
  return { name, entry, debug: `build/${name}-debug.wasm`, release: `build/${name}.wasm` };
}

const names = process.argv.slice(2);
for (const name of names) {
  if (!ENGINES.some((one) => one.name === name)) {
    throw new Error(`engine: expected one of ${ENGINES.map((one) => one.name).join(", ")}, got ${name}`);
  }
}
for (const { name, entry, ...files } of ENGINES) {
  if (names.length > 0 && !names.includes(name)) continue;
  for (const target of ["debug", "release"]) await compile(entry, target, files[target]);
  execFileSync(process.execPath, ["assembly/optimize.js", files.release]);
}

async function compile(entry, target, outFile) {
  const options = ["--config", "asconfig.json", "--target", target, "--outFile", outFile];
  const { error, stdout, stderr } = await asc.main([entry, ...options]);
  process.stdout.write(stdout.toString());
  process.stderr.write(stderr.toString());
  if (error) process.exit(1);
}
