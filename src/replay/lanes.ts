// What a timeline shows of a replay: the stragglers that lasted longest, what each was doing when, and how many were left.

import type { Replay } from "./account.js";
import type { ReplayEvent } from "./events.js";
import { States } from "./states.js";

/** What somebody is doing; `blocked`: asleep with a function of the patch on the stack. */
export const DOINGS = ["user", "kernel", "guest", "waiting", "asleep", "blocked", "gone"] as const;
export type Doing = (typeof DOINGS)[number];

export interface Lane {
  label: string;
  /** When it switched last; null: never. */
  switchedAt: number | null;
  by: string;
  spans: { from: number; to: number; doing: Doing }[];
}

export interface Timeline {
  end: number;
  lanes: Lane[]; // longest straggler first
  /** Whom no lane shows, and when the last of them had switched; null: one of them never did. */
  others: { count: number; switchedBy: number | null };
  /** How many had not switched, from each change on. */
  left: { at: number; count: number }[];
}

/** A task's number, or an idle task's: that of all tasks on. */
type Who = number;

interface Switched {
  at: Map<Who, number>;
  by: Map<Who, string>;
  left: Timeline["left"];
}

/** At most so many lanes. */
export function timelineOf(replay: Replay, lanesMax: number): Timeline {
  const end = replay.complete ?? replay.horizon;
  const switched = switchesOf(replay);
  const who = everybody(replay).sort((a, b) => lasted(switched, b) - lasted(switched, a) || a - b);
  const shown = who.slice(0, lanesMax);
  const others = who.slice(lanesMax);
  const spans = spansOf(replay, new Set(shown), end);
  const lanes = shown.map((one) => ({
    label: labelOf(replay, one),
    switchedAt: switched.at.get(one) ?? null,
    by: switched.by.get(one) ?? "",
    spans: spans.get(one) ?? [],
  }));
  const last = others[0];
  const switchedBy = last === undefined ? 0 : (switched.at.get(last) ?? null);
  return { end, lanes, others: { count: others.length, switchedBy }, left: switched.left };
}

/** Tasks alive at `start`, children that ever lived, and idle tasks if they count. */
function everybody({ tasks, cpus, events }: Replay): Who[] {
  const born = new Set(events.flatMap((event) => (event.type === "fork" ? [event.task] : [])));
  const alive = [...tasks.keys()].filter((task) => tasks[task]!.start !== null || born.has(task));
  const idle = events.some(({ type }) => type === "idle-switch" || type === "idle-straggler");
  return idle ? [...alive, ...cpus.map((_, cpu) => tasks.length + cpu)] : alive;
}

function lasted({ at }: Switched, who: Who): number {
  return at.get(who) ?? Number.POSITIVE_INFINITY;
}

function labelOf({ tasks }: Replay, who: Who): string {
  return tasks[who]?.comm ?? `idle task ${who - tasks.length}`;
}

/** How many had not switched, from each change on. */
export function leftOf(replay: Replay): Timeline["left"] {
  return switchesOf(replay).left;
}

function switchesOf(replay: Replay): Switched {
  const all = new Set(everybody(replay).filter((who) => replay.tasks[who]?.start !== null));
  const pending = new Set(all);
  const found: Switched = { at: new Map(), by: new Map(), left: [{ at: 0, count: pending.size }] };
  for (const event of replay.events) {
    switch (event.type) {
      case "switch":
      case "idle-switch": {
        const who = event.type === "switch" ? event.task : replay.tasks.length + event.cpu;
        found.at.set(who, event.at);
        found.by.set(who, event.mechanism);
        pending.delete(who);
        break;
      }
      case "reaped":
        if (pending.delete(event.task)) found.at.set(event.task, event.at);
        break;
      case "reversed":
        turned(all, pending, found);
        break;
      default:
        continue;
    }
    note(found.left, event.at, pending.size);
  }
  return found;
}

/** Whoever had switched has not, and the reverse. */
function turned(all: Set<Who>, pending: Set<Who>, { at, by }: Switched): void {
  for (const who of all) if (!pending.delete(who)) pending.add(who);
  at.clear();
  by.clear();
}

function note(left: Timeline["left"], at: number, count: number): void {
  const last = left.at(-1);
  if (last?.at === at) last.count = count;
  else left.push({ at, count });
}

/** What those in `shown` do, from `start` to `end`. */
function spansOf(replay: Replay, shown: Set<Who>, end: number): Map<Who, Lane["spans"]> {
  const states = new States(replay);
  const spans = new Map<Who, Lane["spans"]>([...shown].map((who) => [who, []]));
  const see = (who: Who, at: number) => {
    const own = spans.get(who);
    if (own === undefined) return;
    const doing = doingOf(replay, states, who);
    const last = own.at(-1);
    if (last?.doing === doing) return;
    if (last !== undefined) last.to = at;
    own.push({ from: at, to: end, doing });
  };
  for (const who of shown) see(who, 0);
  for (const event of replay.events) {
    states.apply(event);
    for (const who of concerned(replay, event)) see(who, event.at);
  }
  return spans;
}

function concerned({ tasks }: Replay, event: ReplayEvent): Who[] {
  const who = "task" in event && event.task >= 0 ? [event.task] : [];
  if (event.type === "sched-in" || event.type === "sched-out") who.push(tasks.length + event.cpu);
  return who;
}

export function doingOf({ tasks }: Replay, states: States, who: Who): Doing {
  const task = states.tasks[who];
  if (task === undefined) return states.running[who - tasks.length] === null ? "asleep" : "waiting";
  if (task.state === "running") return task.mode;
  if (task.state === "ready") return "waiting";
  if (task.state === "sleep") return task.affected ? "blocked" : "asleep";
  return "gone";
}
