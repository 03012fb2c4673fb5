// How long measured work takes on so many cores, and whether it is well parted.

import type { Estimate } from "../results/result.js";
import type { WorkTiming } from "../results/work-plan.js";
import type { Measured } from "./measure-work.js";
import { meanEstimate } from "./paired-mean.js";
import { type Load, makespan, workOf } from "./schedule.js";

/** A point of a sweep, or the only one of another run: the same for each policy. */
export interface Point {
  replicas: number;
  shards: number;
  /** What was measured there, or next to it, by policy. */
  measured: Measured[];
}

export interface Work {
  points: Point[];
  measured: Measured[][]; // by measured point and policy
}

type End = keyof Estimate;

/** The shards in plan order, each at the measured mean of its policy or at an end of its interval; `shards`: so many a policy and point. */
function loadsOf({ points }: Work, end: End = "value", wanted?: number): Load[] {
  return points.flatMap(({ replicas, shards: planned, measured }) => {
    const shards = wanted === undefined ? planned : Math.min(replicas, wanted);
    return measured.map(({ replicaMs }) => ({
      shards,
      ms: (Math.max(0, meanEstimate(replicaMs)[end] ?? 0) * replicas) / shards,
    }));
  });
}

/** `names`: of the policies. */
export function timingOf(work: Work, names: string[], cores: number): WorkTiming {
  const estimate = (of: (loads: Load[]) => number): Estimate => ({
    value: of(loadsOf(work)),
    low: of(loadsOf(work, "low")),
    high: of(loadsOf(work, "high")),
  });
  const loads = loadsOf(work);
  const useful = usefulCores(loads);
  return {
    measuredReplicas: work.measured.flat().reduce((sum, { replicas }) => sum + replicas, 0),
    policies: names.map((policy, i) => ({
      policy,
      replicaMs: overPoints(work, i, () => 1),
      shardMs: overPoints(work, i, ({ replicas, shards }) => replicas / shards),
    })),
    bytes: bytesOf(work),
    workMs: estimate(workOf),
    cores,
    wholeMs: estimate((some) => makespan(some, cores)),
    byCores: doublings(cores, useful).map((some) => ({ cores: some, ms: makespan(loads, some) })),
    usefulCores: useful,
    better: betterShards(work, cores),
  };
}

/** Of a policy at one point or, of a sweep, at the points' mean. */
function overPoints({ points }: Work, policy: number, size: (point: Point) => number): Estimate {
  const mean = (end: End) =>
    points.reduce((sum, point) => sum + size(point) * (meanEstimate(point.measured[policy]!.replicaMs)[end] ?? 0), 0) /
    points.length;
  return { value: mean("value"), low: mean("low"), high: mean("high") };
}

function bytesOf({ points }: Work): number {
  return points.reduce(
    (sum, { replicas, shards, measured }) =>
      sum + measured.reduce((all, one) => all + shards * one.bytes(Math.round(replicas / shards)), 0),
    0,
  );
}

/** 1, 2, 4 and so on while it matters, and the last. */
function doublings(last: number, useful: number): number[] {
  const all: number[] = [];
  for (let cores = 1; cores < Math.min(last, useful); cores *= 2) all.push(cores);
  return [...all, last];
}

const USELESS = 0.05; // a saving
const CORES_MAX = 2 ** 20;

/** The fewest on which the whole takes hardly longer than its longest shard. */
function usefulCores(loads: Load[]): number {
  const least = (1 + USELESS) * loads.reduce((most, { ms }) => Math.max(most, ms), 0);
  let low = 1;
  let high = Math.min(
    CORES_MAX,
    loads.reduce((sum, { shards }) => sum + shards, 0),
  );
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (makespan(loads, middle) <= least) high = middle;
    else low = middle + 1;
  }
  return low;
}

const BUSY_ENOUGH = 0.9;
const BUSY_WANTED = 0.95;
/** Shorter ones are not worth a file each. */
const SHARD_MS_LEAST = 100;

/** Where cores would wait for the last shards: the fewest shards, doubled and doubled again, with which nearly none does. */
function betterShards(work: Work, cores: number): WorkTiming["better"] {
  const now = loadsOf(work);
  const whole = workOf(now);
  if (whole / cores >= BUSY_ENOUGH * makespan(now, cores)) return null;
  let best = { shards: 0, wholeMs: (1 - USELESS) * makespan(now, cores) };
  const replicas = work.points.reduce((most, point) => Math.max(most, point.replicas), 0);
  for (
    let shards = 2 * work.points.reduce((most, point) => Math.max(most, point.shards), 0);
    shards <= replicas;
    shards *= 2
  ) {
    const loads = loadsOf(work, "value", shards);
    const wholeMs = makespan(loads, cores);
    if (loads.some(({ ms }) => ms < SHARD_MS_LEAST)) break;
    if (wholeMs < best.wholeMs) best = { shards, wholeMs };
    if (whole / cores >= BUSY_WANTED * wholeMs) break;
  }
  return best.shards === 0 ? null : best;
}
