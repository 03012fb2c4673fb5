// In the thread: a replay's events as the columns that the page draws.

import type { Replay } from "../../../src/replay/account.js";
import type { ReplayEvent } from "../../../src/replay/events.js";
import { doingOf, leftOf } from "../../../src/replay/lanes.js";
import { whyIdleLeft, whyLeft } from "../../../src/replay/reasons.js";
import { States } from "../../../src/replay/states.js";
import { textLines } from "../../../src/replay/text.js";
import { groupBy } from "../../../src/report/group-by.js";
import {
  type Group,
  KLP_WORKER,
  LOOKS,
  type Moment,
  NOBODY,
  PENDING,
  PHASE_BITS,
  type ReplayView,
  RUNNING,
  type Spans,
  type Steps,
  SWITCHED,
  type TryView,
} from "./view.js";

export function packReplay(replay: Replay, key: number): ReplayView {
  const { events, schemaVersion: _, tries: __, ...rest } = replay;
  const packing = new Packing(replay);
  for (const event of events) packing.take(event);
  return { ...rest, key, ...packing.packed(), text: [...textLines(replay)] };
}

interface LaneSpans {
  from: number[];
  look: number[];
  what: number[];
}

/** Words, each once. */
class Words {
  readonly all: string[] = [];
  private readonly numbers = new Map<string, number>();

  number(words: string): number {
    const known = this.numbers.get(words);
    if (known !== undefined) return known;
    this.numbers.set(words, this.all.length);
    return this.all.push(words) - 1;
  }
}

class Packing {
  private readonly states: States;
  private readonly lanes: LaneSpans[];
  private readonly switched: Uint8Array;
  private readonly switches = {
    lane: [] as number[],
    at: [] as number[],
    by: [] as number[],
    violation: [] as number[],
  };
  private readonly mechanisms = new Words();
  private readonly tries: TryView[] = [];
  private readonly stragglers = { lane: [] as number[], why: [] as number[] };
  private readonly reasons = new Words();
  private readonly moments: Moment[] = [];
  private readonly instants = { lane: [] as number[], at: [] as number[], what: [] as number[] };
  private readonly happenings = new Words();
  /** Whose flag changes, and by how many are left then. */
  private readonly left = { lane: [] as number[], at: [] as number[], by: [] as number[] };

  constructor(private readonly replay: Replay) {
    this.states = new States(replay);
    const count = replay.tasks.length + replay.cpus.length;
    this.switched = new Uint8Array(count);
    this.lanes = Array.from({ length: count }, () => ({ from: [], look: [], what: [] }));
    if (replay.events.some(({ type }) => type === "idle-switch" || type === "idle-straggler"))
      for (const cpu of replay.cpus.keys()) this.change(this.idleLane(cpu), 0, 1);
    for (const lane of this.lanes.keys()) this.see(lane, 0);
  }

  take(event: ReplayEvent): void {
    this.note(event);
    this.states.apply(event);
    if (event.type === "reversed") for (const lane of this.lanes.keys()) this.see(lane, event.at);
    else for (const lane of this.concerned(event)) this.see(lane, event.at);
  }

  packed() {
    const end = this.replay.complete ?? this.replay.horizon;
    return {
      end,
      spans: joined(this.lanes),
      groups: this.groups(),
      left: this.totalLeft(),
      switches: {
        lane: Uint32Array.from(this.switches.lane),
        at: Float64Array.from(this.switches.at),
        by: Uint8Array.from(this.switches.by),
        violation: Uint8Array.from(this.switches.violation),
      },
      mechanisms: this.mechanisms.all,
      tries: this.tries,
      stragglers: { lane: Uint32Array.from(this.stragglers.lane), why: Uint32Array.from(this.stragglers.why) },
      reasons: this.reasons.all,
      moments: this.moments,
      instants: {
        lane: Uint32Array.from(this.instants.lane),
        at: Float64Array.from(this.instants.at),
        what: Uint32Array.from(this.instants.what),
      },
      happenings: this.happenings.all,
    };
  }

  private idleLane(cpu: number): number {
    return this.replay.tasks.length + cpu;
  }

  private note(event: ReplayEvent): void {
    const { at } = event;
    switch (event.type) {
      case "try":
        this.tries.push({ ...this.tryFrom(), number: event.number, at, cpu: event.cpu });
        break;
      case "straggler":
        this.straggler(event.task, whyLeft(this.replay, this.states, event));
        break;
      case "idle-straggler":
        this.straggler(this.idleLane(event.cpu), whyIdleLeft(event.reason));
        break;
      case "try-end":
        Object.assign(this.tries.at(-1)!, { left: event.left, next: event.next });
        break;
      case "switch":
        this.switch(at, event.task, event.mechanism, event.violation);
        break;
      case "idle-switch":
        this.switch(at, this.idleLane(event.cpu), event.mechanism, false);
        this.change(this.idleLane(event.cpu), at, -1);
        break;
      case "fork":
        this.switched[event.task] = this.switched[event.parent]!;
        break;
      default:
        this.noteMoment(event);
        this.noteInstant(event);
    }
  }

  private tryFrom() {
    const rows = this.stragglers.lane.length;
    return { left: 0, next: null, from: rows, to: rows };
  }

  private straggler(lane: number, words: string): void {
    this.stragglers.why.push(this.reasons.number(words));
    this.tries.at(-1)!.to = this.stragglers.lane.push(lane);
  }

  private switch(at: number, lane: number, mechanism: string, violation: boolean): void {
    this.switched[lane] = 1;
    this.switches.lane.push(lane);
    this.switches.at.push(at);
    this.switches.by.push(this.mechanisms.number(mechanism));
    this.switches.violation.push(Number(violation));
  }

  private noteMoment(event: ReplayEvent): void {
    const moment = (kind: Moment["kind"], words: string) => this.moments.push({ at: event.at, kind, words });
    switch (event.type) {
      case "round":
        moment("round", `round ${event.number}`);
        break;
      case "admin":
        moment("admin", `${event.givesUp ? "the administrator gives up: " : "the administrator: "}${event.do}`);
        break;
      case "reversed":
        this.reverse(event.at);
        moment("reversed", `reversed, to ${event.direction}`);
        break;
      case "decided":
        moment("decided", "nobody is left");
        break;
      case "complete":
        moment("complete", "complete");
        break;
      default:
        break;
    }
  }

  /** Whoever had switched has not, and the reverse. */
  private reverse(at: number): void {
    for (const lane of this.switched.keys()) {
      this.switched[lane] = 1 - this.switched[lane]!;
      if (lane >= this.replay.tasks.length) this.change(lane, at, this.switched[lane] === 1 ? -1 : 1);
    }
  }

  private noteInstant(event: ReplayEvent): void {
    const found = this.instantOf(event);
    if (found === null) return;
    this.instants.lane.push(found.lane);
    this.instants.at.push(event.at);
    this.instants.what.push(this.happenings.number(found.words));
  }

  private instantOf(event: ReplayEvent): { lane: number; words: string } | null {
    switch (event.type) {
      case "signal":
        return { lane: event.task, words: `${event.flag}${ACTS[event.act]}` };
      case "kthread-wake":
        return { lane: event.task, words: "woken up" };
      case "interrupted":
        return { lane: event.task, words: event.how === "eintr" ? "leaves with EINTR" : "interrupted, restarts" };
      case "eaten":
        return { lane: event.task, words: "KVM clears the flag and goes on" };
      case "signal-pass":
        return { lane: event.task, words: "handles the signal" };
      case "late-violation":
        return { lane: event.task, words: "violation: called a function of the patch meanwhile" };
      case "ipi":
        return { lane: this.idleLane(event.cpu), words: `IPI: ${event.why}` };
      case "synchronize":
        return { lane: this.idleLane(event.cpu), words: "waited for until it schedules" };
      default:
        return null;
    }
  }

  /** Lanes that may look otherwise after the event. */
  private *concerned(event: ReplayEvent): Generator<number> {
    if ("cpu" in event && event.cpu !== null) yield this.idleLane(event.cpu);
    if (!("task" in event) || event.task < 0) return;
    yield event.task;
    const { state, cpu } = this.states.tasks[event.task]!;
    if (state === "running" && !("cpu" in event)) yield this.idleLane(cpu);
  }

  private see(lane: number, at: number): void {
    const [look, what] = lane < this.replay.tasks.length ? this.taskLook(lane) : this.cpuLook(lane);
    const own = this.lanes[lane]!;
    const last = own.from.length - 1;
    if (own.look[last] === look && own.what[last] === what) return;
    const by = (look & PENDING) - ((own.look[last] ?? 0) & PENDING);
    if (by !== 0 && lane < this.replay.tasks.length) this.change(lane, at, Math.sign(by));
    const place = own.from[last] === at ? last : last + 1;
    own.from[place] = at;
    own.look[place] = look;
    own.what[place] = what;
  }

  private taskLook(task: number): [number, number] {
    const { flags, phase, cpu, state } = this.states.tasks[task]!;
    const doing = doingOf(this.replay, this.states, task);
    const look = doing === "asleep" && this.replay.phases[phase]!.halt ? "halted" : doing;
    const pending = state !== "dead" && flags.has("TIF_PATCH_PENDING");
    return [LOOKS.indexOf(look) + this.flagBits(task, pending), phase + cpu * 2 ** PHASE_BITS];
  }

  private cpuLook(lane: number): [number, number] {
    const cpu = lane - this.replay.tasks.length;
    if (!this.replay.cpus[cpu]!.online) return [LOOKS.indexOf("gone"), NOBODY];
    const who = this.states.running[cpu]!;
    if (who === null) return [LOOKS.indexOf("asleep") + this.flagBits(lane, false), NOBODY];
    if (who < 0) return [LOOKS.indexOf("kernel") + this.flagBits(lane, false), KLP_WORKER];
    const { mode, flags } = this.states.tasks[who]!;
    return [LOOKS.indexOf(mode) + this.flagBits(who, flags.has("TIF_PATCH_PENDING")), who + RUNNING];
  }

  private flagBits(who: number, pending: boolean): number {
    return (pending ? PENDING : 0) + (this.switched[who] === 1 ? SWITCHED : 0);
  }

  private totalLeft(): Steps {
    const steps = leftOf(this.replay);
    return columnsOf({ at: steps.map(({ at }) => at), count: steps.map(({ count }) => count) });
  }

  /** Classes whose last straggler lasted longest come first, after the CPUs. */
  private groups(): Group[] {
    const { tasks, cpus } = this.replay;
    const last = new Float64Array(this.lanes.length).fill(Number.POSITIVE_INFINITY);
    for (const [i, lane] of this.switches.lane.entries()) last[lane] = this.switches.at[i]!;
    const byLast = (a: number, b: number) => (last[b] === last[a] ? a - b : last[b]! - last[a]!);
    const idle = { name: "CPUs", kind: "cpu" as const, lanes: [...cpus.keys()].map((cpu) => this.idleLane(cpu)) };
    const classes = groupBy([...tasks.keys()], (task) => tasks[task]!.class).map(([name, lanes]) => {
      return { name, kind: tasks[lanes[0]!]!.kind, lanes: lanes.sort(byLast) };
    });
    classes.sort((a, b) => byLast(a.lanes[0]!, b.lanes[0]!));
    return [idle, ...classes].map(({ name, kind, lanes }) => {
      return { name, kind, lanes: Uint32Array.from(lanes), left: this.leftOf(new Set(lanes)) };
    });
  }

  private leftOf(lanes: ReadonlySet<number>): Steps {
    const steps = { at: [] as number[], count: [] as number[] };
    let count = 0;
    for (const [i, lane] of this.left.lane.entries()) {
      if (!lanes.has(lane)) continue;
      count += this.left.by[i]!;
      const at = this.left.at[i]!;
      const place = steps.at.at(-1) === at ? steps.at.length - 1 : steps.at.length;
      steps.at[place] = at;
      steps.count[place] = count;
    }
    return columnsOf(steps);
  }

  private change(lane: number, at: number, by: number): void {
    this.left.lane.push(lane);
    this.left.at.push(at);
    this.left.by.push(by);
  }
}

const ACTS = { wake: ": woken up", kick: ": kicked by an IPI", none: "" };

function columnsOf({ at, count }: { at: number[]; count: number[] }): Steps {
  return { at: Float64Array.from(at), count: Uint32Array.from(count) };
}

function joined(lanes: readonly LaneSpans[]): Spans {
  const first = new Uint32Array(lanes.length + 1);
  for (const [i, { from }] of lanes.entries()) first[i + 1] = first[i]! + from.length;
  const length = first.at(-1)!;
  const spans = { first, from: new Float64Array(length), look: new Uint8Array(length), what: new Uint32Array(length) };
  for (const [i, { from, look, what }] of lanes.entries()) {
    spans.from.set(from, first[i]!);
    spans.look.set(look, first[i]!);
    spans.what.set(what, first[i]!);
  }
  return spans;
}
