// What groups of conditional replicas come to (docs/rare.md, 3): each the mean of the probabilities to be late.

import type { Counts } from "./counts.js";
import { portable, wordsOf } from "./metrics.js";
import { numberOf } from "./number-bits.js";
import type { RareTail } from "./result.js";
import { estimated, NORMAL_95 } from "./splitting.js";

/** Words of a group: the sum of its replicas' probabilities and that of their squares, as bits of a number. */
export const CONDITIONAL_WORDS = 2;

/** Who is late more often is counted. */
const RARE_MAX = 0.2;
/** Who may be late in a way that a probability does not know of is, compared with the probability, no more than this. */
const UNFORESEEN_MAX = 1e-3;

/** What is known of replicas that were followed until it was known how likely they are late. */
export interface ConditionalGroups {
  /** By group. */
  sums: number[];
  squares: number[];
}

export function conditionalGroups(counts: Counts, groups: number): ConditionalGroups {
  const words = wordsOf(counts);
  const column = (word: number) =>
    Array.from({ length: groups }, (_, group) => numberOf(words(group * CONDITIONAL_WORDS + word)));
  return { sums: column(0), squares: column(1) };
}

/** Groups of so many replicas for a 95% interval of this relative half-width, as far as one group can tell; null: no number would do, or none is needed. */
export function conditionalGroupsFor(
  { sums, squares }: ConditionalGroups,
  {
    replicas,
    particles,
    error,
    unforeseen,
  }: { replicas: number; particles: number; error: number; unforeseen: number },
): number | null {
  const mean = sums[0]! / replicas;
  if (mean === 0 || mean > RARE_MAX || unforeseen > UNFORESEEN_MAX * mean) return null;
  const variance = squares[0]! / replicas / mean ** 2 - 1;
  return Math.ceil((Math.max(0, variance) / particles) * (NORMAL_95 / error) ** 2);
}

/** What they say of P(T > seconds). `wanted`: the relative half-width asked for; `pilot`: replicas followed besides. */
export function conditionalTail(
  { seconds, particles, pilot }: { seconds: number; particles: number; pilot: number },
  estimates: number[],
  wanted: number,
): RareTail {
  return {
    seconds: portable(seconds),
    replicas: estimates.length * particles + pilot,
    levels: [],
    example: null,
    ...estimated("conditional", estimates, wanted),
  };
}
