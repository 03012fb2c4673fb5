// All benches, one after another; their CSV goes to bench/results/MACHINE-BENCH.csv, each with the command that made it. Names
// as arguments: those alone. One that fails, as those that need a compiler may, leaves its file as it was; exit 1 at the end.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, renameSync, rmSync } from "node:fs";
import { loadavg } from "node:os";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { describeMachine, machine, resultsUrl } from "./machine.js";
import { progress } from "./measure.js";

const BENCHES = {
  core: "core.js",
  growth: "growth.js",
  ratios: "ratios.js",
  pool: "pool.js",
  throughput: "throughput.js",
  memory: "memory.js",
  litmus: "litmus.js",
  rseq: "rseq.js",
  "memory-fault": "memory-fault.js",
  native: "native/run.js",
  peers: "peers/run.js",
  scale: "scale/run.js",
  fit: "fit.js",
  page: "page.js",
};

const asked = process.argv.slice(2);
const known = Object.keys(BENCHES);
const stranger = asked.find((name) => !known.includes(name));
if (stranger !== undefined) throw new RangeError(`expected some of ${known.join(", ")}, got ${stranger}`);
for (const name of asked.length > 0 ? asked : known) await keep(name);

/** The file appears when the bench has ended well. */
async function keep(name) {
  const result = fileURLToPath(resultsUrl(machine(), name));
  const part = `${result}.part`;
  progress(`\n${name} -> ${result}`);
  const file = createWriteStream(part);
  file.write(`# node bench/${BENCHES[name]}; ${describeMachine()}; load ${loadavg()[0].toFixed(1)} when it began\n`);
  const script = fileURLToPath(new URL(BENCHES[name], import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  await pipeline(child.stdout, file);
  const [code] = await ended;
  if (code === 0) renameSync(part, result);
  else {
    progress(`${name}: exit ${code}`);
    rmSync(part);
    process.exitCode = 1;
  }
}
