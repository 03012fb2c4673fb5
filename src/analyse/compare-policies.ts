// Two policies on the same replicas: replica r of one is the same host and the same chance as replica r of the other, so that what
// differs is the policies' doing. Differences are b less a.

import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { clopperPearson } from "../results/binomial.js";
import { DISTURBANCES } from "../results/counts.js";
import { milliseconds, QUANTILES } from "../results/distribution.js";
import { portable } from "../results/metrics.js";
import type { Outcomes } from "../results/outcomes.js";
import type { Comparison, Difference, Estimate, Lead } from "../results/result.js";
import { type Completions, completionsOf } from "./completions.js";
import { dominance, type LeadTicks, leads } from "./dominance.js";
import { meanEstimate, type Spread, spreadOfColumn, spreadOfDifference, varianceReduction } from "./paired-mean.js";
import { quantileDifference } from "./paired-quantiles.js";

const TICKS_PER_MS = 1000;
/** A policy and what its replicas came to. */
export interface Side {
  policy: string;
  outcomes: Outcomes;
  completions: Completions;
  /** Of every interval of its figures. */
  confidence: number;
}

export function sideOf(policy: string, outcomes: Outcomes, confidence = 0.95): Side {
  return { policy, outcomes, completions: completionsOf(outcomes), confidence };
}

/** `seed` is the run's; the bootstrap's follows from it, the same for every pair of policies. */
export function comparePolicies(a: Side, b: Side, seed: bigint): Omit<Comparison, "verdict"> {
  const { confidence } = a;
  const furthest = leads(a.completions, b.completions);
  return {
    a: a.policy,
    b: b.policy,
    replicas: a.completions.byReplica.length,
    censored: censored(a.completions, b.completions),
    ...meanDifference(a.completions, b.completions, confidence),
    quantilesMs: quantiles(a.completions, b.completions, seed, confidence),
    ...order(a.completions, b.completions, confidence),
    dominance: dominance(furthest),
    lead: { a: lead(furthest.a), b: lead(furthest.b) },
    disturbance: disturbance(a.outcomes, b.outcomes, confidence),
    violations: total(b.outcomes.counters.violations) - total(a.outcomes.counters.violations),
  };
}

function censored({ byReplica: a }: Completions, { byReplica: b }: Completions): Comparison["censored"] {
  const result = { both: 0, onlyA: 0, onlyB: 0 };
  a.forEach((ticks, row) => {
    const isA = ticks === Number.POSITIVE_INFINITY;
    const isB = b[row] === Number.POSITIVE_INFINITY;
    if (isA && isB) result.both++;
    else if (isA) result.onlyA++;
    else if (isB) result.onlyB++;
  });
  return result;
}

function meanDifference(
  a: Completions,
  b: Completions,
  confidence: number,
): Pick<Comparison, "meanMs" | "varianceReduction"> {
  const [ofA, ofB] = [a, b].map(({ byReplica }) => spreadOfColumn(byReplica)) as [Spread, Spread];
  const means = {
    a: a.censored > 0 ? null : ofA.mean / TICKS_PER_MS,
    b: b.censored > 0 ? null : ofB.mean / TICKS_PER_MS,
  };
  if (means.a === null || means.b === null)
    return { meanMs: { ...means, value: null, low: null, high: null }, varianceReduction: null };
  const difference = spreadOfDifference(a.byReplica, b.byReplica);
  return {
    meanMs: { ...means, ...meanEstimate(difference, TICKS_PER_MS, confidence) },
    varianceReduction: varianceReduction(ofA, ofB, difference),
  };
}

function quantiles(a: Completions, b: Completions, seed: bigint, confidence: number): Comparison["quantilesMs"] {
  const generator = xoroshiro128plus(Number((seed ^ (seed >> 32n)) & 0xffffffffn));
  const random = () => uniformFloat64(generator);
  return QUANTILES.map((p) => ({ p, ...inMilliseconds(quantileDifference(a, b, p, random, confidence)) }));
}

function inMilliseconds({ a, b, value, low, high }: Difference): Difference {
  return {
    a: milliseconds(a),
    b: milliseconds(b),
    value: milliseconds(value),
    low: milliseconds(low),
    high: milliseconds(high),
  };
}

function order(
  { byReplica: a }: Completions,
  { byReplica: b }: Completions,
  confidence: number,
): Pick<Comparison, "faster" | "equal" | "slower"> {
  const n = a.length;
  let earlier = 0;
  let later = 0;
  for (let row = 0; row < n; row++) {
    if (b[row]! < a[row]!) earlier++;
    else if (b[row]! > a[row]!) later++;
  }
  return { faster: share(earlier, n, confidence), equal: (n - earlier - later) / n, slower: later / n };
}

/** Clopper-Pearson. */
export function share(
  count: number,
  n: number,
  confidence = 0.95,
): Estimate & { value: number; low: number; high: number } {
  const { low, high } = clopperPearson(count, n, confidence);
  return { value: count / n, low: portable(low), high: portable(high) };
}

function lead(at: LeadTicks | null): Lead | null {
  return at && { ms: milliseconds(at.ticks), share: at.share };
}

function disturbance(
  { counters: a }: Outcomes,
  { counters: b }: Outcomes,
  confidence: number,
): Comparison["disturbance"] {
  const entries = DISTURBANCES.map((name): [string, Difference] => [
    name,
    {
      a: spreadOfColumn(a[name]).mean,
      b: spreadOfColumn(b[name]).mean,
      ...meanEstimate(spreadOfDifference(a[name], b[name]), 1, confidence),
    },
  ]);
  return Object.fromEntries(entries) as Comparison["disturbance"];
}

export function total(column: Uint32Array): number {
  return column.reduce((sum, value) => sum + value, 0);
}
