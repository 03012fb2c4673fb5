// --executor and --queue: a run's shards on other machines.

import type { Command } from "commander";
import { parseRedisUrl } from "../execute/remote/redis-url.js";
import { UsageError } from "./usage-error.js";

export interface ExecutorOptions {
  executor?: string;
  queue?: string;
}

export function executorOptions(command: Command): Command {
  return command
    .option(
      "--executor <url>",
      "with --out: simulate on the workers of a Redis server, redis://host:6379 (docs/scale.md)",
    )
    .option("--queue <name>", "with --executor: the workers' queue (default: klpsim)");
}

/** Checked before any work. @throws UsageError */
export function executorOf({ executor, queue }: ExecutorOptions): ExecutorOptions {
  if (executor === undefined) {
    if (queue !== undefined) throw new UsageError("--queue: needs --executor");
    return {};
  }
  try {
    parseRedisUrl(executor);
  } catch (error) {
    throw new UsageError(`--executor: ${(error as Error).message}`);
  }
  process.title = "klpsim"; // the URL may hold a password, which a list of processes would show
  return { executor, queue };
}
