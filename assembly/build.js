// Builds the engines, each with assertions (debug) and without: node assembly/build.js [NAME]...

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import asc from "assemblyscript/asc";

const ENGINES = [
  {
    name: "livepatch",
    entry: "assembly/index.ts",
    flags: [],
    debug: "build/debug.wasm",
    release: "build/release.wasm",
  },
  engine("litmus", "assembly/litmus/index.ts"),
  engine("rseq", "assembly/rseq.ts"),
  engine("memory-fault", "assembly/memory-fault.ts"),
  engine("branching", "assembly/branching/index.ts", ["--use", "KLPSIM_BRANCHING=1", "--initialMemory", "354"]),
].filter(({ entry }) => existsSync(entry));

/** `flags`: what this module is compiled with besides asconfig.json. */
function engine(name, entry, flags = []) {
  return { name, entry, flags, debug: `build/${name}-debug.wasm`, release: `build/${name}.wasm` };
}

const names = process.argv.slice(2);
for (const name of names) {
  if (!ENGINES.some((one) => one.name === name)) {
    throw new Error(`engine: expected one of ${ENGINES.map((one) => one.name).join(", ")}, got ${name}`);
  }
}
for (const { name, entry, flags, ...files } of ENGINES) {
  if (names.length > 0 && !names.includes(name)) continue;
  for (const target of ["debug", "release"]) await compile(entry, target, files[target], flags);
  execFileSync(process.execPath, ["assembly/optimize.js", files.release]);
}

const files = ENGINES.flatMap(({ release, debug }) => [release, debug]).filter(existsSync);
writeFileSync("build/sha256.json", `${JSON.stringify(Object.fromEntries(files.map(digested)), null, 2)}\n`);

/** What klpsim doctor holds the files against. */
function digested(file) {
  return [file.replace("build/", ""), createHash("sha256").update(readFileSync(file)).digest("hex")];
}

async function compile(entry, target, outFile, flags) {
  const options = ["--config", "asconfig.json", "--target", target, "--outFile", outFile, ...flags];
  const { error, stdout, stderr } = await asc.main([entry, ...options]);
  process.stdout.write(stdout.toString());
  process.stderr.write(stderr.toString());
  if (error) process.exit(1);
}
