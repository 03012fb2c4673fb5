// A replay as the page draws it: columns instead of a million events, made by the thread (pack.ts). Lanes are numbered: tasks first,
// then the CPUs, whose lanes stand for their idle tasks too. Times are ticks (1 us) since `start`.

import type { Replay } from "../../../src/replay/account.js";

/** What somebody does, by the low bits of a span's look. `blocked`: asleep with a function of the patch on the stack. */
export const LOOKS = ["user", "kernel", "guest", "waiting", "asleep", "blocked", "halted", "gone"] as const;
export type Look = (typeof LOOKS)[number];

export const LOOK_MASK = 7;
/** TIF_PATCH_PENDING is set: of the task, or of who runs on the CPU. */
export const PENDING = 8;
/** It runs the new code (after a reverse: the old). */
export const SWITCHED = 16;

/** Of a CPU's span, instead of a task's number plus RUNNING. */
export const NOBODY = 0;
export const KLP_WORKER = 1;
export const RUNNING = 2;

/** A task's span: phase, and above so many bits its CPU. */
export const PHASE_BITS = 16;

type Numbers = Float64Array<ArrayBuffer>;
type Whole = Uint32Array<ArrayBuffer>;

export interface Spans {
  /** Lane n has the spans from first[n] up to first[n + 1]. */
  first: Whole;
  from: Numbers;
  look: Uint8Array<ArrayBuffer>;
  what: Whole;
}

/** Each change of a count: `count[i]` from `at[i]` on. */
export interface Steps {
  at: Numbers;
  count: Whole;
}

export interface Group {
  name: string;
  kind: "cpu" | "user" | "vcpu" | "kthread";
  /** Those that switch last come first. */
  lanes: Whole;
  left: Steps;
}

export interface TryView {
  number: number;
  at: number;
  cpu: number | null;
  left: number;
  /** When the next one is due. */
  next: number | null;
  /** Its stragglers: rows `from` up to `to` of `stragglers`. */
  from: number;
  to: number;
}

/** Something that concerns everybody. */
export interface Moment {
  at: number;
  kind: "round" | "admin" | "reversed" | "decided" | "complete";
  words: string;
}

export type ReplayView = Omit<Replay, "events" | "schemaVersion" | "tries"> & {
  /** By which the thread knows the whole. */
  key: number;
  /** Of the drawing: completion, or the horizon. */
  end: number;
  spans: Spans;
  groups: Group[];
  left: Steps;
  switches: {
    lane: Whole;
    at: Numbers;
    /** In `mechanisms`. */
    by: Uint8Array<ArrayBuffer>;
    violation: Uint8Array<ArrayBuffer>;
  };
  mechanisms: string[];
  tries: TryView[];
  /** why: in `reasons`. */
  stragglers: { lane: Whole; why: Whole };
  reasons: string[];
  moments: Moment[];
  /** What happens to single lanes: signals, wake-ups, interrupts; `what` in `happenings`. */
  instants: { lane: Whole; at: Numbers; what: Whole };
  happenings: string[];
  /** `klpsim replay` in lines. */
  text: string[];
};

/** What a message may hand over instead of copying. */
export function buffersOf({ spans, left, switches, stragglers, instants, groups }: ReplayView): ArrayBuffer[] {
  const ofGroups = groups.flatMap((group) => [group.left, { lanes: group.lanes }]);
  const columns = [spans, left, switches, stragglers, instants, ...ofGroups];
  return columns.flatMap((one) => Object.values(one).map(({ buffer }: { buffer: ArrayBuffer }) => buffer));
}
