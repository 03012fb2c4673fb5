// The kernel's trace and trace_pipe, and trace-cmd's report of them (Documentation/trace/ftrace.rst; trace-cmd-report(1)):
//
//   comm-pid  (tgid) [cpu] flags seconds: event: fields      (tgid) with the option record-tgid; old kernels have no flags

import type { TraceFormat } from "../trace-format.js";
import { skipSpaces } from "./digits.js";
import { FtraceHead, hasStrangeClock } from "./ftrace-head.js";
import { KernelLines } from "./kernel-lines.js";
import { ThreadNames } from "./names.js";

const CALL_NAMED = /^# NR (\d+) is (\S+) of \S+$/;
const LOST = /^CPU[: ](\d+):? \[?(?:LOST (\d+ )?EVENTS|(\d+ )?EVENTS (?:DROPPED|LOST))/i;
const BUFFER_STARTED = /^##### CPU (\d+) buffer started/;
const HEADING = /^(?:version = |cpus=|CPU \d+ is empty|TRACE:|trace-cmd)/;
const STACK_LINE = /^ *=> ?/;
const PADDED = /\d\.\d+: +[\w-]+: {2,}\S/;
const ARROWED = /: [^=]*:\d+ \[\d+\] \S+ ==> /;
/** Characters within which a line shows whose it is. */
const SHAPE_MAX = 1000;
const TELLS = ["cpus", "switches", "wakeups", "calls", "guests", "stacks"] as const;

export const FTRACE: TraceFormat = {
  name: "ftrace",
  title: "ftrace text: the kernel's trace or trace_pipe",
  recognise: (head) => (ofTraceCmd(head) ? 0 : shareOfFtrace(head)),
  reader: (sink, quality, options) => new FtraceReader(FtraceHead, sink, quality, options),
  tells: TELLS,
};

export const TRACE_CMD: TraceFormat = {
  name: "trace-cmd",
  title: "trace-cmd report",
  recognise: (head) => (ofTraceCmd(head) ? shareOfFtrace(head) : 0),
  reader: (sink, quality, options) => new FtraceReader(FtraceHead, sink, quality, options),
  tells: TELLS,
};

/** trace-cmd says its version or how many CPUs there were first, or spells events its own way. */
function ofTraceCmd(head: readonly string[]): boolean {
  return head.some(
    (line) => /^(?:version = \d+|cpus=\d+)$/.test(line) || PADDED.test(line) || ARROWED.test(line.slice(0, SHAPE_MAX)),
  );
}

function shareOfFtrace(head: readonly string[]): number {
  const lines = head.filter((line) => line.trim() !== "" && !/^#|^CPU|^version = |^cpus=|^\s*=>|^TRACE:/.test(line));
  const start = new FtraceHead(new ThreadNames());
  return lines.filter((line) => start.read(line)).length / Math.max(1, lines.length);
}

class FtraceReader extends KernelLines<FtraceHead> {
  protected override event(text: string): string | null {
    const { head } = this;
    this.stack.finish();
    if (head.tgid >= 0) this.processes.tell(head, head.tgid);
    const end = skipSpaces(text, head.end);
    let to = end;
    while (isNameChar(text.charCodeAt(to))) to++;
    if (to === end) return this.stackBegins(text, end);
    const { name } = this.eventNames.at(text, end, to);
    if (text.startsWith(":", to)) {
      const from = skipSpaces(text, to + 1);
      return name === "kernel_stack" ? this.stackBegins(text, from) : this.events.read(head, name, text, from);
    }
    if (name.startsWith("sys_")) {
      if (text.startsWith("(", to)) return this.events.enterCall(head, name.slice(4));
      if (text.startsWith(" -> ", to)) return this.events.exitCall(head, name.slice(4), text, to + 4);
    }
    if (text.startsWith(" <-", to)) return this.events.unused("function");
    return "no event after the time";
  }

  /** `<stack trace>` announces one; a user stack is of no use. */
  private stackBegins(text: string, from: number): string | null {
    if (text.startsWith("<stack trace", from)) this.stack.begin(this.head);
    else if (!text.startsWith("<user stack trace", from)) return "no event after the time";
    this.quality.other++;
    return null;
  }

  protected override noEvent(text: string): string | null {
    if (STACK_LINE.test(text)) return this.stackLine(text);
    this.stack.finish();
    const lost = LOST.exec(text);
    if (lost !== null) return this.lost(Number(lost[1]), lost[2] ?? lost[3]);
    if (text.startsWith("#")) return this.comment(text);
    if (text.trim() !== "" && !HEADING.test(text)) return whyNot(text);
    this.quality.other++;
    return null;
  }

  /** ` => function`, with an offset or address after it. */
  private stackLine(text: string): null {
    const from = skipSpaces(text, text.indexOf("=>") + 2);
    let to = from;
    while (isNameChar(text.charCodeAt(to))) to++;
    this.stack.add(text, from, to);
    this.quality.other++;
    return null;
  }

  /** klpsim's own replays name their calls; a CPU whose buffer began later has lost what was before. */
  private comment(text: string): null {
    const started = BUFFER_STARTED.exec(text);
    if (started !== null) return this.lost(Number(started[1]), undefined);
    this.quality.other++;
    const named = CALL_NAMED.exec(text);
    if (named !== null) this.sink.name({ call: this.events.callOf(Number(named[1])), name: named[2]! });
    return null;
  }
}

function whyNot(text: string): string {
  if (hasStrangeClock(text)) return "a time that is not in seconds: record with trace_clock local or mono";
  return "no task, CPU and time where ftrace has them";
}

/** Letters, digits, `_` and what compilers add to functions (foo.isra.0). */
function isNameChar(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    code === 95 ||
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    code === 46
  );
}
