// A queue in memory whose workers do one thing a shard and turn: do it, fail, fall silent, lose it, or do it and be heard by nobody.

import type { Notice, ShardMessage, WorkerSeen } from "../../../../src/execute/remote/messages.js";
import type { Fate, Mail, QueuedShard, ShardQueue } from "../../../../src/execute/remote/queue.js";

export type Fortune = "done" | "failed" | "stalled" | "lost" | "unheard" | "twice";

export interface Luck {
  /** What becomes of a shard this time. */
  fortune?(shard: string): Fortune;
  bytes(shard: string, message: ShardMessage): Uint8Array | Promise<Uint8Array>;
  crew?: WorkerSeen[];
  /** Shards a turn. */
  pace?: number;
}

export class UnreliableQueue implements ShardQueue {
  readonly orders = new Map<string, string>();
  readonly waiting = new Map<string, ShardMessage>();
  readonly results = new Map<string, Uint8Array>();
  readonly letters: Notice[] = [];
  /** How often each shard was begun. */
  readonly begun = new Map<string, number>();
  closed = false;

  constructor(private readonly luck: Luck) {}

  async publish(address: string, text: string): Promise<void> {
    this.orders.set(address, text);
  }

  async add(shards: QueuedShard[]): Promise<void> {
    for (const { name, message } of shards) if (!this.waiting.has(name)) this.waiting.set(name, message);
  }

  async look(names: string[]): Promise<Fate[]> {
    return names.map((name) => (this.waiting.has(name) ? "queued" : this.results.has(name) ? "done" : "absent"));
  }

  async mail(_address: string, most: number): Promise<Mail> {
    let left = this.luck.pace ?? 100;
    for (const [name, message] of this.waiting) if (left-- > 0) await this.#begin(name, message);
    return { notices: this.letters.splice(0, most), unreadable: [] };
  }

  async #begin(shard: string, message: ShardMessage): Promise<void> {
    this.begun.set(shard, (this.begun.get(shard) ?? 0) + 1);
    const fortune = this.luck.fortune?.(shard) ?? "done";
    const tell = (what: Notice["what"]) => this.letters.push({ what, shard, worker: "w", reason: "out of luck" });
    if (fortune === "stalled") return void tell("stalled");
    this.waiting.delete(shard);
    if (fortune === "lost") return;
    if (fortune === "failed") return void tell("failed");
    this.results.set(shard, await this.luck.bytes(shard, message));
    if (fortune !== "unheard") tell("done");
    if (fortune === "twice") tell("done");
  }

  async result(name: string): Promise<Uint8Array | undefined> {
    return this.results.get(name);
  }

  async forget(names: string[]): Promise<void> {
    for (const name of names) this.results.delete(name);
  }

  async withdraw(address: string, names: string[]): Promise<void> {
    this.orders.delete(address);
    for (const name of names) this.waiting.delete(name);
  }

  async workers(): Promise<WorkerSeen[]> {
    return this.luck.crew ?? [];
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}
