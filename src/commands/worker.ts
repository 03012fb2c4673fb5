// klpsim worker: simulates shards that planners put into a queue, until it is told to end.

import { randomBytes } from "node:crypto";
import { availableParallelism, hostname } from "node:os";
import { type Command, Option } from "commander";
import { BullWorker } from "../execute/remote/bullmq-worker.js";
import { ownEngine, QUEUE } from "../execute/remote/redis-keys.js";
import { parseRedisUrl, shownAddress } from "../execute/remote/redis-url.js";
import { RemoteError } from "../execute/remote/remote-error.js";
import { ShardThreads } from "../execute/remote/threads.js";
import { WORKERS_MAX } from "../execute/with-executor.js";
import { wholeNumber } from "./arguments.js";
import { Failure } from "./failure.js";
import { toldToEnd } from "./interrupt.js";
import { tell } from "./tell.js";
import { UsageError } from "./usage-error.js";

interface WorkerOptions {
  workers: number;
  queue: string;
  lock: number;
}

const HELP = `
User and password stand in the URL (redis://user:password@host:6379/0, rediss:// for TLS) or, better, in KLPSIM_REDIS_USERNAME and
KLPSIM_REDIS_PASSWORD. Needs two packages: npm install bullmq@6.7.0 ioredis@5.11.1. A worker may come, go and die at any time: its shards go
to the others. It serves runs of its own version of klpsim, and waits for a server that is away. docs/scale.md has the whole of it.

Examples:
  klpsim worker redis://10.0.0.5                     all CPUs of this machine
  klpsim worker rediss://queue.example:6380 --workers 16 --queue nightly
  klpsim run examples/overcommit.yaml --out overcommit --executor redis://10.0.0.5

SIGINT and SIGTERM: it finishes its shards and ends; the second one ends it at once.
Exit status: 0 told to end, 1 the server lets nobody in, 2 an option is wrong, 130 ended at once.`;

export function workerCommand(program: Command): void {
  program
    .command("worker")
    .summary("simulate for runs on other machines")
    .description("Simulates the shards of runs that other machines send through a Redis or Valkey server.")
    .argument("<url>", "the server: redis://host:6379")
    .addOption(
      new Option("--workers <n>", "threads, a shard each")
        .argParser(wholeNumber(1, WORKERS_MAX))
        .default(availableParallelism(), "as many as there are CPUs"),
    )
    .option("--queue <name>", "serve the runs that name this queue", QUEUE)
    .addOption(
      new Option("--lock <seconds>", "silent for so long, it is taken for dead")
        .argParser(wholeNumber(1, 3600))
        .default(30),
    )
    .addHelpText("after", HELP)
    .action(run);
}

async function run(url: string, { workers, queue, lock }: WorkerOptions): Promise<void> {
  process.title = "klpsim worker"; // the URL may hold a password
  const address = checked("<url>", () => parseRedisUrl(url));
  const threads = new ShardThreads(workers);
  const id = `${hostname()}:${process.pid}:${randomBytes(3).toString("hex")}`;
  const options = {
    address,
    queue,
    engine: await ownEngine(),
    id,
    threads: workers,
    lockMs: 1000 * lock,
    runner: threads,
    tell,
  };
  try {
    const worker = await started(() => BullWorker.start(options));
    tell(`${id} serves queue ${queue} at ${shownAddress(address)} with ${workers} thread${workers === 1 ? "" : "s"}`);
    await toldToEnd();
    tell("finishing the shards under way; again to end at once");
    await worker.close();
  } finally {
    await threads.close();
  }
}

async function started<T>(start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (error instanceof RemoteError) throw new Failure(error.message);
    if (error instanceof RangeError) throw new UsageError(`--queue: ${error.message}`);
    throw error;
  }
}

function checked<T>(what: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`${what}: ${error.message}`);
    throw error;
  }
}
