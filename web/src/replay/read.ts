// What the columns of a replay say of one lane at one time.

import {
  KLP_WORKER,
  LOOK_MASK,
  LOOKS,
  type Look,
  NOBODY,
  PENDING,
  PHASE_BITS,
  type ReplayView,
  RUNNING,
  type Steps,
  SWITCHED,
  type TryView,
} from "./view.js";

/** The last of ascending `values` from `begin` up to `end` that is at most `at`; begin - 1: none. */
export function lastAtMost(values: Float64Array, at: number, begin = 0, end = values.length): number {
  let [low, high] = [begin, end];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export function countAt({ at, count }: Steps, time: number): number {
  return count[lastAtMost(at, time)] ?? 0;
}

export interface Doing {
  look: Look;
  pending: boolean;
  switched: boolean;
  what: number;
}

export function doingAt({ spans }: ReplayView, lane: number, at: number): Doing {
  const span = Math.max(spans.first[lane]!, lastAtMost(spans.from, at, spans.first[lane]!, spans.first[lane + 1]!));
  const look = spans.look[span]!;
  return {
    look: LOOKS[look & LOOK_MASK]!,
    pending: (look & PENDING) !== 0,
    switched: (look & SWITCHED) !== 0,
    what: spans.what[span]!,
  };
}

export function laneName({ tasks }: ReplayView, lane: number): string {
  return tasks[lane]?.comm ?? `CPU ${lane - tasks.length}`;
}

export const LOOK_WORDS: Record<Look, string> = {
  user: "user mode",
  kernel: "kernel",
  guest: "guest",
  waiting: "waits for a CPU",
  asleep: "asleep",
  blocked: "asleep, patched function on the stack",
  halted: "halted",
  gone: "gone",
};

/** `asleep in read, patched function on the stack`, `CPU 3 runs vcpu/1, guest`. */
export function doingWords(view: ReplayView, lane: number, at: number): string {
  const { look, what } = doingAt(view, lane, at);
  if (lane >= view.tasks.length) {
    if (look === "gone") return "offline";
    if (what === NOBODY) return "idle";
    if (what === KLP_WORKER) return "runs the transition's worker";
    return `runs ${laneName(view, what - RUNNING)}: ${LOOK_WORDS[look]}`;
  }
  if (look === "gone") return "not there";
  const phase = view.phases[what % 2 ** PHASE_BITS]?.name ?? "?";
  const cpu = Math.floor(what / 2 ** PHASE_BITS);
  const on = look === "user" || look === "kernel" || look === "guest" ? ` on CPU ${cpu}` : "";
  const words = look === "blocked" ? `asleep in ${phase}, patched function on the stack` : `${LOOK_WORDS[look]}${on}`;
  return phase === look || look === "blocked" ? words : `${words}, in ${phase}`;
}

export function tryAt({ tries }: ReplayView, at: number): TryView | undefined {
  return tries.findLast((one) => one.at <= at);
}

/** Why that try could not switch it; undefined: it was no straggler. */
export function reasonIn({ stragglers, reasons }: ReplayView, { from, to }: TryView, lane: number): string | undefined {
  const row = stragglers.lane.subarray(from, to).indexOf(lane);
  return row < 0 ? undefined : reasons[stragglers.why[from + row]!];
}

/** Of the last try before `at`. */
export function reasonAt(view: ReplayView, lane: number, at: number): { number: number; words: string } | undefined {
  const last = tryAt(view, at);
  const words = last && reasonIn(view, last, lane);
  return words === undefined ? undefined : { number: last!.number, words };
}

/** When it switched last by then, and how. */
export function switchedBy({ switches, mechanisms }: ReplayView, lane: number, at: number) {
  const row = switches.lane.findLastIndex((one, i) => one === lane && switches.at[i]! <= at);
  return row < 0
    ? undefined
    : { at: switches.at[row]!, by: mechanisms[switches.by[row]!]!, violation: switches.violation[row] === 1 };
}

/** What is between it and the new code, or that it has it. */
export function standing(view: ReplayView, lane: number, at: number): string {
  const { switched } = doingAt(view, lane, at);
  const isTask = lane < view.tasks.length;
  const done = switchedBy(view, lane, at);
  if (done !== undefined && (switched || !isTask))
    return `${isTask ? "" : "its idle task "}switched at ${seconds(done.at)} by ${done.by}${done.violation ? ", a violation" : ""}`;
  const why = reasonAt(view, lane, at);
  if (why !== undefined) return `${isTask ? "" : "its idle task is "}left by try ${why.number}: ${why.words}`;
  return isTask && !switched ? "not switched yet" : "";
}

/** Ticks as `12.346 s`, closer where the view is. */
export function seconds(ticks: number, digits = 3): string {
  return `${(ticks / 1e6).toFixed(digits)} s`;
}
