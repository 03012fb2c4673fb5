// KUtrace's JSON: for each CPU one span after another, whatever it did (D. Sites, Understanding Software Dynamics; postproc/ and
// linux/kutrace_lib.h of github.com/dicksites/KUtrace). A row is
//
//   [begin s, length s, CPU, pid, rpc, event, argument, return value, (instructions per cycle), name]
//
// Where the pid of a CPU's spans changes, it switched; a call lasts from its first span to the thread's next span in user mode; a
// wait (CPU -1) that begins within a microsecond of a switch says what the thread waits for, which in a call tells its state.
// It does not tell stacks; which function a kthread runs; nor, of a call that was under way before the trace, when it began.

import type { Quality } from "../quality.js";
import type { LeftState } from "../trace-event.js";
import type { LineReader, TraceFormat, TraceSink } from "../trace-format.js";
import { TraceClock } from "./clock.js";
import { IDLE } from "./names.js";
import { shareOf } from "./recognised.js";
import { Words } from "./words.js";

/** Of a line without the spaces around it. The first row stands beside the heading. */
const ROW = /^\[ ?(\d+\.\d+) ?,(.*)\] ?,?$/;
const HEADING = '"events" : [';
const LIKE_ROW = /^\[ ?-?[\d.]/;
const OTHER_LINE = /^[[\]{}",]/;
/** Before the first row: the recording's properties. */
const PROPERTY = /^\s*(?:"|\{\s*$|\{(?!.*"events" : \[))/;
const USER_SUFFIX = /\.\d+$/;
/** Where KUtrace's last row, a mark of the end, begins. */
const END_OF_EVENTS = "999.0";

// Event numbers (linux/kutrace_lib.h).
const RUNNABLE = 0x206;
const MARK_FIRST = 0x20a;
const MARK_LAST = 0x20d;
const WAIT_FIRST = 0x300;
const WAIT_LAST = 0x31f;
const TRAP_FIRST = 0x400;
const CALL_FIRST = 0x800;
const SCHED = 0x9ff;
const CALL_LAST = 0xfff;
const USER_FIRST = 0x10000;
const WAKEUP_ARC = -3;

/** Rows looked ahead: a wait's row, and a wake-up's arc, come within three of what they are about. */
const AHEAD = 8;
const WAIT_WITHIN = 1000; // ns
const ERRORS = 4095;
const LENGTH_MAX = 1e9; // s
const CPUS_MAX = 1 << 16;
const THREADS_MAX = 1 << 16;

const FORKS = new Set(["fork", "vfork", "clone", "clone3"]);
const EXITS = new Set(["exit", "exit_group"]);
/** In a call. What waits for a disk mostly does so uninterruptibly (assumption; io_getevents does not). */
const WAITS: Record<string, LeftState> = {
  wait_cpu: "running",
  wait_disk: "uninterruptible",
  wait_lock: "interruptible",
  wait_net: "interruptible",
  wait_pipe: "interruptible",
  wait_time: "interruptible",
};

interface Row {
  at: number;
  length: number;
  cpu: number;
  pid: number;
  event: number;
  argument: number;
  result: number;
  name: string;
}

interface Thread {
  comm: string;
  /** The call that it is in. */
  call: string | null;
}

class KutraceReader implements LineReader {
  private readonly clock = new TraceClock();
  private readonly words = new Words();
  private readonly ahead: Row[] = [];
  private readonly threads = new Map<number, Thread>();
  /** Whose span a CPU's last one was. */
  private readonly current = new Map<number, number>();

  constructor(
    private readonly sink: TraceSink,
    private readonly quality: Quality,
  ) {}

  line(text: string, number: number): void {
    const line = rowIn(text);
    const found = ROW.exec(line);
    const row = found === null || found[1] === END_OF_EVENTS ? null : this.rowOf(found[1]!, found[2]!);
    if (row !== null) this.take(row);
    else if (found?.[1] === END_OF_EVENTS) this.quality.other++;
    else if (line !== "" && (LIKE_ROW.test(line) || !OTHER_LINE.test(line)))
      this.quality.unread(number, text, "no row of KUtrace's JSON");
    else this.quality.other++;
  }

  end(): void {
    while (this.ahead.length > 0) this.next();
  }

  private rowOf(begin: string, rest: string): Row | null {
    const at = this.clock.read(begin, 0);
    const fields = fieldsOf(rest);
    if (fields === null || Number.isNaN(at) || this.clock.end !== begin.length) return null;
    const name = fields.pop();
    const numbers = fields.map(Number);
    if (typeof name !== "string" || numbers.length < 7 || !(numbers[0]! >= 0 && numbers[0]! < LENGTH_MAX)) return null;
    if (!numbers.slice(1).every(Number.isSafeInteger) || numbers[1]! >= CPUS_MAX) return null;
    const [length, cpu, pid, , event, argument, result] = numbers as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    return { at, length: Math.round(length * 1e9), cpu, pid, event, argument, result, name: this.words.of(name) };
  }

  private take(row: Row): void {
    this.ahead.push(row);
    if (this.ahead.length > AHEAD) this.next();
  }

  private next(): void {
    const row = this.ahead.shift()!;
    const { event } = row;
    if (row.cpu >= 0 && event >= TRAP_FIRST) this.span(row);
    else if (event === RUNNABLE) this.woken(row);
    else if (event >= MARK_FIRST && event <= MARK_LAST)
      this.sink.event({ ...this.who(row), type: "note", words: row.name });
    else if (row.cpu < 0 || event === WAKEUP_ARC || (event >= WAIT_FIRST && event <= WAIT_LAST)) this.quality.other++;
    else this.quality.leftOut(this.words.of(row.name.replace(/[.=].*$/, "")));
  }

  /** What a CPU did for a while. */
  private span(row: Row): void {
    const before = this.threads.get(row.pid);
    const isNew = before === undefined;
    const thread = before ?? { comm: row.pid === 0 ? IDLE : `pid-${row.pid}`, call: null };
    if (isNew && this.threads.size >= THREADS_MAX) this.threads.clear();
    if (isNew) this.threads.set(row.pid, thread);
    if (row.event >= USER_FIRST && row.pid !== 0) thread.comm = this.words.of(row.name.replace(USER_SUFFIX, ""));
    this.switchTo(row);
    if (row.pid === 0) this.quality.other++;
    else if (row.event >= USER_FIRST) this.inUser(row, thread, isNew);
    else if (row.event >= CALL_FIRST && row.event <= CALL_LAST && row.event !== SCHED) this.inCall(row, thread);
    else if (row.event === SCHED) this.quality.other++;
    else this.quality.leftOut(row.name);
  }

  private switchTo(row: Row): void {
    const pid = this.current.get(row.cpu);
    this.current.set(row.cpu, row.pid);
    if (pid === undefined || pid === row.pid) return;
    const { at, cpu } = row;
    const { comm } = this.threads.get(pid) ?? { comm: `pid-${pid}` };
    const state = pid === 0 ? "running" : this.stateOf(pid, at);
    const next = this.threads.get(row.pid)!;
    this.sink.event({ at, cpu, pid, comm, type: "switch", state, next: row.pid, nextComm: next.comm });
    if (state !== "dead") return;
    this.sink.event({ at, cpu, pid, comm, type: "end" });
    this.threads.delete(pid);
  }

  /** Of who leaves its CPU at `at`. */
  private stateOf(pid: number, at: number): LeftState {
    const call = this.threads.get(pid)?.call ?? null;
    const wait = this.ahead.find((row) => row.cpu < 0 && row.pid === pid && row.at - at <= WAIT_WITHIN)?.name;
    if (wait === "wait_cpu") return "running";
    if (wait === undefined && call !== null && EXITS.has(call)) return "dead";
    return call === null ? "unknown" : (WAITS[wait ?? ""] ?? "unknown");
  }

  /**
   * A thread that comes from before the trace first gets a span of no length in user mode, though it may be in a call: if a call's
   * span follows at the same time, it is.
   */
  private inUser(row: Row, thread: Thread, isNew: boolean): void {
    const follows = this.ahead.find(({ cpu, event }) => cpu === row.cpu && event >= TRAP_FIRST);
    if (isNew && row.length === 0 && follows?.at === row.at && isCall(follows)) {
      thread.call = follows.name;
      this.quality.other++;
    } else if (thread.call !== null) this.returns(row, thread, thread.call);
    else this.quality.other++;
  }

  private returns(row: Row, thread: Thread, call: string): void {
    const who = this.who(row);
    const result = signed(row.result);
    thread.call = null;
    this.sink.event({ ...who, type: "exit", call, result });
    if (FORKS.has(call) && result > 0) this.sink.event({ ...who, type: "fork", child: result, childComm: thread.comm });
  }

  /** Anew, or on with it after an interrupt, a fault or a wait. */
  private inCall(row: Row, thread: Thread): void {
    if (thread.call !== null) this.quality.other++;
    else {
      thread.call = row.name;
      this.sink.event({ ...this.who(row), type: "enter", call: row.name });
    }
  }

  private woken(row: Row): void {
    const target = row.argument;
    const arc = this.ahead.find(({ at, event, result }) => event === WAKEUP_ARC && at === row.at && result === target);
    const targetComm = this.threads.get(target)?.comm ?? `pid-${target}`;
    this.sink.event({ ...this.who(row), type: "wakeup", target, targetComm, targetCpu: arc?.argument ?? -1 });
  }

  private who({ at, cpu, pid }: Row): { at: number; cpu: number; pid: number; comm: string } {
    const comm = this.threads.get(pid)?.comm ?? (pid === 0 ? IDLE : `pid-${pid}`);
    return { at, cpu, pid, comm };
  }
}

function rowIn(text: string): string {
  const heading = text.lastIndexOf(HEADING);
  return (heading < 0 ? text : text.slice(heading + HEADING.length)).trim();
}

function isCall({ event }: Row): boolean {
  return event >= CALL_FIRST && event <= CALL_LAST && event !== SCHED;
}

/** The rest of a row after its first number, as JSON has it. */
function fieldsOf(rest: string): unknown[] | null {
  try {
    const fields: unknown = JSON.parse(`[${rest}]`);
    return Array.isArray(fields) ? fields : null;
  } catch {
    return null;
  }
}

/** Of 16 bits. */
function signed(result: number): number {
  return result >= 0x10000 - ERRORS && result < 0x10000 ? result - 0x10000 : result;
}

export const KUTRACE: TraceFormat = {
  name: "kutrace",
  title: "KUtrace's JSON",
  recognise: (head) => shareOf(head.map(rowIn), ROW, PROPERTY),
  reader: (sink, quality) => new KutraceReader(sink, quality),
  tells: ["cpus", "switches", "wakeups", "calls"],
};
