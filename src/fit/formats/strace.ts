// What `strace -f -ttt -T` prints (also -tt, -Y, -i, -n; with -o and without). A call begins at its line's time and lasts as long as
// its `<0.000221>`. It does not tell CPUs, switches, wake-ups or what wakes whom; a call that was under way when strace attached
// looks as if it began then. Signals are counted, not used. (Manual page strace(1).)

import type { Quality } from "../quality.js";
import type { TraceEvent } from "../trace-event.js";
import type { LineReader, TraceFormat, TraceSink } from "../trace-format.js";
import { shareOf } from "./recognised.js";
import { resultOf } from "./result.js";
import { TextClock } from "./text-clock.js";
import { Words } from "./words.js";

const PID = String.raw`(?:\[pid +(\d{1,10})(?:<(.*?)>)?\] +|(\d{1,10})(?:<(.*?)>)? +)?`;
const TIME = String.raw`(\d+\.\d+|\d\d:\d\d:\d\d(?:\.\d+)?)`;
const LEAD = new RegExp(String.raw`^${PID}${TIME} (?:\(\+ +[\d.]+\) )?(?:\[[ 0-9a-f?]+\] )*`);
const OWN = new RegExp(`${LEAD.source}(?:[a-z_][a-z0-9_]*\\(|<\\.\\.\\. |--- |\\+\\+\\+ )`);
const ATTACHED = /^(.*)strace: Process (\d+) (attached|detached)$/;
const OF_STRACE = /^strace: |^\[ Process PID=| > /;
const CALL = /^([a-z_][a-z0-9_]*)\(/;
const RESUMED = /^<\.\.\. ([a-z_][a-z0-9_]*) resumed>/;
const RESTART = "restart_syscall";
const LASTED = /^ <(\d{1,9}\.\d+)>$/;
const NO_RESULT = /^ <(?:(?:unfinished|detached|no return) \.\.\.|ptrace\(\w+\):[^<>]*)>$/;
const EXECUTED = /^execve(?:at)?\([^"]*"((?:[^"\\]|\\.)*)"/;
const NAMED = /^prctl\(PR_SET_NAME, "((?:[^"\\]|\\.)*)"/;
const SUPERSEDED = /^\+\+\+ superseded by execve in pid (\d+)/;
const FORKS = new Set(["fork", "vfork", "clone", "clone3"]);
const COMM_MAX = 15;
/** Alive at once; of more, those are forgotten that came first. */
const TASKS_MAX = 1 << 16;
const EPOCH_MIN = 1e8; // seconds; less than that is -r's
/** Where lines have no pid there is one task. */
const ONLY_PID = 1;

interface Call {
  name: string;
  at: number;
  /** What the task is called if the call succeeds: execve, prctl. */
  newComm: string | null;
}

interface Task {
  comm: string;
  /** The call that it is in, seen from its beginning. */
  call: Call | null;
  /** The call before it, which restart_syscall goes on with. What strace says of that is wrong of a call that it attached to. */
  before: string;
  /** A line of its own was read. */
  seen: boolean;
  forkTold: boolean;
}

class StraceReader implements LineReader {
  private readonly clock = new TextClock();
  /** Calls and names of tasks. */
  private readonly words = new Words();
  private readonly tasks = new Map<number, Task>();
  /** Those in a fork, by pid: a task that turns up meanwhile is its child. */
  private readonly forking = new Set<number>();
  /** Pid that lines turned out to mean which had none before there were two tasks. */
  private onlyPid: number | null = null;
  /** A call's line up to where strace's own words broke it. */
  private broken: { text: string; number: number } | null = null;

  constructor(
    private readonly sink: TraceSink,
    private readonly quality: Quality,
  ) {}

  line(text: string, number: number): void {
    const attached = text.endsWith("tached") ? ATTACHED.exec(text) : null;
    if (attached !== null) this.attached(attached, number);
    else if (this.broken === null) this.whole(text, number);
    else this.mended(this.broken, text, number);
  }

  end(): void {
    if (this.broken !== null) this.whole(`${this.broken.text} <unfinished ...>`, this.broken.number);
  }

  /** strace says so in the middle of a line if need be. */
  private attached([, before, pid, how]: RegExpExecArray, number: number): void {
    const child = Number(pid);
    if (before !== "") this.broken = { text: before!, number };
    else this.nothing();
    if (how === "attached" && !this.tasks.has(child)) this.add(child, newTask(child));
  }

  /** The rest of a broken line comes next, unless the call goes on. */
  private mended(broken: { text: string; number: number }, text: string, number: number): void {
    const goesOn = LEAD.test(text);
    this.broken = null;
    if (!goesOn) this.nothing(); // of two lines one is made
    this.whole(broken.text + (goesOn ? " <unfinished ...>" : text), broken.number);
    if (goesOn) this.whole(text, number);
  }

  private whole(text: string, number: number): void {
    const lead = LEAD.exec(text);
    const trouble = lead === null ? this.untimed(text) : this.timed(lead, text.slice(lead[0].length));
    if (trouble !== null) this.quality.unread(number, text, trouble);
  }

  private untimed(text: string): string | null {
    return text.trim() === "" || OF_STRACE.test(text) ? this.nothing() : "no line of strace -f -ttt -T";
  }

  private timed(lead: RegExpExecArray, body: string): string | null {
    const time = lead[5]!;
    if (!time.includes(".")) return "whole seconds only (-t): record with -ttt -T";
    if (!time.includes(":") && Number(time) < EPOCH_MIN)
      return "time since the line before only (-r): record with -ttt -T";
    const at = this.clock.ns(time);
    if (Number.isNaN(at)) return `not a time: ${time}`;
    const pid = this.pidOf(lead[1] ?? lead[3]);
    const task = this.taskOf(pid, at);
    const comm = lead[2] ?? lead[4];
    if (comm !== undefined) task.comm = this.words.of(comm);
    if (body.startsWith("--- ")) this.quality.leftOut("signal");
    else if (body.startsWith("+++ ")) this.ended(pid, task, at, body);
    else return this.called(pid, task, at, body);
    return null;
  }

  /** A line without a pid is of the only task that is left. */
  private pidOf(text: string | undefined): number {
    if (text === undefined) {
      const [first] = this.tasks.keys();
      return this.tasks.size === 1 ? first! : ONLY_PID;
    }
    const pid = Number(text);
    if (!this.tasks.has(pid) && this.onlyPid === null && this.tasks.has(ONLY_PID)) this.onlyPid = pid;
    return pid === this.onlyPid ? ONLY_PID : pid;
  }

  private taskOf(pid: number, at: number): Task {
    let task = this.tasks.get(pid);
    if (task === undefined) {
      task = newTask(pid);
      this.add(pid, task);
    }
    if (!task.seen && this.forking.size === 1) this.forked([...this.forking][0]!, pid, at);
    task.seen = true;
    return task;
  }

  private add(pid: number, task: Task): void {
    if (this.tasks.size >= TASKS_MAX) {
      const [first] = this.tasks.keys();
      this.tasks.delete(first!);
      this.forking.delete(first!);
    }
    this.tasks.set(pid, task);
  }

  private called(pid: number, task: Task, at: number, body: string): string | null {
    const resumed = RESUMED.exec(body);
    if (resumed !== null) return this.resumed(pid, task, at, resumed[1]!, body);
    const named = CALL.exec(body)?.[1];
    if (named === undefined) return "no call, signal or exit";
    const name = named === RESTART ? task.before : this.words.of(named);
    const call = { name, at, newComm: this.newCommOf(body) };
    const tail = tailOf(body);
    if (NO_RESULT.test(tail)) {
      this.entered(pid, task, call);
      return null;
    }
    const returned = returnOf(body, tail);
    if (returned === null) return "a call without a result";
    if (returned.lasted === null && !returned.text.startsWith("?")) return "no duration: record with -T";
    this.entered(pid, task, call);
    this.returned(pid, task, returned.text, at + (returned.lasted ?? 0));
    return null;
  }

  private resumed(pid: number, task: Task, at: number, name: string, body: string): string | null {
    const tail = tailOf(body);
    if (NO_RESULT.test(tail)) return this.nothing(); // detached meanwhile
    const returned = returnOf(body, tail);
    if (returned === null) return "a call without a result";
    const begun = task.call;
    if (begun === null) task.call = { name: this.words.of(name), at, newComm: null };
    const end = begun === null || returned.lasted === null ? at : begun.at + returned.lasted;
    this.returned(pid, task, returned.text, end);
    return null;
  }

  /** A line that is understood and tells nothing. */
  private nothing(): null {
    this.quality.other++;
    return null;
  }

  private entered(pid: number, task: Task, call: Call): void {
    task.call = call;
    task.before = call.name;
    if (FORKS.has(call.name)) this.forking.add(pid);
    this.tell(pid, task, call.at, { type: "enter", call: call.name });
  }

  /** `= ?` of a task that dies in its call: it does not return. */
  private returned(pid: number, task: Task, text: string, at: number): void {
    const { name, newComm } = task.call!;
    const result = resultOf(text);
    task.call = null;
    this.forking.delete(pid);
    if (text.startsWith("?") && result === null) {
      this.nothing();
      return;
    }
    if (newComm !== null && result === 0) {
      this.tell(pid, task, at, { type: "rename", to: newComm });
      task.comm = newComm;
    }
    this.tell(pid, task, at, { type: "exit", call: name, result });
    if (FORKS.has(name) && result !== null && result > 0) this.forked(pid, result, at);
  }

  private forked(parent: number, child: number, at: number): void {
    const from = this.tasks.get(parent)!;
    const to = this.tasks.get(child) ?? newTask(child);
    if (to.forkTold) return;
    if (to.comm === newTask(child).comm) to.comm = from.comm;
    to.forkTold = true;
    this.add(child, to);
    this.tell(parent, from, at, { type: "fork", child, childComm: to.comm });
  }

  /** A thread that executes takes the first thread's pid, and the call with it. */
  private ended(pid: number, task: Task, at: number, body: string): void {
    const superseded = SUPERSEDED.exec(body);
    const by = superseded === null ? undefined : this.tasks.get(Number(superseded[1]));
    if (superseded === null || by === undefined) {
      this.tell(pid, task, at, { type: "end" });
      this.tasks.delete(pid);
      this.forking.delete(pid);
      return;
    }
    this.tell(Number(superseded[1]), by, at, { type: "end" });
    this.tasks.delete(Number(superseded[1]));
    this.tasks.set(pid, by);
  }

  private newCommOf(body: string): string | null {
    if (!body.startsWith("execve") && !body.startsWith("prctl")) return null;
    const path = EXECUTED.exec(body)?.[1];
    const name = path === undefined ? NAMED.exec(body)?.[1] : path.slice(path.lastIndexOf("/") + 1);
    return name === undefined || name === "" ? null : this.words.of(name.slice(0, COMM_MAX));
  }

  private tell(pid: number, { comm }: Task, at: number, what: Told): void {
    this.sink.event({ at, cpu: -1, pid, comm, ...what });
  }
}

type Told =
  Extract<TraceEvent, { type: "enter" | "exit" | "fork" | "rename" | "end" }> extends infer E
    ? E extends TraceEvent
      ? Omit<E, "at" | "cpu" | "pid" | "comm">
      : never
    : never;

function newTask(pid: number): Task {
  return { comm: `pid-${pid}`, call: null, before: RESTART, seen: false, forkTold: false };
}

/** ` <0.000221>`, ` <unfinished ...>`; empty: there is no such thing at the end. */
function tailOf(body: string): string {
  return body.endsWith(">") ? body.slice(Math.max(0, body.lastIndexOf(" <"))) : "";
}

/** The text after the last `) = `, and ns that the call lasted. */
function returnOf(body: string, tail: string): { text: string; lasted: number | null } | null {
  const lasted = LASTED.exec(tail);
  const till = lasted === null ? body.length : body.length - tail.length;
  const equals = body.lastIndexOf(" = ", till);
  let before = equals - 1;
  while (body.charAt(before) === " ") before--;
  if (equals < 0 || body.charAt(before) !== ")") return null;
  const text = body.slice(equals + 3, till).trim();
  return text === "" ? null : { text, lasted: lasted === null ? null : Math.round(Number(lasted[1]) * 1e9) };
}

export const STRACE: TraceFormat = {
  name: "strace",
  title: "strace -f -ttt -T",
  recognise: (head) => shareOf(head, OWN, OF_STRACE),
  reader: (sink, quality) => new StraceReader(sink, quality),
  tells: ["calls"],
};
