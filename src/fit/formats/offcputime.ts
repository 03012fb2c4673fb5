// What bcc's offcputime prints, in blocks or folded (-f): how long each stack was off its CPU, in us. Frames of the program are told
// from the kernel's by the delimiter of -d or where the kernel is entered: record with -K. It does not tell how often, nor when.

import type { Quality } from "../quality.js";
import type { LineReader, TraceFormat, TraceSink } from "../trace-format.js";
import { kernelPart } from "./kernel-part.js";
import { Words } from "./words.js";

const BANNER = /^Tracing off-CPU time \(us\) of /;
const FRAME = /^ {4}(\S.*)$/;
const TOTAL = /^ {8}(\d+)$/;
const TASK = /^- +(.*) \((\d+)\)$/;
const FOLDED = /^([^;]+);(.+) (\d+)$/;
const LIKE_FOLDED = /^[^; ][^;]*;[\w.-]+;[\w.-]+;/;
const DELIMITER = "-";
const BLOCK_DELIMITER = "--";
const LINES_MAX = 512;
const NS = 1e3;

class OffcputimeReader implements LineReader {
  private readonly words = new Words();
  /** Lines of the block that is being read: its frames, then its task. */
  private block: string[] = [];

  constructor(
    private readonly sink: TraceSink,
    private readonly quality: Quality,
  ) {}

  line(text: string, number: number): void {
    const total = TOTAL.exec(text)?.[1];
    const frame = FRAME.exec(text)?.[1];
    if (total !== undefined && this.block.length > 0) this.blockEnds(Number(total));
    else if (frame !== undefined && this.block.length < LINES_MAX) this.block.push(frame);
    else this.noBlock(text, number);
  }

  private noBlock(text: string, number: number): void {
    this.end();
    const folded = FOLDED.exec(text);
    if (folded !== null) this.folded(folded[1]!, folded[2]!.split(";"), Number(folded[3]));
    else if (LIKE_FOLDED.test(text) || TOTAL.test(text))
      this.quality.unread(number, text, "no whole stack with its time");
    else if (text.trim() === "" || text === "^C" || BANNER.test(text)) this.quality.other++;
    else this.quality.leftOut("text");
  }

  /** Lines that looked like a block's and have no time at their end. */
  end(): void {
    for (let i = 0; i < this.block.length; i++) this.quality.leftOut("text");
    this.block = [];
  }

  /** The kernel's frames come first, the task last: `bash`, or `-                bash (1234)`. */
  private blockEnds(total: number): void {
    const frames = this.block;
    this.block = [];
    this.quality.other += frames.length;
    const last = frames.pop()!;
    const task = TASK.exec(last);
    const delimiter = frames.indexOf(BLOCK_DELIMITER);
    const kernel = delimiter < 0 ? frames : frames.slice(0, delimiter);
    this.tell(task?.[1] ?? last, task === null ? null : Number(task[2]), kernel, total);
  }

  /** Outermost first. */
  private folded(comm: string, frames: string[], total: number): void {
    const kernel = frames.slice(frames.indexOf(DELIMITER) + 1).reverse();
    this.tell(comm, null, kernel, total);
  }

  private tell(comm: string, pid: number | null, frames: string[], total: number): void {
    const functions = kernelPart(frames).map((frame) => this.words.of(frame));
    this.sink.sum({ type: "blocked", pid, comm: this.words.of(comm), functions, total: total * NS });
  }
}

export const OFFCPUTIME: TraceFormat = {
  name: "offcputime",
  title: "bcc's offcputime",
  recognise: (head) => {
    const folded = head.filter((line) => FOLDED.test(line)).length;
    return head.some((line) => BANNER.test(line) || TOTAL.test(line)) ? 1 : folded / Math.max(1, head.length);
  },
  reader: (sink, quality) => new OffcputimeReader(sink, quality),
  tells: ["stacks"],
};
