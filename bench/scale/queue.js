// What a shard costs the server, the planner and a worker on its whole way through the queue, with workers that do nothing else: in a process
// of its own for each number of slots that a worker has, `node bench/scale/queue.js SHARDS SLOTS SECONDS`.

import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { BullQueue } from "../../dist/execute/remote/bullmq-queue.js";
import { Crew } from "../../dist/execute/remote/crew.js";
import { ownEngine, QUEUE } from "../../dist/execute/remote/redis-keys.js";
import { parseRedisUrl } from "../../dist/execute/remote/redis-url.js";
import { RemoteExecutor } from "../../dist/execute/remote/remote-executor.js";
import { printFigure } from "../csv.js";
import { progress } from "../measure.js";
import { printSpent, spent, startRedis } from "./redis.js";
import { sampleOf } from "./sample.js";

const WAYS = [
  [100_000, 64, 0],
  [20_000, 10_000, 20],
];
const WORKER = fileURLToPath(new URL("worker.js", import.meta.url));

const [shards, slots, seconds] = process.argv.slice(2).map(Number);
if (shards === undefined) {
  for (const way of WAYS) {
    const args = [fileURLToPath(import.meta.url), ...way.map(String)];
    if (spawnSync(process.execPath, args, { stdio: "inherit" }).status !== 0) throw new Error(`queue.js: ${way}`);
  }
} else {
  const redis = await startRedis();
  try {
    await through(redis);
  } finally {
    await redis.end();
  }
}

async function through({ url, client }) {
  const what = `${slots} at a time`;
  progress(`${shards} shards through the queue, ${what}`);
  const { job } = await sampleOf("busy-vcpus", shards);
  const worker = fork(WORKER, [url, slots, seconds].map(String));
  await once(worker, "message");
  const engine = await ownEngine();
  const queue = await BullQueue.open({ address: parseRedisUrl(url), queue: QUEUE, engine, tell: progress });
  const crew = new Crew(engine, "", progress);
  const executor = new RemoteExecutor({ build: "release", queue, crew, tell: progress });
  const store = { read: async () => undefined, write: async () => {} };
  const measured = await spent(client, () => executor.run(job, { store, shards }));
  worker.send("end");
  const [workerMs] = await once(worker, "message");
  await once(worker, "exit");
  await executor.close();
  printFigure(`${shards} shards through the queue, ${what}`, "s", [measured.ms / 1000]);
  printSpent(`a shard through the queue, ${what}`, measured, shards);
  printFigure(`a shard through the queue, ${what}: the worker's CPU time`, "us", [(1000 * workerMs) / shards]);
  printFigure(`shards through the queue, ${what}: the planner's peak memory`, "MiB", [
    process.resourceUsage().maxRSS / 1024,
  ]);
}
