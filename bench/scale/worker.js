// A worker at a queue, `node bench/scale/worker.js URL`: one thread that simulates, as `klpsim worker --workers 1` is. With SLOTS SECONDS behind
// it a stand-in that knows what its shards come to: so many at a time, each for half to one and a half times the seconds.
// Asked to end, it says what CPU time it took.

import { setTimeout as sleep } from "node:timers/promises";
import { BullWorker } from "../../dist/execute/remote/bullmq-worker.js";
import { ownEngine, QUEUE } from "../../dist/execute/remote/redis-keys.js";
import { parseRedisUrl } from "../../dist/execute/remote/redis-url.js";
import { ShardThreads } from "../../dist/execute/remote/threads.js";
import { cpuMs, progress } from "../measure.js";
import { sampleOf } from "./sample.js";

const [url, slots, seconds] = process.argv.slice(2);
const runner = slots === undefined ? new ShardThreads(1) : await standIn(1000 * Number(seconds));
const worker = await BullWorker.start({
  address: parseRedisUrl(url),
  queue: QUEUE,
  engine: await ownEngine(),
  id: `bench:${process.pid}`,
  threads: Number(slots ?? 1),
  lockMs: 30_000,
  runner,
  tell: progress,
});
const began = cpuMs();
process.send("ready");
process.once("message", async () => {
  process.send(cpuMs() - began);
  await worker.close();
  await runner.close();
  process.disconnect();
});

async function standIn(shardMs) {
  const { result } = await sampleOf("busy-vcpus", 1);
  const run = async (_, message) => {
    if (shardMs > 0) await sleep(shardMs * (0.5 + Math.random()));
    return result(message);
  };
  return { load: async () => undefined, run, close: async () => {} };
}
