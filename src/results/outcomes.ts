// What each replica of a range came to, column by column: for whoever pairs replicas of two policies or looks into the tail. Row i is
// replica first + i.

import { COUNTERS, type Counter } from "./counts.js";

/** Times in ticks; -1 where there is none. */
export interface Outcomes {
  /** When sysfs showed completion; -1: censored. */
  complete: Float64Array;
  /** The try that noticed; -1: not reached. */
  decided: Float64Array;
  /** -1: nobody switched. */
  lastSwitch: Float64Array;
  /** Global number of the phase in which the task that switched last was, phaseCount for an idle task; -1: nobody switched. */
  blamePhase: Int32Array;
  /** Index into MECHANISMS. */
  blameMechanism: Uint8Array;
  tries: Uint32Array;
  rounds: Uint32Array;
  counters: Record<Counter, Uint32Array>;
  /** When that came which made the last task move: a round, the first try, a force, a reverse; 0: nothing did (docs/blame.md). null where nobody asked. */
  prompt: Float64Array | null;
}

/** Room for so many replicas. */
export function newOutcomes(count: number, prompted = false): Outcomes {
  return {
    complete: new Float64Array(count),
    decided: new Float64Array(count),
    lastSwitch: new Float64Array(count),
    blamePhase: new Int32Array(count),
    blameMechanism: new Uint8Array(count),
    tries: new Uint32Array(count),
    rounds: new Uint32Array(count),
    counters: Object.fromEntries(COUNTERS.map((name) => [name, new Uint32Array(count)])) as Outcomes["counters"],
    prompt: prompted ? new Float64Array(count) : null,
  };
}

/** Consecutive ranges as one. */
export function joinOutcomes(parts: Outcomes[]): Outcomes {
  const count = parts.reduce((sum, { complete }) => sum + complete.length, 0);
  const prompted = parts.every(({ prompt }) => prompt !== null);
  const whole = newOutcomes(count, prompted);
  const columns = outcomeColumns(whole);
  let row = 0;
  for (const part of parts) {
    const own = outcomeColumns(part);
    for (const [i, column] of columns.entries()) column.set(own[i]!, row);
    row += part.complete.length;
  }
  return whole;
}

/** Of replicas first, first + 1, ... */
export interface OutcomeRange {
  first: number;
  outcomes: Outcomes;
}

/** Adjoining ranges, whichever comes first, as one. */
export function joinRanges(ranges: OutcomeRange[]): Outcomes {
  return joinOutcomes(ranges.sort((a, b) => a.first - b.first).map(({ outcomes }) => outcomes));
}

type Column = Float64Array | Int32Array | Uint8Array | Uint32Array;

/** All columns there are, in a fixed order. */
export function outcomeColumns(one: Outcomes): Column[] {
  const { complete, decided, lastSwitch, blamePhase, blameMechanism, tries, rounds, counters, prompt } = one;
  const counted = COUNTERS.map((name) => counters[name]);
  const prompted = prompt === null ? [] : [prompt];
  return [complete, decided, lastSwitch, blamePhase, blameMechanism, tries, rounds, ...counted, ...prompted];
}
