// Names on the server. Planners and workers of one klpsim, to the module's last byte, share a lane: a queue of its own inside the queue that
// people name. So a shard is never handed to a worker that would have to refuse it.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { packageFile } from "../../package-file.js";
import { version } from "../../version.js";
import type { EngineName } from "./crew.js";

export const QUEUE = "klpsim";
const QUEUE_NAME = /^[A-Za-z0-9_.-]{1,64}$/;
const DIGITS = 12;

/** This klpsim's. */
export async function ownEngine(): Promise<EngineName> {
  const digests = await readFile(packageFile("build/sha256.json"));
  return { version, modules: createHash("sha256").update(digests).digest("hex").slice(0, DIGITS) };
}

export class RedisKeys {
  /** Of all that BullMQ keeps. */
  readonly prefix = "klpsim";
  readonly lane: string;
  /** When each worker of the queue was last heard of, whatever its klpsim. */
  readonly workers: string;

  /** @throws RangeError */
  constructor(queue: string, { version, modules }: EngineName) {
    if (!QUEUE_NAME.test(queue))
      throw new RangeError(`expected at most 64 letters, digits and _ . -, got ${JSON.stringify(queue.slice(0, 80))}`);
    this.lane = `${queue}-${version}-${modules}`;
    this.workers = `klpsim-workers:${queue}`;
  }

  order(address: string): string {
    return `klpsim-order:${this.lane}:${address}`;
  }

  /** What workers tell the planner of an order. */
  mail(address: string): string {
    return `klpsim-mail:${this.lane}:${address}`;
  }

  result(shard: string): string {
    return `klpsim-result:${this.lane}:${shard}`;
  }
}
