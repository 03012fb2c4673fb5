// The planner's queue on a Redis server, by BullMQ. A shard that waits or runs is a job under the shard's name, gone when it ends; what came
// of it is a key beside the queue, so that bytes travel once, as bytes, and stay until the planner has them on disk.

import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import type { EngineName } from "./crew.js";
import { MESSAGE_LENGTH_MAX, readNotice, readWorker, type WorkerSeen } from "./messages.js";
import type { Fate, Mail, QueuedShard, ShardQueue } from "./queue.js";
import { asked, connect, loadPackages, serverWarnings } from "./redis-connection.js";
import { RedisKeys } from "./redis-keys.js";
import type { RedisAddress } from "./redis-url.js";

/** So long orders, results and mail stay that nobody asks for. */
export const KEPT_SECONDS = 14 * 24 * 3600;
/** A worker that was silent for so long is gone. */
export const SILENT_SECONDS = 20;
/** More than any shard has. */
const RESULT_BYTES_MAX = 256 << 20;
const WORKERS_MAX = 20_000;
const REMOVED_AT_ONCE = 500;

/** By the server's clock: those of machines differ. */
const LATELY = `
local now = redis.call('TIME')[1]
return redis.call('ZRANGEBYSCORE', KEYS[1], now - ARGV[1], '+inf', 'LIMIT', 0, ARGV[2])`;

export interface BullQueueOptions {
  address: RedisAddress;
  /** As people name it. */
  queue: string;
  engine: EngineName;
  tell: (line: string) => void;
}

export class BullQueue implements ShardQueue {
  private constructor(
    private readonly client: Redis,
    private readonly queue: Queue,
    private readonly keys: RedisKeys,
    private readonly address: RedisAddress,
  ) {}

  /** @throws RemoteError where the server is not there or cannot be used, RangeError where the queue's name is none */
  static async open({ address, queue: name, engine, tell }: BullQueueOptions): Promise<BullQueue> {
    const keys = new RedisKeys(name, engine);
    const { Queue } = await loadPackages();
    const client = await connect(address, { patient: false, tell });
    try {
      for (const warning of await serverWarnings(client)) tell(`warning: ${warning}`);
    } catch (error) {
      client.disconnect();
      throw error;
    }
    const queue = new Queue(keys.lane, { connection: client, prefix: keys.prefix, skipVersionCheck: true });
    queue.on("error", () => {}); // the connection tells of itself
    return new BullQueue(client, queue, keys, address);
  }

  async publish(order: string, text: string): Promise<void> {
    const key = this.keys.order(order);
    await this.#ask(async () => {
      if ((await this.client.expire(key, KEPT_SECONDS)) === 0) await this.client.set(key, text, "EX", KEPT_SECONDS);
    });
  }

  async add(shards: QueuedShard[]): Promise<void> {
    const jobs = shards.map(({ name, message }) => ({
      name: "shard",
      data: message,
      opts: { jobId: name, removeOnComplete: true, removeOnFail: true },
    }));
    await this.#ask(() => this.queue.addBulk(jobs));
  }

  /** A job that ends leaves its result before it goes: so the job is looked for first. */
  async look(names: string[]): Promise<Fate[]> {
    const pipeline = this.client.pipeline();
    for (const name of names) pipeline.exists(this.queue.toKey(name)).exists(this.keys.result(name));
    const found = await this.#ask(async () => ((await pipeline.exec()) ?? []).map(unwrapped));
    return names.map((_, i) => (found[2 * i] === 1 ? "queued" : found[2 * i + 1] === 1 ? "done" : "absent"));
  }

  async mail(order: string, most: number): Promise<Mail> {
    const letters = await this.#ask(() => this.client.lpopBuffer(this.keys.mail(order), most));
    const mail: Mail = { notices: [], unreadable: [] };
    for (const letter of letters ?? []) {
      try {
        mail.notices.push(readNotice(letter.subarray(0, MESSAGE_LENGTH_MAX + 1).toString()));
      } catch (error) {
        mail.unreadable.push((error as Error).message);
      }
    }
    return mail;
  }

  async result(name: string): Promise<Uint8Array | undefined> {
    const bytes = await this.#ask(() => this.client.getrangeBuffer(this.keys.result(name), 0, RESULT_BYTES_MAX));
    return bytes.length === 0 ? undefined : bytes;
  }

  async forget(names: string[]): Promise<void> {
    await this.#ask(() => this.client.unlink(names.map((name) => this.keys.result(name))));
  }

  async withdraw(order: string, names: string[]): Promise<void> {
    await this.#ask(() => this.client.unlink(this.keys.order(order)));
    for (let at = 0; at < names.length; at += REMOVED_AT_ONCE) {
      const some = names.slice(at, at + REMOVED_AT_ONCE);
      await Promise.allSettled(some.map((name) => this.queue.remove(name))); // those that run stay
    }
  }

  async workers(): Promise<WorkerSeen[]> {
    const found = await this.#ask(() => this.client.eval(LATELY, 1, this.keys.workers, SILENT_SECONDS, WORKERS_MAX));
    return (Array.isArray(found) ? found : []).flatMap((text) => {
      try {
        return [readWorker(String(text))];
      } catch {
        return []; // no worker wrote this
      }
    });
  }

  async close(): Promise<void> {
    this.client.disconnect(); // also where the server is away
    await this.queue.close().catch(() => {});
  }

  #ask<T>(ask: () => Promise<T>): Promise<T> {
    return asked(this.address, ask);
  }
}

function unwrapped([error, value]: [Error | null, unknown]): unknown {
  if (error !== null) throw error;
  return value;
}
