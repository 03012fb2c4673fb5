// What sending shards away costs, as CSV on stdout: a shard's bytes, the queue's server, the planner, files, and the pace of two workers through
// Redis against a pool of two. Each part is a process of its own: `node bench/scale/PART.js`; the last three need redis-server.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { printFiguresHead } from "../csv.js";
import { progress } from "../measure.js";
import { hasRedis } from "./redis.js";

const parts = ["bytes", "files", ...(hasRedis() ? ["enqueue", "queue", "pace"] : [])];
if (!hasRedis()) progress("redis-server is not installed: nothing is said of the queue");
printFiguresHead();
for (const part of parts) {
  const script = fileURLToPath(new URL(`${part}.js`, import.meta.url));
  const { status } = spawnSync(process.execPath, [script], { stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new Error(`${part}: exit ${status}`);
}
