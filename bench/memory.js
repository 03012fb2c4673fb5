// Peak resident memory of a process that simulates as many tasks as a scenario may have, by workers, as CSV on stdout. Each
// number of workers gets a process of its own: `node bench/memory.js WORKERS` is one of them.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { simulate } from "klpsim";

const file = "examples/busy-vcpus.yaml";
const TASKS = 65_536;
const SLEEPERS = TASKS - 64 - 8; // beside the example's vCPUs and kworkers
const REPLICAS = 20;

const [workers] = process.argv.slice(2);
if (workers === undefined) {
  console.log("scenario,tasks,workers,peakMiB");
  for (const count of new Set([0, 1, availableParallelism()]))
    process.stdout.write(execFileSync(process.execPath, [fileURLToPath(import.meta.url), String(count)]));
} else {
  const scenario = readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
  const set = [`workload.sleeper.count=${SLEEPERS}`];
  await simulate({ scenario, file, set, policies: ["linux-5.19"], replicas: REPLICAS, workers: Number(workers) });
  const { maxRSS } = process.resourceUsage();
  console.log(["busy-vcpus", TASKS, workers, Math.round(maxRSS / 1024)].join(","));
}
