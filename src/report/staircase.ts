// P(T > t) of a policy as a falling staircase: exact from a whole distribution, else through what a run's JSON says of it.

import type { PolicyResult } from "../results/result.js";
import type { Bucket } from "../results/words.js";

const TICKS_PER_SECOND = 1e6;
const MS_PER_SECOND = 1000;

/** From `seconds` on a share `longer` of all replicas is not complete. */
export interface Step {
  seconds: number;
  longer: number;
}

export interface Staircase {
  name: string;
  replicas: number;
  censored: number;
  /** By time; before the first, 1. */
  steps: Step[];
  /** False: known at its steps, and at most this between them. */
  exact: boolean;
}

export function staircaseOf(result: PolicyResult, buckets?: Bucket[]): Staircase {
  const { policy: name, replicas, censored } = result;
  const exact = buckets !== undefined;
  return { name, replicas, censored, steps: exact ? counted(buckets, replicas) : known(result), exact };
}

function counted(buckets: Bucket[], replicas: number): Step[] {
  let left = replicas;
  return buckets.map(({ count, mean }) => {
    left -= count;
    return { seconds: mean / TICKS_PER_SECOND, longer: left / replicas };
  });
}

/** At a quantile's value at most the rest is left, at a threshold its probability, at the slowest nothing. */
function known({ latencyMs, exceed }: PolicyResult): Step[] {
  const points = [
    ...latencyMs.quantiles.map(({ p, value }) => ({ ms: value, longer: 1 - p })),
    ...exceed.map(({ seconds, probability }) => ({ ms: MS_PER_SECOND * seconds, longer: probability })),
    { ms: latencyMs.max, longer: 0 },
  ];
  const steps: Step[] = [];
  let least = 1;
  for (const { ms, longer } of points.sort((a, b) => (a.ms ?? 0) - (b.ms ?? 0))) {
    if (ms === null || longer === null || longer >= least) continue;
    least = Math.max(0, Number(longer.toPrecision(12)));
    steps.push({ seconds: ms / MS_PER_SECOND, longer: least });
  }
  return steps;
}

/** The staircase's height just after `seconds`. */
export function longerThan(seconds: number, { steps }: Staircase): number {
  const after = steps.findIndex((step) => step.seconds > seconds);
  const at = after < 0 ? steps.at(-1) : steps[after - 1];
  return at?.longer ?? 1;
}

/** As a terminal's plot has it. */
export function bucketsOf({ steps, replicas }: Staircase): Bucket[] {
  let before = 1;
  return steps.map(({ seconds, longer }) => {
    const count = (before - longer) * replicas;
    before = longer;
    return { count, mean: seconds * TICKS_PER_SECOND };
  });
}
