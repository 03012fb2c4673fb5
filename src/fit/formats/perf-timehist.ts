// What `perf sched timehist -n` prints (also -w, -M, -V, --state and call chains; perf-sched(1)): a line when a task leaves its CPU,
// and who follows. Without -n only the line of who followed tells when it began, long after: such text is refused, it can be
// printed again from the same perf.data. Without -w it does not tell wake-ups, without --state how a task sleeps; never calls.

import type { Quality } from "../quality.js";
import type { LeftState } from "../trace-event.js";
import type { LineReader, TraceFormat, TraceSink } from "../trace-format.js";
import { kernelPart } from "./kernel-part.js";
import { LeftStates } from "./left-state.js";
import { IDLE, ThreadNames } from "./names.js";
import { Processes } from "./processes.js";
import { shareOf } from "./recognised.js";
import { TextClock } from "./text-clock.js";
import { Words } from "./words.js";

const HEAD = /^ *(\d+\.\d{6,9}) \[(\d{1,6})\] +/;
const HEADING = /^ *(?:time +cpu |\[tid\/pid\]|-{5}|Samples |Runtime summary|Samples of sched_switch)/;
const TASK = String.raw`(.*?)\[(\d{1,10})(?:\/(\d{1,10}))?\]`;
const LENGTHS = String.raw`(?: +\d+\.\d{3}){3}`;
const LEAVES = new RegExp(String.raw`^${TASK}${LENGTHS}(?: +([A-Za-z]\+?))? +next: (.*?)\[(\d{1,10})\] *(.*)$`);
const NEXT_MISSING = new RegExp(`^${TASK}${LENGTHS}`);
const WAKES = new RegExp(`^${TASK} +awakened: ${TASK}$`);
const MIGRATES = new RegExp(`^${TASK} +migrated: ${TASK} cpu (\\d+) => (\\d+)$`);
/** The idle task is printed without its id. */
const IDLE_ROW = /^(?:<idle>|swapper)(?= )/;
const CPUS_MAX = 1 << 16;

class PerfTimehistReader implements LineReader {
  private readonly clock = new TextClock();
  private readonly names = new ThreadNames();
  private readonly states = new LeftStates();
  private readonly words = new Words();
  private readonly processes: Processes;
  /** Where tasks' names begin, after one column a CPU if -V asked for them. */
  private column = 0;

  constructor(
    private readonly sink: TraceSink,
    private readonly quality: Quality,
  ) {
    this.processes = new Processes(sink);
  }

  line(text: string, number: number): void {
    const head = HEAD.exec(text);
    const trouble = head === null ? this.heading(text) : this.timed(head, text);
    if (trouble !== null) this.quality.unread(number, text, trouble);
  }

  end(): void {}

  private heading(text: string): string | null {
    const column = text.indexOf("task name");
    if (column > 0) this.column = column;
    if (text.trim() !== "" && !HEADING.test(text)) return "no time and CPU";
    this.quality.other++;
    return null;
  }

  private timed(head: RegExpExecArray, text: string): string | null {
    const at = this.clock.ns(head[1]!);
    const cpu = Number(head[2]);
    const body = text.slice(Math.max(this.column, head[0].length)).trimEnd().replace(IDLE_ROW, `${IDLE}[0]`);
    if (Number.isNaN(at) || cpu >= CPUS_MAX) return "no time and CPU";
    return this.event(at, cpu, body) ? null : whyNot(body);
  }

  /** True if it can be read. */
  private event(at: number, cpu: number, body: string): boolean {
    const leaves = LEAVES.exec(body);
    if (leaves !== null) return this.leaves(at, cpu, leaves);
    const wakes = WAKES.exec(body);
    if (wakes !== null) return this.wakes(at, cpu, wakes);
    const migrates = MIGRATES.exec(body);
    return migrates !== null && this.migrates(at, cpu, migrates);
  }

  private leaves(at: number, cpu: number, found: RegExpExecArray): boolean {
    const [pid, next] = [Number(found[2]), Number(found[6])];
    const who = { at, cpu, pid, comm: this.name(pid, found[1]!) };
    const state = pid === 0 ? "running" : this.stateOf(found[4]);
    if (found[3] !== undefined) this.processes.tell(who, Number(found[3]));
    this.sink.event({
      type: "switch",
      ...who,
      state,
      next,
      nextComm: this.name(next, found[5]!),
    });
    const functions = kernelPart(found[7]!.split(" <- ").filter((name) => name !== ""));
    if (functions.length > 0)
      this.sink.event({ type: "stack", ...who, functions: functions.map((name) => this.words.of(name)) });
    return true;
  }

  private wakes(at: number, cpu: number, found: RegExpExecArray): boolean {
    const [pid, target] = [Number(found[2]), Number(found[5])];
    const targetComm = this.name(target, found[4]!);
    this.sink.event({
      type: "wakeup",
      at,
      cpu,
      pid,
      comm: this.name(pid, found[1]!),
      target,
      targetComm,
      targetCpu: -1,
    });
    return true;
  }

  private migrates(at: number, cpu: number, found: RegExpExecArray): boolean {
    const [pid, target] = [Number(found[2]), Number(found[5])];
    const [from, to] = [Number(found[7]), Number(found[8])];
    this.sink.event({ type: "migrate", at, cpu, pid, comm: this.name(pid, found[1]!), target, from, to });
    return true;
  }

  private name(pid: number, name: string): string {
    return this.names.of(pid, name, 0, name.length);
  }

  private stateOf(letter: string | undefined): LeftState {
    if (letter === undefined) return "unknown";
    if (letter === "K") return "idle"; // perf's letters are older than the kernel's numbers: see left-state.ts
    return this.states.of(letter, 0, letter.length);
  }
}

function whyNot(body: string): string {
  if (NEXT_MISSING.test(body)) return "it does not say who follows: print it with perf sched timehist -n -w --state";
  return "no line of perf sched timehist with all its columns";
}

export const PERF_TIMEHIST: TraceFormat = {
  name: "perf-timehist",
  title: "perf sched timehist",
  recognise: (head) => shareOf(head, HEAD, HEADING),
  reader: (sink, quality) => new PerfTimehistReader(sink, quality),
  tells: ["cpus", "switches", "wakeups", "stacks"],
};
