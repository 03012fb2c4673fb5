// Bytes to lines. Whole lines are decoded together, a block at a time: text that is all ASCII costs a copy.

import { joined } from "./decompress.js";
import type { Quality } from "./quality.js";
import type { LineReader } from "./trace-format.js";

const NEWLINE = 10;
const RETURN = 13;
/** Bytes of a line that is read; no tracer writes such lines. */
const LINE_MAX = 1 << 20;
const TOO_LONG = "longer than 1 MiB";
const SHOWN = 200;

export class Lines {
  private readonly decoder = new TextDecoder();
  /** Of a line that goes on in the next chunk. */
  private carry = new Uint8Array(0);
  /** Beginning of a line whose bytes are no longer kept; null: none such is under way. */
  private long: string | null = null;

  constructor(
    private readonly reader: LineReader,
    private readonly quality: Quality,
  ) {}

  push(chunk: Uint8Array): void {
    this.quality.bytes += chunk.length;
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) this.wholeLines(chunk, end);
    this.keep(chunk.subarray(end));
  }

  private wholeLines(chunk: Uint8Array, end: number): void {
    const begin = this.long === null ? 0 : this.endLong(chunk);
    const block = chunk.subarray(begin, end);
    this.block(this.decoder.decode(this.carry.length > 0 ? joined(this.carry, block) : block));
    this.carry = new Uint8Array(0);
  }

  end(): void {
    const cut = this.carry.length > 0 || this.long !== null;
    this.quality.cut = cut;
    if (this.long !== null) this.tooLong(this.long);
    else if (cut) this.line(this.decoder.decode(this.carry));
    this.reader.end(cut);
  }

  /** Lines that each have an end. */
  private block(text: string): void {
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      this.line(text.slice(start, end > start && text.charCodeAt(end - 1) === RETURN ? end - 1 : end));
      start = end + 1;
    }
  }

  private line(text: string): void {
    if (text.length > LINE_MAX) this.tooLong(text);
    else this.reader.line(text, ++this.quality.lines);
  }

  private tooLong(text: string): void {
    this.quality.unread(++this.quality.lines, text, TOO_LONG);
  }

  /** The chunk may be written anew by who made it, so what is kept of it is copied. */
  private keep(rest: Uint8Array): void {
    if (this.long !== null || rest.length === 0) return;
    this.carry = joined(this.carry, rest);
    if (this.carry.length <= LINE_MAX) return;
    this.long = this.decoder.decode(this.carry.subarray(0, SHOWN));
    this.carry = new Uint8Array(0);
  }

  /** Where the line after it begins. */
  private endLong(chunk: Uint8Array): number {
    this.tooLong(this.long!);
    this.long = null;
    return chunk.indexOf(NEWLINE) + 1;
  }
}
