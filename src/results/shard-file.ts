// A shard as bytes, in a file and on the way back from another machine: MessagePack, behind it its SHA-256. Columns are byte strings, little
// endian, as the engines' memory is. The same shard is the same bytes everywhere; bytes from elsewhere are taken for nothing until checked.

import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { decode, encode } from "@msgpack/msgpack";
import { z } from "zod";
import type { Counts } from "./counts.js";
import { newOutcomes, type Outcomes, outcomeColumns } from "./outcomes.js";
import type { ShardKey } from "./shard-key.js";
import type { ShardResult } from "./shard-store.js";

const FORMAT = "klpsim shard 1";
const SUM_BYTES = 32;
const WORST_MAX = 10;
/** More than any engine has, and no more than memory holds. */
const WORDS_MAX = 2 ** 24;
/** Which word of the counts says how many replicas they are of, where one does. */
const REPLICAS_WORD: Record<string, number> = { transition: 0, rseq: 0 };
/** A shard needs less. */
const LIMITS = { maxStrLength: 256, maxArrayLength: 64, maxMapLength: 16, maxExtLength: 0 };

/** Bytes that are not the shard in question; the message says why. */
export class ShardError extends Error {
  override name = "ShardError";
}

/** The same shard, the same bytes. */
export function encodeShard(key: ShardKey, { counts, outcomes }: ShardResult): Uint8Array {
  const { index, value, ...rest } = counts;
  const content = encode(
    {
      format: FORMAT,
      key: { ...key },
      counts: { ...rest, index: bytesOf(index), value: bytesOf(value) },
      outcomes: outcomes === undefined ? null : outcomeColumns(outcomes).map(bytesOf),
    },
    { sortKeys: true },
  );
  return Buffer.concat([content, sumOf(content)]);
}

/** @throws ShardError where the bytes are cut, changed, of another shard, or not what a shard can be */
export function decodeShard(key: ShardKey, bytes: Uint8Array): ShardResult {
  const { counts, outcomes, ...shard } = parse(content(bytes));
  if (!isDeepStrictEqual(shard.key, { ...key })) throw new ShardError(`of another shard: ${differing(shard.key, key)}`);
  return { counts: countsOf(counts, key), ...(key.outcomes === false ? {} : { outcomes: outcomesOf(outcomes, key) }) };
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function sumOf(content: Uint8Array): Buffer {
  return createHash("sha256").update(content).digest();
}

/** What stands before the sum, if that is its sum. */
function content(bytes: Uint8Array): Uint8Array {
  const end = bytes.length - SUM_BYTES;
  if (end <= 0) throw new ShardError(`cut short: ${bytes.length} bytes`);
  const found = bytes.subarray(0, end);
  if (!sumOf(found).equals(bytes.subarray(end)))
    throw new ShardError("cut short or changed: its SHA-256 is not what it says");
  return found;
}

const byteString = z.instanceof(Uint8Array);
const ticks = z.int().min(0);
const shardSchema = z.strictObject({
  format: z.literal(FORMAT),
  key: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  counts: z.strictObject({
    index: byteString,
    value: byteString,
    latencyMin: ticks.nullable(),
    latencyMax: ticks.nullable(),
    lastSwitchMin: ticks.nullable(),
    lastSwitchMax: ticks.nullable(),
    worst: z.array(z.strictObject({ replica: z.int().min(0), ticks: ticks.nullable() })).max(WORST_MAX),
  }),
  outcomes: z.array(byteString).nullable(),
});
type Decoded = z.infer<typeof shardSchema>;

function parse(bytes: Uint8Array): Decoded {
  const { success, data, error } = shardSchema.safeParse(unpacked(bytes));
  if (success) return data;
  const { path, message } = error.issues[0]!;
  throw new ShardError(`not a shard: ${path.join(".")}: ${message}`);
}

function unpacked(bytes: Uint8Array): unknown {
  try {
    return decode(bytes, LIMITS);
  } catch (error) {
    throw new ShardError(`not a shard: ${(error as Error).message}`);
  }
}

function differing(found: Decoded["key"], wanted: ShardKey): string {
  const told = Object.entries(wanted).flatMap(([name, value]) =>
    found[name] === value ? [] : [`${name} is ${found[name]}, not ${value}`],
  );
  return told[0] ?? `has ${Object.keys(found).join(", ")}`;
}

function countsOf({ index: indexBytes, value: valueBytes, ...rest }: Decoded["counts"], key: ShardKey): Counts {
  const index = new Uint32Array(aligned(indexBytes, Uint32Array.BYTES_PER_ELEMENT));
  const value = new BigUint64Array(aligned(valueBytes, BigUint64Array.BYTES_PER_ELEMENT));
  const counts = { index, value, ...rest };
  checkWords(counts);
  checkReplicas(counts, key);
  return counts;
}

function checkWords({ index, value }: Counts): void {
  if (index.length !== value.length) throw new ShardError(`${index.length} words have ${value.length} values`);
  if (index.some((at, i) => i > 0 && at <= index[i - 1]!)) throw new ShardError("its words are not in order");
  const last = index.at(-1) ?? 0;
  if (last >= WORDS_MAX) throw new ShardError(`has a word ${last}, beyond ${WORDS_MAX}`);
}

function checkReplicas({ index, value, worst }: Counts, { experiment, first, count }: ShardKey): void {
  const word = REPLICAS_WORD[experiment];
  const found = word === undefined ? count : Number(value[index.indexOf(word)] ?? 0n);
  if (found !== count) throw new ShardError(`counts ${found} replicas, not ${count}`);
  const outside = worst.find(({ replica }) => replica < first || replica >= first + count);
  if (outside !== undefined) throw new ShardError(`names replica ${outside.replica}, which is not in it`);
}

/** As bytes of a message they may begin anywhere in memory. */
function aligned(bytes: Uint8Array, size: number): ArrayBuffer {
  if (bytes.length % size !== 0) throw new ShardError(`${bytes.length} bytes are no column of ${size}-byte numbers`);
  return Uint8Array.from(bytes).buffer;
}

function outcomesOf(found: Decoded["outcomes"], { count, outcomes: wanted }: ShardKey): Outcomes {
  const outcomes = newOutcomes(count, wanted === "prompts");
  const columns = outcomeColumns(outcomes);
  if (found?.length !== columns.length) throw new ShardError(`has ${found?.length ?? 0} columns of ${columns.length}`);
  for (const [i, column] of columns.entries()) {
    const bytes = found[i]!;
    if (bytes.length !== column.byteLength)
      throw new ShardError(`a column of ${column.byteLength} bytes has ${bytes.length}`);
    bytesOf(column).set(bytes);
  }
  return outcomes;
}
