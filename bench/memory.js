// Peak resident memory of a process that simulates as many tasks as a scenario may have, by workers, as CSV on stdout. Each
// number of workers gets a process of its own: `node bench/memory.js WORKERS` is one of them.

import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { simulate } from "klpsim";
import { printHead, printRow } from "./csv.js";
import { progress } from "./measure.js";
import { optionsOf, referenceTo } from "./scenarios.js";

const TASKS = 65_536;
const SLEEPERS = TASKS - 64 - 8; // beside the example's vCPUs and kworkers
const REPLICAS = 20;

const [workers] = process.argv.slice(2);
if (workers === undefined) {
  printHead("scenario", "tasks", "workers", "peakMiB");
  for (const count of new Set([0, 1, availableParallelism()])) {
    progress(`workers: ${count}`);
    process.stdout.write(execFileSync(process.execPath, [fileURLToPath(import.meta.url), String(count)]));
  }
} else {
  const reference = { ...referenceTo("busy-vcpus"), set: [`workload.sleeper.count=${SLEEPERS}`] };
  await simulate({ ...optionsOf(reference), replicas: REPLICAS, workers: Number(workers) });
  const { maxRSS } = process.resourceUsage();
  printRow(reference.name, TASKS, Number(workers), Math.round(maxRSS / 1024));
}
