// What perf script prints of tracepoints (perf-script(1)), with and without call chains (perf record -g):
//
//   comm [pid/]tid [cpu] seconds: system:event: fields
//           ffffffff81a3c4f1 function+0x3b1 ([kernel.kallsyms])

import type { TraceFormat } from "../trace-format.js";
import { endOfDigits, skipSpaces } from "./digits.js";
import { KernelLines } from "./kernel-lines.js";
import { ThreadNames } from "./names.js";
import { PerfHead } from "./perf-head.js";

const SYSTEMS = new Set(["sched", "raw_syscalls", "syscalls", "kvm", "task"]);
const FRAME = /^\s+([0-9a-f]+)(?: (.+?)(?:\+0x[0-9a-f]+)?)?(?: \(([^()]*)\))?$/;
const NOT_KERNEL = new Set(["[unknown]", "[vdso]", "[vsyscall]", "[heap]", "[stack]"]);
const LOST = /\bLOST (\d+) events!|\blost (\d+) (?:events|samples)|\blost \d+ chunks/i;
const LOST_RECORD = /^PERF_RECORD_LOST(?:_SAMPLES)?\b.*?(?:lost (\d+))?$/;
const TAB = 9;
const COLON = 58;
const BIG_P = 80;
const MACHINE = /^# arch : (\S+)/;

export const PERF_SCRIPT: TraceFormat = {
  name: "perf-script",
  title: "perf script",
  recognise(head) {
    const start = new PerfHead(new ThreadNames());
    const lines = head.filter((line) => line.trim() !== "" && !line.startsWith("#") && !FRAME.test(line));
    return (
      lines.filter((line) => start.read(line) && endOfName(line, skipSpaces(line, start.end)) > 0).length /
      Math.max(1, lines.length)
    );
  },
  reader: (sink, quality, options) => new PerfScriptReader(PerfHead, sink, quality, options),
  tells: ["cpus", "switches", "wakeups", "calls", "guests", "stacks"],
};

class PerfScriptReader extends KernelLines<PerfHead> {
  /** A frame of a stack begins with a tab, a task's name with none. */
  override line(text: string, number: number): void {
    if (text.charCodeAt(0) !== TAB) super.line(text, number);
    else this.told(this.noEvent(text), text, number);
  }

  protected override event(text: string): string | null {
    const { head } = this;
    this.stack.finish();
    const from = skipSpaces(text, head.end);
    if (text.charCodeAt(from) === BIG_P && text.startsWith("PERF_RECORD_", from)) return this.record(text.slice(from));
    const start = afterPeriod(text, from);
    const end = endOfName(text, start);
    if (end < 0) return "no event after the time";
    if (head.tgid >= 0) this.processes.tell(head, head.tgid);
    const { spelled, system, name } = this.eventNames.at(text, start, end);
    if (!SYSTEMS.has(system)) return this.events.unused(spelled);
    this.stack.begin(head);
    return this.events.read(head, name, text, skipSpaces(text, end + 1));
  }

  /** What perf itself has to say among the events. */
  private record(words: string): null {
    const lost = LOST_RECORD.exec(words);
    if (lost !== null) return this.lost(this.head.cpu, lost[1]);
    return this.events.unused(/^\w+/.exec(words)![0]);
  }

  protected override noEvent(text: string): string | null {
    if (text.startsWith("#")) return this.comment(text);
    const frame = FRAME.exec(text);
    if (frame !== null) return this.frame(frame[1]!, frame[2], frame[3]);
    this.stack.finish();
    const lost = LOST.exec(text);
    if (lost !== null) return this.lost(-1, lost[1] ?? lost[2]);
    if (text.trim() !== "") return "no task, CPU and time where perf script has them";
    this.quality.other++;
    return null;
  }

  private frame(address: string, name: string | undefined, from: string | undefined): null {
    if (name !== undefined && name !== "[unknown]" && ofKernel(address, from)) this.stack.add(name, 0, name.length);
    this.quality.other++;
    return null;
  }

  private comment(text: string): null {
    this.quality.other++;
    const machine = MACHINE.exec(text)?.[1];
    if (machine !== undefined) this.events.machine(machine);
    return null;
  }
}

/** The upper half of 64 bits is the kernel's; else by the file that the function is of. */
function ofKernel(address: string, from = ""): boolean {
  if (NOT_KERNEL.has(from)) return false;
  if (address.length === 16 && address.startsWith("ffff")) return true;
  return from.startsWith("[") || from.includes("vmlinux") || /\.ko(?:\.\w+)?$/.test(from);
}

/** Counters print how often they fired before their name. */
function afterPeriod(text: string, from: number): number {
  const end = endOfDigits(text, from);
  return end > from && text.startsWith(" ", end) ? skipSpaces(text, end) : from;
}

/** Where the colon after `system:event` is; -1: no event begins at `from`. */
function endOfName(text: string, from: number): number {
  const space = text.indexOf(" ", from);
  const colon = (space < 0 ? text.length : space) - 1;
  return colon > from && text.charCodeAt(colon) === COLON ? colon : -1;
}
