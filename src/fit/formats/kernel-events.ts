// The kernel's own events as ftrace, trace-cmd and perf print them after the event's name (the print format of each is in
// /sys/kernel/tracing/events/*/*/format; trace-cmd has a second one for sched_switch and sched_wakeup).

import type { Quality } from "../quality.js";
import { archOfMachine, callOfFunction, systemCall } from "../system-calls.js";
import type { LeftState } from "../trace-event.js";
import type { ReaderOptions, TraceSink } from "../trace-format.js";
import { fieldAt, isDigit, numberAt, skipSpaces, startOfDigits } from "./digits.js";
import { LeftStates } from "./left-state.js";
import { copyOf, ThreadNames } from "./names.js";

/** Who an event is about, when and where. Of the line that is being read. */
export interface Head {
  at: number;
  cpu: number;
  pid: number;
  comm: string;
}

/** What is wrong with an event; null: it was told, or counted as of no use. */
type Trouble = string | null;

const COMM_MAX = 15;
const CALL_NAMES_MAX = 4096;
const SPACE = 32;

export class KernelEvents {
  readonly names = new ThreadNames();
  private readonly states = new LeftStates();
  /** Name of a system call's number. */
  callOf: (number: number) => string;
  /** Calls by the text that follows sys_enter_ and the like. */
  private readonly calls = new Map<string, string>();
  /** There are sched_wakeup events, so sched_waking says nothing new. */
  private wakeups = false;
  /** The wake-up is a new task's first. */
  private fresh = false;

  constructor(
    private readonly sink: TraceSink,
    private readonly quality: Quality,
    private readonly options: ReaderOptions,
  ) {
    this.callOf = systemCall(options.arch ?? "x86-64");
  }

  /** The trace says what machine it is of; what the user says goes first. */
  machine(name: string): void {
    const arch = this.options.arch ?? archOfMachine(name);
    if (arch !== null) this.callOf = systemCall(arch);
  }

  /** The event `name`; its fields begin at `from`. */
  read(head: Head, name: string, text: string, from: number): Trouble {
    switch (name) {
      case "sys_enter":
        return this.enter(head, text, from);
      case "sys_exit":
        return this.exit(head, text, from);
      case "sched_switch":
        return this.schedSwitch(head, text, from);
      case "sched_wakeup":
      case "sched_wakeup_new":
        this.wakeups = true;
        this.fresh = name === "sched_wakeup_new";
        return this.wakeup(head, text, from);
      case "sched_waking":
        return this.wakeups ? this.unused(name) : this.wakeup(head, text, from);
      case "sched_migrate_task":
        return this.migrate(head, text, from);
      case "kvm_entry":
        return this.guestEntry(head, text, from);
      case "kvm_exit":
        return this.guestExit(head, text, from);
      case "sched_process_fork":
        return this.fork(head, text, from);
      case "sched_process_exec":
        return this.exec(head, text, from);
      case "task_rename":
        return this.rename(head, text, from);
      case "sched_process_exit":
        return this.end(head, text, from);
      case "tracing_mark_write":
      case "print":
      case "bprint":
        return this.note(head, text, from);
      default:
        return this.other(head, name, text, from);
    }
  }

  /** A call by its own event: `sys_enter_read: fd: 0x3, ...`, or `sys_read(fd: 3, ...)`. */
  enterCall({ at, cpu, pid, comm }: Head, call: string): null {
    this.sink.event({ type: "enter", at, cpu, pid, comm, call: this.callNamed(call) });
    return null;
  }

  /** And its end: `sys_exit_read: 0x5`, or `sys_read -> 0x5`; the result at `from`. */
  exitCall({ at, cpu, pid, comm }: Head, call: string, text: string, from: number): null {
    this.sink.event({ type: "exit", at, cpu, pid, comm, call: this.callNamed(call), result: resultAt(text, from) });
    return null;
  }

  /** Not what fits are made of. */
  unused(name: string): null {
    this.quality.leftOut(name);
    return null;
  }

  private other(head: Head, name: string, text: string, from: number): Trouble {
    if (name.startsWith("sys_enter_")) return this.enterCall(head, name.slice(10));
    if (name.startsWith("sys_exit_")) return this.exitCall(head, name.slice(9), text, from);
    return this.unused(name);
  }

  /** `NR 12 (0, ...)`, raw `id=12 args=...`. */
  private enter({ at, cpu, pid, comm }: Head, text: string, from: number): Trouble {
    const number = numberAt(text, from + 3);
    if (Number.isNaN(number) || !(text.startsWith("NR ", from) || text.startsWith("id=", from)))
      return "no call's number";
    if (number < 0) return this.unused("sys_enter of no call"); // a tracer or seccomp took it away
    this.sink.event({ type: "enter", at, cpu, pid, comm, call: this.callOf(number) });
    return null;
  }

  /** `NR 12 = -4`, raw `id=12 ret=-4`. */
  private exit({ at, cpu, pid, comm }: Head, text: string, from: number): Trouble {
    const raw = text.startsWith("id=", from);
    const number = numberAt(text, from + 3);
    if (Number.isNaN(number) || !(raw || text.startsWith("NR ", from))) return "no call's number";
    const sign = raw ? fieldAt(text, " ret=", from) + 4 : text.indexOf("=", from);
    const result = sign < from ? Number.NaN : numberAt(text, skipSpaces(text, sign + 1));
    if (Number.isNaN(result)) return "no result";
    const call = number < 0 ? null : this.callOf(number);
    this.sink.event({ type: "exit", at, cpu, pid, comm, call, result });
    return null;
  }

  private schedSwitch(head: Head, text: string, from: number): Trouble {
    if (!text.startsWith("prev_comm=", from)) return this.arrowSwitch(head, text, from);
    const prev = fieldAt(text, " prev_pid=", from + 10);
    const state = fieldAt(text, " prev_state=", prev + 10);
    const to = fieldAt(text, " next_comm=", state + 12);
    const next = fieldAt(text, " next_pid=", to + 11);
    if (prev < 0 || state < 0 || to < 0 || next < 0) return "not all fields of sched_switch";
    const [pid, nextPid] = [numberAt(text, prev + 10), numberAt(text, next + 10)];
    if (!(pid >= 0 && nextPid >= 0)) return "a sched_switch without thread ids";
    const left = this.states.of(text, state + 12, endOfWord(text, state + 12));
    const comm = this.names.of(pid, text, from + 10, prev);
    return this.switched(head, pid, comm, left, nextPid, this.names.of(nextPid, text, to + 11, next));
  }

  /** trace-cmd's: `sh:1642 [120] S ==> swapper/2:0 [120]`. */
  private arrowSwitch(head: Head, text: string, from: number): Trouble {
    const arrow = text.indexOf(" ==> ", from);
    const prio = text.lastIndexOf(" [", arrow);
    const nextPrio = text.indexOf(" [", arrow + 5);
    if (arrow < 0 || prio < from) return "not all fields of sched_switch";
    const nextEnd = nextPrio < 0 ? text.length : nextPrio;
    const [pid, nextPid] = [this.pidBefore(text, from, prio), this.pidBefore(text, arrow + 5, nextEnd)];
    if (!(pid >= 0 && nextPid >= 0)) return "a sched_switch without thread ids";
    const comm = this.names.of(pid, text, from, startOfDigits(text, prio) - 1);
    const state = skipSpaces(text, text.indexOf("]", prio) + 1);
    const left = this.states.of(text, state, endOfWord(text, state));
    const nextComm = this.names.of(nextPid, text, arrow + 5, startOfDigits(text, nextEnd) - 1);
    return this.switched(head, pid, comm, left, nextPid, nextComm);
  }

  private switched(
    { at, cpu }: Head,
    pid: number,
    comm: string,
    state: LeftState,
    next: number,
    nextComm: string,
  ): null {
    this.sink.event({ type: "switch", at, cpu, pid, comm, state, next, nextComm });
    return null;
  }

  private wakeup(head: Head, text: string, from: number): Trouble {
    if (!text.startsWith("comm=", from)) return this.plainWakeup(head, text, from);
    const pid = fieldAt(text, " pid=", from + 5);
    const target = numberAt(text, pid + 5);
    if (pid < 0 || !(target >= 0)) return "a wake-up without a thread's id";
    const success = fieldAt(text, " success=", pid);
    if (success >= 0 && text.startsWith("0", success + 9)) return this.unused("wake-up of who was awake");
    const cpu = fieldAt(text, " target_cpu=", pid);
    const targetComm = this.names.of(target, text, from + 5, pid);
    return this.woken(head, target, targetComm, cpu < 0 ? -1 : numberAt(text, cpu + 12));
  }

  /** trace-cmd's: `kworker/u12:1:46 [120] success=1 CPU:002`. */
  private plainWakeup(head: Head, text: string, from: number): Trouble {
    const prio = text.indexOf(" [", from);
    const target = prio < 0 ? Number.NaN : this.pidBefore(text, from, prio);
    if (!(target >= 0)) return "a wake-up without a thread's id";
    if (text.includes(" success=0", prio)) return this.unused("wake-up of who was awake");
    const cpu = text.indexOf(" CPU:", prio);
    const targetComm = this.names.of(target, text, from, startOfDigits(text, prio) - 1);
    return this.woken(head, target, targetComm, cpu < 0 ? -1 : numberAt(text, cpu + 5));
  }

  private woken({ at, cpu, pid, comm }: Head, target: number, targetComm: string, targetCpu: number): Trouble {
    if (Number.isNaN(targetCpu)) return "a wake-up on no CPU";
    const wakeup = { type: "wakeup", at, cpu, pid, comm, target, targetComm, targetCpu } as const;
    this.sink.event(this.fresh ? { ...wakeup, fresh: true } : wakeup);
    return null;
  }

  private migrate({ at, cpu, pid, comm }: Head, text: string, from: number): Trouble {
    const [target, orig, dest] = [
      field(text, " pid=", from),
      field(text, " orig_cpu=", from),
      field(text, " dest_cpu=", from),
    ];
    if (!(target >= 0 && orig >= 0 && dest >= 0)) return "not all fields of sched_migrate_task";
    this.sink.event({ type: "migrate", at, cpu, pid, comm, target, from: orig, to: dest });
    return null;
  }

  /** x86 names the vCPU (raw: vcpu_id=), arm64 only its program counter. */
  private guestEntry({ at, cpu, pid, comm }: Head, text: string, from: number): Trouble {
    this.sink.event({ type: "guest-entry", at, cpu, pid, comm, vcpu: vcpuOf(text, from) });
    return null;
  }

  /** x86: `reason HLT rip ...`, raw `exit_reason=12`; arm64: `TRAP: HSR_EC: 0x0001 (WFx), PC: ...`, `IRQ: ...`. */
  private guestExit({ at, cpu, pid, comm }: Head, text: string, from: number): Trouble {
    const reason = exitReason(text, from);
    if (reason === "") return "a kvm_exit without a reason";
    this.sink.event({ type: "guest-exit", at, cpu, pid, comm, vcpu: vcpuOf(text, from), reason });
    return null;
  }

  private fork({ at, cpu, comm }: Head, text: string, from: number): Trouble {
    const name = fieldAt(text, " child_comm=", from);
    const id = fieldAt(text, " child_pid=", name);
    const [pid, child] = [field(text, " pid=", from), numberAt(text, id + 11)];
    if (name < 0 || id < 0 || !(pid >= 0 && child >= 0)) return "not all fields of sched_process_fork";
    const childComm = this.names.of(child, text, name + 12, id);
    this.sink.event({ type: "fork", at, cpu, pid, comm, child, childComm });
    return null;
  }

  /** Its new name is that of the file, cut as the kernel cuts it. */
  private exec({ at, cpu, comm }: Head, text: string, from: number): Trouble {
    const end = fieldAt(text, " pid=", from);
    const pid = numberAt(text, end + 5);
    if (!text.startsWith("filename=", from) || end < 0 || !(pid >= 0)) return "not all fields of sched_process_exec";
    const name = Math.max(from + 9, text.lastIndexOf("/", end - 1) + 1);
    this.sink.event({ type: "rename", at, cpu, pid, comm, to: copyOf(text, name, Math.min(end, name + COMM_MAX)) });
    return null;
  }

  private rename({ at, cpu, comm }: Head, text: string, from: number): Trouble {
    const pid = field(text, "pid=", from);
    const name = fieldAt(text, " newcomm=", from);
    const end = fieldAt(text, " oom_score_adj=", name);
    if (!(pid >= 0) || name < 0 || end < 0) return "not all fields of task_rename";
    this.sink.event({ type: "rename", at, cpu, pid, comm, to: copyOf(text, name + 9, end) });
    return null;
  }

  private end({ at, cpu, comm }: Head, text: string, from: number): Trouble {
    const pid = field(text, " pid=", from);
    if (!(pid >= 0)) return "a sched_process_exit without a thread's id";
    this.sink.event({ type: "end", at, cpu, pid, comm });
    return null;
  }

  private note({ at, cpu, pid, comm }: Head, text: string, from: number): null {
    this.sink.event({ type: "note", at, cpu, pid, comm, words: copyOf(text, from, text.length) });
    return null;
  }

  private callNamed(text: string): string {
    const before = this.calls.get(text);
    if (before !== undefined) return before;
    if (this.calls.size >= CALL_NAMES_MAX) this.calls.clear();
    const name = copyOf(text, 0, text.length);
    this.calls.set(name, callOfFunction(name));
    return callOfFunction(name);
  }

  /** The thread's id in text[from, to), which is `NAME:ID`. */
  private pidBefore(text: string, from: number, to: number): number {
    const digits = startOfDigits(text, to);
    return digits > from && digits < to && text.charAt(digits - 1) === ":" ? numberAt(text, digits) : Number.NaN;
  }
}

/** The number after `name`, which is at `from` or later; NaN: there is none. */
function field(text: string, name: string, from: number): number {
  const at = fieldAt(text, name, from);
  return at < 0 ? Number.NaN : numberAt(text, at + name.length);
}

function endOfWord(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) !== SPACE) at++;
  return at;
}

function vcpuOf(text: string, from: number): number {
  if (text.startsWith("vcpu ", from)) return orNone(numberAt(text, from + 5));
  return orNone(field(text, "vcpu_id=", from));
}

function orNone(value: number): number {
  return Number.isNaN(value) ? -1 : value;
}

function exitReason(text: string, from: number): string {
  const word = text.indexOf("reason", from);
  if (word >= 0) return copyOf(text, word + 7, endOfWord(text, word + 7));
  const end = text.indexOf(":", from);
  const [open, close] = [text.indexOf("(", from), text.indexOf(")", from)];
  if (text.startsWith("TRAP", from) && open >= 0 && close > open) return copyOf(text, open + 1, close);
  return end < 0 ? "" : copyOf(text, from, end);
}

/** Decimal or hexadecimal; an error is a small negative number, also where it is printed as a large one. */
function resultAt(text: string, from: number): number | null {
  if (!text.startsWith("0x", from)) return orNull(numberAt(text, from));
  let end = from + 2;
  while (isHexDigit(text.charCodeAt(end))) end++;
  if (end === from + 2) return null;
  const last = Number.parseInt(text.slice(Math.max(from + 2, end - 8), end), 16);
  const digits = end - from - 2;
  if (digits > 8 && !text.startsWith("ffffffff", end - 16)) return Number.parseInt(text.slice(from + 2, end), 16);
  return last >= 0xfffff000 ? last - 2 ** 32 : last;
}

function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70);
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
