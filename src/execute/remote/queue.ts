// What planners and workers ask of the queue between them, whatever it is made of. All of it may be done twice.

import type { Notice, ShardMessage, WorkerSeen } from "./messages.js";

/** A shard as it goes into the queue, under its name. */
export interface QueuedShard {
  name: string;
  message: ShardMessage;
}

/** queued: waits or runs. done: its result is there. absent: neither. */
export type Fate = "queued" | "done" | "absent";

/** What came in for the planner, and what came in that is nothing it can read. */
export interface Mail {
  notices: Notice[];
  unreadable: string[];
}

/** The planner's side. Waits while the server is away; rejects where it refuses. */
export interface ShardQueue {
  /** Keeps an order's text where workers find it; keeps it longer where it is there. */
  publish(address: string, text: string): Promise<void>;
  /** Appends shards; those that are in the queue already stay as they are. */
  add(shards: QueuedShard[]): Promise<void>;
  look(names: string[]): Promise<Fate[]>;
  /** Takes what workers told of an order since, at most so much. */
  mail(address: string, most: number): Promise<Mail>;
  /** A shard's bytes as its worker left them; undefined where there are none. */
  result(name: string): Promise<Uint8Array | undefined>;
  /** Results that nobody needs any more. */
  forget(names: string[]): Promise<void>;
  /** Takes an order back: of its shards none begins any more, and those named that wait are taken out. */
  withdraw(address: string, names: string[]): Promise<void>;
  /** Those that gave a sign of life lately. */
  workers(): Promise<WorkerSeen[]>;
  close(): Promise<void>;
}
