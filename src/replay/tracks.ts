// A replay as tracks, which the trace formats write: the transition's own, one a CPU with who runs there, one a task with its
// phases and within them what it does; a task's flags and how many are left are counters.

import { type Replay, workerOf } from "./account.js";
import { type ReplayEvent, WORKER } from "./events.js";
import { type Doing, doingOf, leftOf } from "./lanes.js";
import { States } from "./states.js";

export interface Track {
  id: number;
  kind: "transition" | "cpus" | "cpu" | "process" | "task" | "counter";
  name: string;
  parent: Track | null;
  /** Of processes and tasks. */
  pid: number;
  tid: number;
}

/** Something on a track; times in ticks. Slices on a track are nested. */
export interface Mark {
  at: number;
  track: Track;
  type: "begin" | "end" | "instant" | "counter";
  name: string;
  value: number;
}

export interface Tracks {
  tracks: Track[];
  marks: Iterable<Mark>;
}

const TRANSITION_PID = 1;
const CPUS_PID = 2;

/** All tracks, and what is on them in the order of time. */
export function tracksOf(replay: Replay): Tracks {
  const drawing = new Drawing(replay);
  return { tracks: drawing.tracks, marks: drawing.marks() };
}

class Drawing {
  readonly tracks: Track[] = [];
  private readonly transition = this.track("transition", "transition", null, TRANSITION_PID, 1);
  private readonly left = this.track("counter", "stragglers left", this.transition);
  private readonly cpus: Track[];
  private readonly tasks: Track[];
  private readonly flags = new Map<string, Track>();
  private readonly states: States;
  private readonly open = new Map<number, { phase: number; doing: Doing }>();
  private trying = false;

  constructor(private readonly replay: Replay) {
    const all = this.track("cpus", "CPUs", null, CPUS_PID, 0);
    this.cpus = replay.cpus.map((_, cpu) => this.track("cpu", `CPU ${cpu}`, all, CPUS_PID, CPUS_PID * 10 + cpu));
    const processes = new Map<number, Track>();
    this.tasks = replay.tasks.map(({ comm, pid, tgid, class: of }) => {
      const process = processes.get(tgid) ?? this.track("process", of, null, tgid, tgid);
      processes.set(tgid, process);
      return this.track("task", comm, process, tgid, pid);
    });
    for (const event of replay.events) if (event.type === "flag") this.flagOf(event.task, event.flag);
    this.states = new States(replay);
  }

  *marks(): Generator<Mark> {
    const { replay, states } = this;
    const left = leftOf(replay);
    let counted = 0;
    yield* this.starts();
    let at = 0;
    for (const event of replay.events) {
      at = event.at;
      states.apply(event);
      yield* this.told(event);
      for (; counted < left.length && left[counted]!.at <= at; counted++)
        yield this.mark(left[counted]!.at, this.left, "counter", "", left[counted]!.count);
    }
    yield* this.ends(replay.complete ?? replay.horizon);
  }

  private *starts(): Generator<Mark> {
    for (const [cpu, { current }] of this.replay.cpus.entries())
      if (current !== null) yield this.mark(0, this.cpus[cpu]!, "begin", this.whoOn(cpu, current));
    for (const task of this.tasks.keys()) yield* this.task(0, task);
  }

  private *ends(at: number): Generator<Mark> {
    for (const [cpu, who] of this.states.running.entries())
      if (who !== null) yield this.mark(at, this.cpus[cpu]!, "end");
    for (const task of this.tasks.keys()) yield* this.close(at, task);
    if (this.trying) yield this.mark(at, this.transition, "end");
  }

  private *told(event: ReplayEvent): Generator<Mark> {
    const { at } = event;
    switch (event.type) {
      case "sched-in":
        yield this.mark(at, this.cpus[event.cpu]!, "begin", this.whoOn(event.cpu, event.task));
        break;
      case "sched-out":
        yield this.mark(at, this.cpus[event.cpu]!, "end");
        break;
      case "flag":
        yield this.mark(at, this.flagOf(event.task, event.flag), "counter", "", Number(event.set));
        break;
      case "switch":
        yield this.mark(at, this.tasks[event.task]!, "instant", `switched: ${event.mechanism}`);
        break;
      case "idle-switch":
        yield this.mark(at, this.cpus[event.cpu]!, "instant", `idle task switched: ${event.mechanism}`);
        break;
      case "straggler":
        yield this.mark(at, this.tasks[event.task]!, "instant", stragglerName(event));
        break;
      case "idle-straggler":
        yield this.mark(at, this.cpus[event.cpu]!, "instant", `idle task left: ${event.reason}`);
        break;
      case "signal":
        yield this.mark(at, this.tasks[event.task]!, "instant", `signal: ${event.flag}`);
        break;
      case "interrupted":
        yield this.mark(at, this.tasks[event.task]!, "instant", event.how);
        break;
      case "ipi":
        yield this.mark(at, this.cpus[event.cpu]!, "instant", `IPI: ${event.why}`);
        break;
      default:
        yield* this.ofTransition(event);
    }
    if ("task" in event && event.task !== WORKER) yield* this.task(at, event.task);
  }

  private *ofTransition(event: ReplayEvent): Generator<Mark> {
    const { at } = event;
    const instant = (name: string) => this.mark(at, this.transition, "instant", name);
    switch (event.type) {
      case "try":
        this.trying = true;
        yield this.mark(at, this.transition, "begin", `try ${event.number}`);
        break;
      case "try-end":
      case "decided":
        this.trying = false;
        yield this.mark(at, this.transition, "end");
        if (event.type === "decided") yield instant("decided");
        break;
      case "round":
        yield instant(`round ${event.number}`);
        break;
      case "admin":
        yield instant(`administrator: ${event.do}`);
        break;
      case "step":
        yield instant(`completion: ${event.step}`);
        break;
      case "start":
      case "reversed":
      case "complete":
        yield instant(event.type);
        break;
      default:
        break;
    }
  }

  /** Closes and opens a task's slices where its phase or what it does is another one now. */
  private *task(at: number, task: number): Generator<Mark> {
    const phase = this.states.tasks[task]!.phase;
    const doing = doingOf(this.replay, this.states, task);
    const open = this.open.get(task);
    if (open !== undefined && open.phase === phase && open.doing === doing) return;
    const track = this.tasks[task]!;
    const stays = open !== undefined && open.phase === phase && doing !== "gone";
    if (stays) yield this.mark(at, track, "end");
    else yield* this.close(at, task);
    if (doing === "gone") return;
    if (!stays) yield this.mark(at, track, "begin", this.replay.phases[phase]!.name);
    yield this.mark(at, track, "begin", doing);
    this.open.set(task, { phase, doing });
  }

  private *close(at: number, task: number): Generator<Mark> {
    if (!this.open.delete(task)) return;
    yield this.mark(at, this.tasks[task]!, "end");
    yield this.mark(at, this.tasks[task]!, "end");
  }

  private whoOn(cpu: number, task: number): string {
    return task === WORKER ? workerOf(cpu).comm : this.replay.tasks[task]!.comm;
  }

  private flagOf(task: number, flag: string): Track {
    const key = `${task} ${flag}`;
    const known = this.flags.get(key) ?? this.track("counter", flag, this.tasks[task]!);
    this.flags.set(key, known);
    return known;
  }

  private track(
    kind: Track["kind"],
    name: string,
    parent: Track | null,
    pid = parent?.pid ?? 0,
    tid = parent?.tid ?? 0,
  ) {
    const track: Track = { id: this.tracks.length + 1, kind, name, parent, pid, tid };
    this.tracks.push(track);
    return track;
  }

  private mark(at: number, track: Track, type: Mark["type"], name = "", value = 0): Mark {
    return { at, track, type, name, value };
  }
}

function stragglerName({ reason, functions }: Extract<ReplayEvent, { type: "straggler" }>): string {
  return functions.length > 0 ? `left: ${functions.join(", ")} on the stack` : `left: ${reason}`;
}
