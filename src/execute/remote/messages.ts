// What travels between planner and workers. Everybody who reaches the server can write there, so all of it is judged as a file from
// elsewhere is: its shape, its size, every number's range. An *order* is what the shards of a job have in common, kept under its SHA-256;
// a shard's message names its order and its replicas.

import { createHash } from "node:crypto";
import { z } from "zod";
import type { ShardKey } from "../../results/shard-key.js";

/** Characters; a scenario's text may have 2 MiB. */
export const ORDER_LENGTH_MAX = 4 << 20;
/** Of a message or a notice. */
export const MESSAGE_LENGTH_MAX = 4096;
const VARIANTS_MAX = 100_000;
const REPLICAS_MAX = 1e9;
/** What each replica came to takes 100 bytes. */
const EACH_REPLICAS_MAX = 2 ** 21;
const WORKERS_THREADS_MAX = 1024;
const SHOWN_MAX = 300;

/** What all shards of a job have in common. */
export interface Order {
  format: "klpsim order 1";
  /** The only one whose jobs say what they are compiled from. */
  experiment: "transition";
  /** As contentHash() has it; variants in the job's order. */
  model: string;
  variants: string[];
  seed: string;
  outcomes: boolean | "prompts";
  version: string;
  wasmSha256: string;
  /** What all of it is compiled from. */
  scenario: Record<string, unknown>;
}

export interface ShardMessage {
  /** SHA-256 of the order's text. */
  order: string;
  variant: number;
  first: number;
  count: number;
}

/** What a worker tells the planner of an order. */
export interface Notice {
  what: "done" | "failed" | "stalled";
  shard: string;
  worker: string;
  /** Of a failure. */
  reason: string;
}

/** A worker that gave a sign of life lately. */
export interface WorkerSeen {
  id: string;
  threads: number;
  version: string;
  /** Of all its modules. */
  modules: string;
}

/** What is not what it should be; the message says why, in one line. */
export class MessageError extends Error {
  override name = "MessageError";
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "expected a SHA-256 in hex");
const shardId = z
  .string()
  .regex(/^[0-9a-f]{12}-[0-9a-f]{12}-\d{1,20}-\d{1,16}-\d{1,10}(-each|-prompts)?$/, "expected a shard's name");
const line = (max: number) => z.string().max(max);
const MODULES = /^[0-9a-f]{12}$/;

function isSeed(text: string): boolean {
  return /^\d{1,20}$/.test(text) && BigInt(text) < 2n ** 64n;
}

const orderSchema = z.strictObject({
  format: z.literal("klpsim order 1"),
  experiment: z.literal("transition"),
  model: sha256,
  variants: z.array(sha256).min(1).max(VARIANTS_MAX),
  seed: z.string().refine(isSeed, "expected digits, below 2^64"),
  outcomes: z.union([z.boolean(), z.literal("prompts")]),
  version: line(64),
  wasmSha256: sha256,
  scenario: z.record(z.string(), z.unknown()),
});

const messageSchema = z.strictObject({
  order: sha256,
  variant: z.int().min(0).max(VARIANTS_MAX),
  first: z.int().min(0),
  count: z.int().min(1).max(REPLICAS_MAX),
});

const noticeSchema = z.strictObject({
  what: z.enum(["done", "failed", "stalled"]),
  shard: shardId,
  worker: line(256),
  reason: line(1024),
});

const workerSchema = z.strictObject({
  id: line(256),
  threads: z.int().min(1).max(WORKERS_THREADS_MAX),
  version: line(64),
  modules: z.string().regex(MODULES),
});

/** A job's data, as the queue gives it. @throws MessageError */
export function readMessage(data: unknown): ShardMessage {
  const message = judged(messageSchema, data);
  if (!Number.isSafeInteger(message.first + message.count)) throw new MessageError("first: beyond all replicas");
  return message;
}

/** An order's text, and what that is kept under. */
export function writeOrder(order: Order): { address: string; text: string } {
  const text = JSON.stringify(order);
  return { address: createHash("sha256").update(text).digest("hex"), text };
}

/** @throws MessageError */
export function readOrder(address: string, text: string): Order {
  if (text.length > ORDER_LENGTH_MAX) throw new MessageError(`order: longer than ${ORDER_LENGTH_MAX} characters`);
  if (createHash("sha256").update(text).digest("hex") !== address)
    throw new MessageError("order: not the one that was asked for");
  return judged(orderSchema, parsed(text));
}

/** @throws MessageError */
export function readNotice(text: string): Notice {
  if (text.length > MESSAGE_LENGTH_MAX) throw new MessageError(`notice: longer than ${MESSAGE_LENGTH_MAX} characters`);
  const notice = judged(noticeSchema, parsed(text));
  return { ...notice, worker: oneLine(notice.worker), reason: oneLine(notice.reason) };
}

/** @throws MessageError */
export function readWorker(text: string): WorkerSeen {
  if (text.length > MESSAGE_LENGTH_MAX) throw new MessageError(`worker: longer than ${MESSAGE_LENGTH_MAX} characters`);
  const worker = judged(workerSchema, parsed(text));
  return { ...worker, id: oneLine(worker.id), version: oneLine(worker.version) };
}

/** The shard of an order that a message asks for. @throws MessageError where the order has none such */
export function shardOf(
  { scenario: _, format: __, variants, ...common }: Order,
  { variant, first, count }: Omit<ShardMessage, "order">,
): ShardKey {
  const hash = variants[variant];
  if (hash === undefined) throw new MessageError(`variant: expected one below ${variants.length}, got ${variant}`);
  if (common.outcomes !== false && count > EACH_REPLICAS_MAX)
    throw new MessageError(`count: expected at most ${EACH_REPLICAS_MAX} with what each came to, got ${count}`);
  return { ...common, variant: hash, first, count };
}

/** A text from elsewhere as a terminal may show it. */
export function oneLine(text: string): string {
  const shown = text.replace(/\p{C}+/gu, " ").trim();
  return shown.length > SHOWN_MAX ? `${shown.slice(0, SHOWN_MAX)}...` : shown;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MessageError("not JSON");
  }
}

function judged<T>(schema: z.ZodType<T>, value: unknown): T {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const { path, message } = error.issues[0]!;
  throw new MessageError(oneLine(path.length === 0 ? message : `${path.join(".")}: ${message}`));
}
