// What it takes to put 100,000 shards into the queue at once: more than a planner ever leaves there.

import { BullQueue } from "../../dist/execute/remote/bullmq-queue.js";
import { shardOf, writeOrder } from "../../dist/execute/remote/messages.js";
import { orderOf } from "../../dist/execute/remote/order.js";
import { ownEngine, QUEUE } from "../../dist/execute/remote/redis-keys.js";
import { parseRedisUrl } from "../../dist/execute/remote/redis-url.js";
import { shardName } from "../../dist/results/shard-key.js";
import { printFigure } from "../csv.js";
import { progress } from "../measure.js";
import { printSpent, spent, startRedis } from "./redis.js";
import { sampleOf } from "./sample.js";

const SHARDS = 100_000;
const CHUNK = 1000; // as the planner does

progress(`${SHARDS} shards into the queue`);
const redis = await startRedis();
try {
  await enqueue();
  printFigure("shards sent: peak memory", "MiB", [process.resourceUsage().maxRSS / 1024]);
} finally {
  await redis.end();
}

async function enqueue() {
  const { job, planned } = await sampleOf("busy-vcpus", SHARDS);
  const order = await orderOf(job, "release");
  const { address } = writeOrder(order);
  const engine = await ownEngine();
  const queue = await BullQueue.open({ address: parseRedisUrl(redis.url), queue: QUEUE, engine, tell: progress });
  const measured = await spent(redis.client, async () => {
    for (let at = 0; at < SHARDS; at += CHUNK) {
      const some = planned.slice(at, at + CHUNK);
      await queue.add(
        some.map((one) => ({ name: shardName(shardOf(order, one)), message: { order: address, ...one } })),
      );
    }
  });
  printFigure(`${SHARDS} shards sent`, "s", [measured.ms / 1000]);
  printSpent("a shard sent", measured, SHARDS);
  printFigure("a shard that waits: the server's memory", "bytes", [measured.memory / SHARDS]);
  await queue.close();
}
