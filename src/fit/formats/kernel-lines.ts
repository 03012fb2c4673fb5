// A reader of lines that each begin with who, where and when, as ftrace and perf script print the kernel's events.

import type { Quality } from "../quality.js";
import type { LineReader, ReaderOptions, TraceSink } from "../trace-format.js";
import { EventNames } from "./event-names.js";
import { KernelEvents } from "./kernel-events.js";
import type { LineHead } from "./line-head.js";
import type { ThreadNames } from "./names.js";
import { Processes } from "./processes.js";
import { StackLines } from "./stack-lines.js";

export abstract class KernelLines<Head extends LineHead> implements LineReader {
  protected readonly events: KernelEvents;
  protected readonly eventNames = new EventNames();
  protected readonly head: Head;
  protected readonly stack: StackLines;
  protected readonly processes: Processes;

  constructor(
    Head: new (names: ThreadNames) => Head,
    protected readonly sink: TraceSink,
    protected readonly quality: Quality,
    options: ReaderOptions,
  ) {
    this.events = new KernelEvents(sink, quality, options);
    this.head = new Head(this.events.names);
    this.stack = new StackLines(sink);
    this.processes = new Processes(sink);
  }

  /** What follows `head`; what is wrong with it, or null. */
  protected abstract event(text: string): string | null;

  /** A line without one. */
  protected abstract noEvent(text: string): string | null;

  line(text: string, number: number): void {
    this.told(this.head.read(text) ? this.event(text) : this.noEvent(text), text, number);
  }

  protected told(trouble: string | null, text: string, number: number): void {
    if (trouble !== null) this.quality.unread(number, text, trouble);
  }

  end(): void {
    this.stack.finish();
  }

  protected lost(cpu: number, events: string | undefined): null {
    this.quality.lost(events === undefined ? null : Number(events));
    this.sink.gap(this.head.at, cpu);
    return null;
  }
}
