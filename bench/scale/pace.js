// Two workers through Redis against a pool of two threads, shards of two seconds, both kept as files.

import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadScenario } from "klpsim";
import { PoolExecutor } from "../../dist/execute/pool.js";
import { BullQueue } from "../../dist/execute/remote/bullmq-queue.js";
import { Crew } from "../../dist/execute/remote/crew.js";
import { ownEngine, QUEUE } from "../../dist/execute/remote/redis-keys.js";
import { parseRedisUrl } from "../../dist/execute/remote/redis-url.js";
import { RemoteExecutor } from "../../dist/execute/remote/remote-executor.js";
import { ShardDirectory } from "../../dist/results/shard-directory.js";
import { printFigure } from "../csv.js";
import { clockMs, interleave, progress } from "../measure.js";
import { optionsOf, referenceTo } from "../scenarios.js";
import { startRedis } from "./redis.js";

const ROUNDS = 5;
const SHARDS = 24;
const SHARD_S = 2;
const WORKER = fileURLToPath(new URL("worker.js", import.meta.url));

const redis = await startRedis();
const engine = await ownEngine();
const queue = await BullQueue.open({ address: parseRedisUrl(redis.url), queue: QUEUE, engine, tell: progress });
const executors = [
  new PoolExecutor({ workers: 2 }),
  new RemoteExecutor({ build: "release", queue, crew: new Crew(engine, "", progress), tell: progress }),
];
const workers = [0, 1].map(() => fork(WORKER, [redis.url]));
try {
  await Promise.all(workers.map((worker) => once(worker, "message")));
  await compare();
} finally {
  for (const worker of workers) worker.send("end");
  await Promise.all(workers.map((worker) => once(worker, "exit")));
  for (const executor of executors) await executor.close();
  await redis.end();
}

async function compare() {
  progress("two workers through Redis against a pool of two");
  const replicas = await shardReplicas();
  const tasks = executors.map((executor) => () => kept(executor, replicas * SHARDS));
  for (const task of tasks) await task(); // threads and workers start
  const [pool, remote] = await interleave(tasks, ROUNDS, clockMs);
  printFigure(
    "a shard in the pool",
    "s",
    pool.map((ms) => (2 * ms) / SHARDS / 1000),
  );
  printFigure(
    "two workers through Redis against a pool of two",
    "x",
    pool.map((ms, round) => ms / remote[round]),
  );
}

/** Of a shard that takes one of two threads about so long. */
async function shardReplicas() {
  const sample = 500_000;
  await kept(executors[0], sample);
  const began = clockMs();
  await kept(executors[0], sample);
  return Math.round((sample * SHARD_S * 1000) / 2 / (clockMs() - began));
}

async function kept(executor, replicas) {
  const { scenario: text, ...options } = optionsOf(referenceTo("busy-vcpus"));
  const { scenario: source, model, policies: variants, seed } = loadScenario(text, options);
  const directory = mkdtempSync(join(tmpdir(), "klpsim-pace-"));
  try {
    const store = await ShardDirectory.open(directory, progress);
    await executor.run(
      { experiment: "transition", model, variants, replicas, seed, source },
      { store, shards: SHARDS },
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}
