// Bytes as they are, or out of gzip or xz, by what they begin with. Runs in a page as in Node.

import xz from "xz-decompress";
import type { Quality } from "./quality.js";
import { TraceError } from "./trace-error.js";

export type Bytes = AsyncIterable<Uint8Array>;

const MAGIC_LENGTH = 6;
const GZIP = [0x1f, 0x8b];
const XZ = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const OTHERS: [string, string, number[]][] = [
  ["zstd", "zstd -d", [0x28, 0xb5, 0x2f, 0xfd]],
  ["bzip2", "bzip2 -d", [0x42, 0x5a, 0x68]],
  ["lz4", "lz4 -d", [0x04, 0x22, 0x4d, 0x18]],
  ["zip", "unzip", [0x50, 0x4b, 0x03, 0x04]],
];

/** A stream that breaks off ends there, and `quality` is told. @throws TraceError for a compression that is not known here. */
export async function* decompress(bytes: Bytes, quality: Quality): AsyncGenerator<Uint8Array, void, undefined> {
  const source = bytes[Symbol.asyncIterator]();
  const head = await firstBytes(source);
  const whole = after(head, source);
  if (begins(head, GZIP)) return yield* unpacked(whole, gunzip, "gzip", quality);
  if (begins(head, XZ)) return yield* unpacked(whole, unxz, "xz", quality);
  for (const [name, command, magic] of OTHERS)
    if (begins(head, magic)) throw new TraceError(`compressed with ${name}: unpack it first (${command})`);
  yield* whole;
}

function begins(head: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => head[i] === byte);
}

/** At least so many that their kind shows, if there are. */
async function firstBytes(source: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < MAGIC_LENGTH) {
    const { done, value } = await source.next();
    if (done) break;
    head = head.length === 0 ? value : joined(head, value);
  }
  return head;
}

/** Two pieces in one. */
export function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

async function* after(head: Uint8Array, source: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
}

type Packed = ReadableStream<Uint8Array<ArrayBuffer>>;
type Unpacked = ReadableStream<Uint8Array>;

function gunzip(packed: Packed): Unpacked {
  return packed.pipeThrough(new DecompressionStream("gzip"));
}

function unxz(packed: Packed): Unpacked {
  return new xz.XzReadableStream(packed);
}

/** What comes out until the stream breaks. Trouble of the bytes' own source is thrown as it is. */
async function* unpacked(
  bytes: AsyncGenerator<Uint8Array>,
  unpack: (packed: Packed) => Unpacked,
  name: string,
  quality: Quality,
): AsyncGenerator<Uint8Array, void, undefined> {
  const source = streamOf(bytes);
  const reader = unpack(source.stream).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (value.length > 0) yield value;
    }
  } catch (error) {
    if (source.failed()) throw error;
    quality.broken = `its ${name} stream is cut or damaged (${(error as Error).message})`;
  } finally {
    await reader.cancel().catch(() => {}); // of a reader who wants no more
  }
}

function streamOf(bytes: AsyncGenerator<Uint8Array>): { stream: Packed; failed(): boolean } {
  let failed = false;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const { done, value } = await bytes.next();
        if (done) controller.close();
        else controller.enqueue(value as Uint8Array<ArrayBuffer>);
      } catch (error) {
        failed = true;
        throw error;
      }
    },
    cancel: async () => void (await bytes.return(undefined)),
  });
  return { stream, failed: () => failed };
}
