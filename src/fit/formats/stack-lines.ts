// A kernel stack on the lines after its event, innermost first. What the tracer itself put on it is left out.

import type { TraceSink } from "../trace-format.js";
import type { Head } from "./kernel-events.js";
import { Words } from "./words.js";

/** Deeper than the kernel records (127 frames of perf). */
const DEPTH_MAX = 256;
const TRACER = /^(?:__traceiter_|perf_trace_|perf_tp_event|trace_event_|__bpf_trace_|bpf_trace_run|ftrace_|__ftrace_)/;

export class StackLines {
  private head: Head | null = null;
  private owner: Head | null = null;
  private functions: string[] = [];
  private readonly names = new Words();

  constructor(private readonly sink: TraceSink) {}

  /** The lines that follow may be of the stack of `head`, which stays as it is until the next line that is not of it. */
  begin(head: Head): void {
    this.head = head;
  }

  /** text[from, to) is the next function out. */
  add(text: string, from: number, to: number): void {
    if (this.head === null || to <= from || this.functions.length >= DEPTH_MAX) return;
    const { at, cpu, pid, comm } = this.head;
    this.owner ??= { at, cpu, pid, comm };
    const name = this.names.of(text.slice(from, to));
    if (this.functions.length > 0 || !TRACER.test(name)) this.functions.push(name);
  }

  /** What follows is no longer of it. */
  finish(): void {
    const { owner, functions } = this;
    this.head = null;
    if (owner === null) return;
    this.owner = null;
    this.functions = [];
    if (functions.length > 0) this.sink.event({ type: "stack", ...owner, functions });
  }
}
