// When a policy's replicas completed, as comparisons need it: by replica and in order. A censored one is later than anything.

import type { Outcomes } from "../results/outcomes.js";

/** In ticks; infinite where censored. */
export interface Completions {
  byReplica: Float64Array;
  sorted: Float64Array;
  censored: number;
}

export function completionsOf({ complete }: Pick<Outcomes, "complete">): Completions {
  const byReplica = complete.map((ticks) => (ticks < 0 ? Number.POSITIVE_INFINITY : ticks));
  const censored = complete.reduce((count, ticks) => (ticks < 0 ? count + 1 : count), 0);
  return { byReplica, sorted: byReplica.slice().sort(), censored };
}

/** The value of rank `rank`, counted from 1; there is none before the first and after the last, so these are infinite. */
export function orderStatistic({ sorted }: Completions, rank: number): number {
  if (rank < 1) return Number.NEGATIVE_INFINITY;
  return sorted[rank - 1] ?? Number.POSITIVE_INFINITY;
}
