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
  writeFileSync(`${OUT}tables.h`, tables());
  const program = `${OUT}klpsim-${target}`;
  const flags = ["-std=c11", "-O3", `-march=${target}`, "-ffp-contract=off", "-Wall", "-Wextra"];
  execFileSync("gcc", [...flags, "-I", OUT, SOURCE, "-o", program, "-lm"], { stdio: "inherit" });
  return program;
}

/** The tables behind the module's log and exp, out of AssemblyScript's own source. */
function tables() {
  const path = createRequire(import.meta.url).resolve("assemblyscript/std/assembly/util/math.ts");
  const source = readFileSync(path, "utf8");
  const [inverses, centres] = ["LOG_DATA_TAB1", "LOG_DATA_TAB2"].map((name) => pairsOf(source, name));
  const log = inverses.map((pair, n) => [...pair, ...centres[n]].map(double));
  const exp = pairsOf(source, "EXP_DATA_TAB").map((pair) => pair.map((bits) => `UINT64_C(${bits})`));
  return `${table("double LOG_TABLE", log)}${table("uint64_t EXP_TABLE", exp)}`;
}

/** The bits of a table of 128 pairs of doubles. */
function pairsOf(source, name) {
  const body = new RegExp(`const ${name} = memory\\.data<u64>\\(\\[([^\\]]*)\\]`).exec(source)[1];
  const bits = body.match(/0x[0-9A-F]{16}/g);
  return Array.from({ length: 128 }, (_, n) => bits.slice(2 * n, 2 * n + 2));
}

/** A number given as its bits, in decimals that give the same bits back. */
function double(bits) {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(bits));
  return view.getFloat64(0);
}

function table(declaration, rows) {
  const lines = rows.map((row) => `  {${row.join(", ")}},\n`);
  return `static const ${declaration}[${rows.length}][${rows[0].length}] = {\n${lines.join("")}};\n`;
}
