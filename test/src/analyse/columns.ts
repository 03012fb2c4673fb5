// Outcomes made by hand: completion times in seconds, null where censored, and what else a test says.

import { type Side, sideOf } from "../../../src/analyse/compare-policies.js";
import { completionsOf } from "../../../src/analyse/completions.js";
import type { Counter } from "../../../src/results/counts.js";
import { newOutcomes, type Outcomes } from "../../../src/results/outcomes.js";

export function outcomes(seconds: (number | null)[], counters: Partial<Record<Counter, number[]>> = {}): Outcomes {
  const result = newOutcomes(seconds.length);
  seconds.forEach((value, row) => {
    result.complete[row] = value === null ? -1 : Math.round(value * 1e6);
  });
  for (const [name, values] of Object.entries(counters)) result.counters[name as Counter].set(values);
  return result;
}

export function side(policy: string, ...of: Parameters<typeof outcomes>): Side {
  return sideOf(policy, outcomes(...of));
}

export function completions(seconds: (number | null)[]) {
  return completionsOf(outcomes(seconds));
}

/** n values of a function of the replica. */
export function times<T>(n: number, value: (row: number) => T): T[] {
  return Array.from({ length: n }, (_, row) => value(row));
}
