// A Redis server of the bench's own, on a free port, with its log (AOF) as docs/scale.md has it, and what it says of itself.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { printFigure } from "../csv.js";
import { clockMs, cpuMs } from "../measure.js";

const STARTS = 100; // tenths of a second

export function hasRedis() {
  return spawnSync("redis-server", ["--version"]).status === 0;
}

/** Its URL, a client that counts for nothing, and how to end it. */
export async function startRedis() {
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), "klpsim-redis-"));
  const options = ["--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction", "--bind", "127.0.0.1"];
  const server = spawn("redis-server", ["--port", String(port), "--dir", directory, ...options], { stdio: "ignore" });
  const client = new Redis({ port, lazyConnect: true, retryStrategy: () => 100, maxRetriesPerRequest: STARTS });
  client.on("error", () => {}); // it is not there yet
  await client.ping();
  const end = async () => {
    client.disconnect();
    server.kill();
    await once(server, "exit");
    rmSync(directory, { recursive: true });
  };
  return { url: `redis://127.0.0.1:${port}`, client, end };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await sleep(0);
  return port;
}

/** CPU time so far in ms, memory in bytes, what went out and in. */
async function usage(client) {
  const info = await client.info();
  const field = (name) => Number(new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)[1]);
  return {
    cpuMs: 1000 * (field("used_cpu_sys") + field("used_cpu_user")),
    memory: field("used_memory"),
    network: field("total_net_input_bytes") + field("total_net_output_bytes"),
  };
}

/** What some work takes: of the clock, of this process, of the server. */
export async function spent(client, work) {
  const began = { ...(await usage(client)), clock: clockMs(), own: cpuMs() };
  await work();
  const ended = await usage(client);
  return {
    ms: clockMs() - began.clock,
    own: cpuMs() - began.own,
    server: ended.cpuMs - began.cpuMs,
    memory: ended.memory - began.memory,
    network: ended.network - began.network,
  };
}

export function printSpent(what, { own, server, network }, shards) {
  printFigure(`${what}: the planner's CPU time`, "us", [(1000 * own) / shards]);
  printFigure(`${what}: the server's CPU time`, "us", [(1000 * server) / shards]);
  printFigure(`${what}: the server's network, in and out`, "bytes", [network / shards]);
}
