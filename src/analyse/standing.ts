// Where a policy stands among others, and which two of them are best.

import { rankOf } from "../results/distribution.js";
import { type Side, total } from "./compare-policies.js";
import { orderStatistic } from "./completions.js";
import { disturbanceSpread } from "./condition-figures.js";

export interface Standing {
  policy: string;
  replicas: number;
  censored: number;
  /** null: censored. */
  p99Ms: number | null;
  /** Over the replicas that completed; null where none did. */
  meanMs: number | null;
  /** Guest exits, EINTRs and IPIs of a transition. */
  disturbance: number;
  violations: number;
}

const TICKS_PER_MS = 1000;

export function standingOf({ policy, outcomes, completions }: Side): Standing {
  const { sorted, censored } = completions;
  const replicas = sorted.length;
  const completed = sorted.subarray(0, replicas - censored);
  const p99 = orderStatistic(completions, rankOf(0.99, replicas)) / TICKS_PER_MS;
  return {
    policy,
    replicas,
    censored,
    p99Ms: Number.isFinite(p99) ? p99 : null,
    meanMs:
      completed.length > 0 ? completed.reduce((sum, ticks) => sum + ticks, 0) / completed.length / TICKS_PER_MS : null,
    disturbance: disturbanceSpread(outcomes).mean,
    violations: total(outcomes.counters.violations),
  };
}

/** Indices: sound ones first, then who completes most often, soonest in 99%, soonest on average, and disturbs least. */
export function bestFirst(standings: Standing[]): number[] {
  const key = ({ violations, censored, p99Ms, meanMs, disturbance }: Standing) => [
    Math.min(1, violations),
    censored,
    p99Ms ?? Number.MAX_VALUE,
    meanMs ?? Number.MAX_VALUE,
    disturbance,
  ];
  const keys = standings.map(key);
  const order = (i: number, j: number) =>
    keys[i]!.map((value, k) => value - keys[j]![k]!).find((d) => d !== 0) ?? i - j;
  return standings.map((_, i) => i).sort(order);
}
