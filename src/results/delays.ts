// Blame that explains: each latency in four parts that add up to it, by who switched last, over all replicas and over the tail
// (docs/blame.md). Whole ticks are added up; only sums are divided.

import { MECHANISMS, type Model } from "../scenario/model.js";
import { milliseconds, rankOf } from "./distribution.js";
import type { Outcomes } from "./outcomes.js";
import type { DelayBy, DelayParts, Delays } from "./result.js";
import { type Whereabouts, whereabouts } from "./whereabouts.js";

/** From where on latencies are the tail. */
export const TAIL = 0.99;

/** In ticks; they add up to the latency. */
export interface DelayTicks {
  round: number;
  task: number;
  try: number;
  completion: number;
}

/** The parts of a completed replica's latency. Its outcomes have prompts. */
export function delayTicks({ complete, decided, lastSwitch, prompt }: Outcomes, row: number): DelayTicks {
  const round = prompt![row];
  const switched = Math.max(lastSwitch[row], round);
  return { round, task: switched - round, try: decided[row] - switched, completion: complete[row] - decided[row] };
}

/** The least latency that a share p of all replicas does not exceed, in ticks; null if it is among the censored. */
export function exactQuantile(complete: Float64Array, p: number): number | null {
  const sorted = complete.map((ticks) => (ticks < 0 ? Number.POSITIVE_INFINITY : ticks)).sort();
  const value = sorted[rankOf(p, sorted.length) - 1];
  return Number.isFinite(value) ? value : null;
}

/** What mean and tail are made of; what-ifs are for whoever can run them. */
export function explainDelays(outcomes: Outcomes, model: Model): Delays {
  const from = exactQuantile(outcomes.complete, TAIL);
  const whole = new Group();
  const groups = new Map<string, Group & { who: Who }>();
  outcomes.complete.forEach((ticks, row) => {
    if (ticks < 0) return;
    const inTail = from !== null && ticks >= from;
    const parts = delayTicks(outcomes, row);
    const who = whoIn(outcomes, row, model);
    const key = JSON.stringify(who);
    const group = groups.get(key) ?? Object.assign(new Group(), { who });
    groups.set(key, group);
    for (const one of [whole, group]) one.add(parts, inTail);
  });
  const by = [...groups.values()].sort((a, b) => b.tail.total - a.tail.total || b.mean.total - a.mean.total);
  return {
    replicas: whole.mean.count,
    tailFrom: { p: TAIL, ms: milliseconds(from) },
    tailReplicas: whole.tail.count,
    mean: whole.mean.parts(whole.mean.count),
    tail: whole.tail.parts(whole.tail.count),
    by: by.map((group) => delayBy(group, whole)),
    whatIf: [],
  };
}

interface Who extends Whereabouts {
  mechanism: string;
}

/** Where nobody had to switch. */
const NOBODY: Who = { class: "nobody", phase: "nobody", mechanism: "none" };

function whoIn({ blamePhase, blameMechanism }: Outcomes, row: number, model: Model): Who {
  if (blamePhase[row] < 0) return NOBODY;
  return { ...whereabouts(blamePhase[row], model), mechanism: MECHANISMS[blameMechanism[row]] };
}

function delayBy({ who, mean, tail }: Group & { who: Who }, whole: Group): DelayBy {
  return {
    ...who,
    share: mean.count / whole.mean.count,
    tailShare: whole.tail.count === 0 ? 0 : tail.count / whole.tail.count,
    mean: mean.parts(whole.mean.count)!,
    tail: tail.parts(whole.tail.count),
  };
}

/** Sums over some replicas. */
class Sums {
  count = 0;
  readonly ticks: DelayTicks = { round: 0, task: 0, try: 0, completion: 0 };

  add(parts: DelayTicks): void {
    this.count++;
    for (const part of Object.keys(this.ticks) as (keyof DelayTicks)[]) this.ticks[part] += parts[part];
  }

  get total(): number {
    const { round, task, try: noticed, completion } = this.ticks;
    return round + task + noticed + completion;
  }

  /** Over so many replicas; null over none. */
  parts(replicas: number): DelayParts | null {
    if (replicas === 0) return null;
    const { round, task, try: noticed, completion } = this.ticks;
    return {
      roundMs: milliseconds(round) / replicas,
      taskMs: milliseconds(task) / replicas,
      tryMs: milliseconds(noticed) / replicas,
      completionMs: milliseconds(completion) / replicas,
    };
  }
}

/** All replicas of a kind, and those of them that are in the tail. */
class Group {
  readonly mean = new Sums();
  readonly tail = new Sums();

  add(parts: DelayTicks, inTail: boolean): void {
    this.mean.add(parts);
    if (inTail) this.tail.add(parts);
  }
}
