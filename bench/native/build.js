// Compiles the C reference, where there is a compiler.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const SOURCE = fileURLToPath(new URL("klpsim.c", import.meta.url));
const OUT = fileURLToPath(new URL("../../build/native/", import.meta.url));

/** What the compiler may assume of the machine: the vectors that Wasm has too, and all that this one has. */
export const TARGETS = ["x86-64-v2", "native"];

/** Is there a gcc for these targets, with its library's headers? */
export function hasCompiler() {
  try {
    const flags = [`-march=${TARGETS[0]}`, "-include", "stdio.h"];
    execFileSync("gcc", [...flags, "-E", "-x", "c", "/dev/null"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Builds for a target; the program's path. */
export function build(target) {
  mkdirSync(OUT, { recursive: true });
  writeFileSync(`${OUT}log-table.h`, logTable());
  const program = `${OUT}klpsim-${target}`;
  const flags = ["-std=c11", "-O3", `-march=${target}`, "-ffp-contract=off", "-Wall", "-Wextra"];
  execFileSync("gcc", [...flags, "-I", OUT, SOURCE, "-o", program, "-lm"], { stdio: "inherit" });
  return program;
}

/** The table behind the module's log, out of AssemblyScript's own source: rows of 1/c, log c, and c in two parts. */
function logTable() {
  const path = createRequire(import.meta.url).resolve("assemblyscript/std/assembly/util/math.ts");
  const source = readFileSync(path, "utf8");
  const [ofCentres, parts] = ["LOG_DATA_TAB1", "LOG_DATA_TAB2"].map((name) => doublesOf(source, name));
  const rows = Array.from({ length: 128 }, (_, i) => [
    ...ofCentres.slice(2 * i, 2 * i + 2),
    ...parts.slice(2 * i, 2 * i + 2),
  ]);
  return `static const double LOG_TABLE[128][4] = {\n${rows.map((row) => `  {${row.join(", ")}},\n`).join("")}};\n`;
}

/** Numbers given as bits, in decimals that give the same bits back. */
function doublesOf(source, name) {
  const body = new RegExp(`const ${name} = memory\\.data<u64>\\(\\[([^\\]]*)\\]`).exec(source)[1];
  const view = new DataView(new ArrayBuffer(8));
  return [...body.matchAll(/0x[0-9A-F]{16}/g)].map(([bits]) => {
    view.setBigUint64(0, BigInt(bits));
    return view.getFloat64(0);
  });
}
