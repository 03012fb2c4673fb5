// One trace, from its bytes to its events in the order of their times.

import { type Bytes, decompress, joined } from "./decompress.js";
import { detect, formatNamed } from "./formats/index.js";
import { Lines } from "./lines.js";
import { Quality } from "./quality.js";
import { refuseBinary } from "./refuse-binary.js";
import { Reorder } from "./reorder.js";
import type { Arch } from "./system-calls.js";
import { TraceError } from "./trace-error.js";
import type { TraceFormat, TraceSink } from "./trace-format.js";

/** Bytes at the beginning by which the format is found. */
const HEAD = 1 << 16;

export interface ReadOptions {
  /** Name of a format; null: it is found. */
  format?: string | null;
  /** Whose numbers system calls have; null: as the trace says. */
  arch?: Arch | null;
  /** Bytes of the file that were read so far, compressed as they are. */
  onProgress?(bytes: number): void;
}

export interface Reading {
  format: TraceFormat;
  quality: Quality;
  /** Times of the first and the last event in ns; null: there is no event. */
  window: { from: number; to: number } | null;
  /** Steps of its clock in ns, a power of ten: 1000 where times have six digits. */
  resolution: number;
}

/**
 * Tells `sink` what the trace says, earliest first. @throws TraceError if it is binary, empty, in no known format, or compressed in
 * a way that is not known
 */
export async function readTrace(bytes: Bytes, sink: TraceSink, options: ReadOptions = {}): Promise<Reading> {
  const forced = options.format == null ? null : formatNamed(options.format);
  const quality = new Quality();
  const text = decompress(counted(bytes, options.onProgress ?? (() => {})), quality);
  const head = await headOf(text);
  refuseBinary(head);
  const format = forced ?? detect(linesOf(head));
  const reorder = new Reorder(sink, quality);
  const lines = new Lines(format.reader(reorder, quality, { arch: options.arch ?? null }), quality);
  lines.push(head);
  for await (const chunk of text) lines.push(chunk);
  lines.end();
  reorder.end();
  const { from, to, resolution } = reorder;
  return { format, quality, window: Number.isNaN(from) ? null : { from, to }, resolution };
}

async function* counted(bytes: Bytes, onProgress: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let sum = 0;
  for await (const chunk of bytes) {
    sum += chunk.length;
    yield chunk;
    onProgress(sum);
  }
}

async function headOf(text: AsyncGenerator<Uint8Array, void, undefined>): Promise<Uint8Array> {
  let head = new Uint8Array(0);
  while (head.length < HEAD) {
    const next = await text.next();
    if (next.done) break;
    head = joined(head, next.value);
  }
  if (head.length === 0) throw new TraceError("empty: nothing was recorded");
  return head;
}

/** Those of the head that are whole; the only one if it is cut. @throws TraceError if there are none but comments */
function linesOf(head: Uint8Array): string[] {
  const lines = new TextDecoder().decode(head).split(/\r?\n/);
  const last = lines.pop()!;
  if (lines.length === 0) lines.push(last);
  if (lines.every((line) => line.trim() === "" || line.startsWith("#")))
    throw new TraceError("nothing but comments: no event was recorded");
  return lines;
}
