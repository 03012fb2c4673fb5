// What a reader of a trace format is. Text is fed line by line; nothing of it is kept but what is told.

import type { Quality } from "./quality.js";
import type { Arch } from "./system-calls.js";
import type { CallName, TraceEvent, TraceSum } from "./trace-event.js";

/** Where a reader's findings go. */
export interface TraceSink {
  event(event: TraceEvent): void;
  sum(sum: TraceSum): void;
  name(call: CallName): void;
  /**
   * Events of a CPU (-1: of any) were lost after `at`, the time of the last one that is sure, or the clock jumped back: nothing
   * is taken to last across.
   */
  gap(at: number, cpu: number): void;
}

/** Reads one trace, from its first line to its last. */
export interface LineReader {
  /** `text` without its line end; `number` from 1. What it cannot read it tells `quality`; it never throws. */
  line(text: string, number: number): void;
  /** After the last line; `cut`: it had no line end, as when a recorder is killed in the middle of it. */
  end(cut: boolean): void;
}

/** What a trace does not say of itself. */
export interface ReaderOptions {
  /** Whose numbers its system calls have; null: as the trace says, x86-64 where it does not. */
  arch: Arch | null;
}

export interface TraceFormat {
  /** As `--format` takes it. */
  name: string;
  /** As people call it: the tool and what it prints. */
  title: string;
  /** How many of the first lines are of this format and no other, from 0 to 1; comments and empty lines do not count. */
  recognise(head: readonly string[]): number;
  reader(sink: TraceSink, quality: Quality, options: ReaderOptions): LineReader;
  /** What events of it have, so that what is missing can be told: a recorder that asked for less has less. */
  tells: readonly ("cpus" | "switches" | "wakeups" | "calls" | "guests" | "stacks")[];
}
