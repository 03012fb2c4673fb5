// What surrounds the engine, as CSV on stdout: the pool's overhead, what a second worker brings, the share of JavaScript, the
// start of the command, the size of the module.

import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { setEnvironmentData } from "node:worker_threads";
import { PoolExecutor } from "../dist/execute/pool.js";
import { printFigure, printFiguresHead } from "./csv.js";
import { clockMs, interleave, progress, replicasFor } from "./measure.js";
import { jobOf, referenceTo } from "./scenarios.js";

const ROUNDS = 5;
const RUN_MS = 2000;
const RUN_MS_MAX = 8_000;
const MILLION = 1e6;
const STARTS = 15;
const BUSY_VCPUS = referenceTo("busy-vcpus");

printFiguresHead();
await secondWorker();
await javascriptShare();
await start();
printFigure("release module", "KiB", [statSync(pathTo("../build/release.wasm")).size / 1024]);

function pathTo(file) {
  return fileURLToPath(new URL(file, import.meta.url));
}

/** Replicas that take an executor about so long. */
function replicasLasting(executor, ms) {
  return replicasFor((replicas) => executor.run(jobOf(BUSY_VCPUS, replicas)), ms, clockMs);
}

async function secondWorker() {
  progress("two workers against one");
  const executors = [1, 2].map((workers) => new PoolExecutor({ workers }));
  const job = jobOf(BUSY_VCPUS, await replicasLasting(executors[0], RUN_MS));
  await executors[1].run(job);
  const [one, two] = await interleave(
    executors.map((executor) => () => executor.run(job)),
    ROUNDS,
    clockMs,
  );
  printFigure(
    "two workers against one",
    "x",
    one.map((ms, round) => ms / two[round]),
  );
  for (const executor of executors) await executor.close();
}

/**
 * Whatever of a run's wall time one worker is not inside the engine: waits, messages, reading counts and merging them alike.
 * First with threads that have to be started, then with those that have been.
 */
async function javascriptShare() {
  progress("share of JavaScript");
  const inEngine = new Float64Array(new SharedArrayBuffer(16)); // ms, calls; of one worker at a time
  setEnvironmentData("in engine", inEngine);
  const sizing = new PoolExecutor({ workers: 1 });
  const replicas = Math.min(MILLION, await replicasLasting(sizing, RUN_MS_MAX));
  await sizing.close();
  const cold = [];
  const warm = [];
  const overheadUs = [];
  for (let round = 0; round < ROUNDS; round++) {
    const executor = new PoolExecutor({ workers: 1, workerFile: pathTo("timed-worker.cjs") });
    for (const shares of [cold, warm]) {
      inEngine.fill(0);
      const started = clockMs();
      await executor.run(jobOf(BUSY_VCPUS, replicas));
      const wallMs = clockMs() - started;
      const [engineMs, batches] = inEngine;
      shares.push((100 * (wallMs - engineMs)) / wallMs);
      if (shares === warm) overheadUs.push((1000 * (wallMs - engineMs)) / batches);
    }
    await executor.close();
  }
  printFigure(`JavaScript share, ${replicas} replicas, threads running`, "%", warm);
  printFigure(`JavaScript share, ${replicas} replicas, threads started`, "%", cold);
  printFigure("pool overhead a batch, one worker", "us", overheadUs);
}

/** The command's whole life with one replica, beyond that of Node with nothing to do. */
async function start() {
  progress("start of the command");
  const run = ["run", "examples/busy-vcpus.yaml", "--policy", "linux-5.19", "--replicas", "1", "--json"];
  const spawn = (args) => () => spawnSync(process.execPath, args, { cwd: pathTo("..") });
  const tasks = [
    ["-e", "0"],
    [pathTo("../dist/cli.js"), ...run],
  ].map(spawn);
  const [node, command] = await interleave(tasks, STARTS, clockMs);
  printFigure("node -e 0", "ms", node);
  printFigure(
    "klpsim run with one replica, beyond node -e 0",
    "ms",
    command.map((ms, round) => ms - node[round]),
  );
}
