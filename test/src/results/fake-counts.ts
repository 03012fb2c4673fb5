// Counts made by hand: a layout like the engine's, small, and the counts of replicas given one by one.

import { COUNTERS, type Counter, type Counts, type CountsLayout } from "../../../src/results/counts.js";
import { CountsSum } from "../../../src/results/merge.js";
import { MECHANISMS, type Mechanism, type Model } from "../../../src/scenario/model.js";

const BUCKETS = 4096;
const HISTOGRAM_WORDS = 3 + 2 * BUCKETS;
const PHASES = 4; // think, read; run, vmm

const latency = COUNTERS.length + 4;
const lastSwitch = latency + HISTOGRAM_WORDS;
const exceed = lastSwitch + HISTOGRAM_WORDS;
const blame = exceed + 4;
const stuck = blame + (PHASES + 1) * MECHANISMS.length;

function histogram(first: number) {
  const counts = first + 3;
  return {
    sum: first,
    squaresLow: first + 1,
    squaresHigh: first + 2,
    counts,
    sums: counts + BUCKETS,
    buckets: BUCKETS,
  };
}

export const layout: CountsLayout = {
  words: stuck + PHASES + 1,
  replicas: 0,
  censored: 1,
  tries: 2,
  rounds: 3,
  counters: 4,
  latency: histogram(latency),
  lastSwitch: histogram(lastSwitch),
  exceed,
  exceedCount: 4,
  blame,
  stuck,
  phaseCount: PHASES,
};

/** Two classes: `reader` (think, read) and `vcpu` (run, with a hidden VMM phase); horizon 120 s. */
export const model = {
  name: "by-hand",
  hash: "0".repeat(64),
  classes: [
    { name: "reader", firstPhase: 0, phaseCount: 2, vmmPhase: null },
    { name: "vcpu", firstPhase: 2, phaseCount: 1, vmmPhase: 3 },
  ],
  phases: [{ name: "think" }, { name: "read" }, { name: "run" }, { name: "hidden" }],
  horizon: 120_000_000,
  exceedTicks: [1e6, 15e6, 60e6, 75e6],
} as Model;

export interface FakeReplica {
  ticks: number | null;
  lastSwitch?: number;
  blame?: { phase: number; mechanism: Mechanism };
  stuck?: number[];
  counters?: Partial<Record<Counter, number>>;
  tries?: number;
}

/** As assembly/histogram.ts has it. */
function bucketOf(ticks: number): number {
  const shift = Math.max(0, Math.floor(Math.log2(Math.max(1, ticks))) - 7);
  return shift * 128 + Math.floor(ticks / 2 ** shift);
}

/** The counts of one replica. */
export function replicaCounts(number: number, replica: FakeReplica): Counts {
  const words = new Map<number, bigint>();
  const add = (at: number, by: number | bigint) => words.set(at, (words.get(at) ?? 0n) + BigInt(by));
  const record = (at: typeof layout.latency, ticks: number) => {
    add(at.sum, ticks);
    add(at.squaresLow, (BigInt(ticks) ** 2n) & 0xffffffffn);
    add(at.squaresHigh, (BigInt(ticks) ** 2n) >> 32n);
    add(at.counts + bucketOf(ticks), 1);
    add(at.sums + bucketOf(ticks), ticks);
  };
  const { ticks, counters = {} } = replica;
  const lastSwitch = ticks === null ? null : (replica.lastSwitch ?? ticks);
  add(layout.replicas, 1);
  add(layout.censored, ticks === null ? 1 : 0);
  add(layout.tries, replica.tries ?? 1);
  if (ticks !== null) record(layout.latency, ticks);
  if (lastSwitch !== null) record(layout.lastSwitch, lastSwitch);
  model.exceedTicks.forEach((threshold, i) => {
    if (ticks === null || ticks > threshold) add(layout.exceed + i, 1);
  });
  if (replica.blame)
    add(layout.blame + replica.blame.phase * MECHANISMS.length + MECHANISMS.indexOf(replica.blame.mechanism), 1);
  for (const phase of replica.stuck ?? []) add(layout.stuck + phase, 1);
  for (const [name, count] of Object.entries(counters)) add(layout.counters + COUNTERS.indexOf(name as Counter), count);
  const index = [...words.keys()].sort((a, b) => a - b);
  return {
    index: Uint32Array.from(index),
    value: BigUint64Array.from(index, (at) => words.get(at)!),
    latencyMin: ticks,
    latencyMax: ticks,
    lastSwitchMin: lastSwitch,
    lastSwitchMax: lastSwitch,
    worst: [{ replica: number, ticks }],
  };
}

/** The merged counts of replicas 0, 1, 2, ... */
export function countsOf(replicas: FakeReplica[]): Counts {
  const sum = new CountsSum();
  replicas.forEach((replica, number) => {
    sum.add(replicaCounts(number, replica));
  });
  return sum.counts();
}
