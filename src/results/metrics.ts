// What the experiments besides transition report: named figures with 95% intervals, from exact sums over replicas.

import { clopperPearson } from "./binomial.js";
import type { Counts } from "./counts.js";
import type { FaultVerdict } from "./memory-fault-verdict.js";
import { normalQuantile } from "./normal.js";

/** null where nothing was seen from which to tell; an interval's end also where nothing bounds it. */
export interface Metric {
  name: string;
  value: number | null;
  low: number | null;
  high: number | null;
}

export interface VariantResult {
  variant: string;
  metrics: Metric[];
  /** SHA-256 of all integer counts and sums in a fixed order. */
  digest: string;
}

/** A whole run. Everything but `timing` is the same for the same scenario, seed and engine, wherever it runs. */
export interface ExperimentResult {
  schemaVersion: 1;
  scenario: { name: string; hash: string };
  /** A decimal string where a number would not hold it exactly. */
  seed: number | string;
  /** Replicas a variant. */
  replicas: number;
  engine: { version: string; wasmSha256: string };
  results: VariantResult[];
  /** Of an experiment that asks for one. */
  verdict?: FaultVerdict;
  timing: { wallMs: number; replicasPerSecond: number; workers: number };
}

/** Counts of an engine that leaves additive words only. */
export function additiveCounts(words: BigUint64Array): Counts {
  const index: number[] = [];
  words.forEach((value, at) => {
    if (value !== 0n) index.push(at);
  });
  return {
    index: Uint32Array.from(index),
    value: BigUint64Array.from(index, (at) => words[at]!),
    latencyMin: null,
    latencyMax: null,
    lastSwitchMin: null,
    lastSwitchMax: null,
    worst: [],
  };
}

/** The additive words by index, exact. */
export function wordsOf({ index, value }: Counts): (at: number) => bigint {
  const words = new Map(Array.from(index, (at, i) => [at, value[i]!]));
  return (at) => words.get(at) ?? 0n;
}

/** So many successes in so many trials, all independent of each other: Clopper-Pearson. */
export function probability(name: string, successes: number, trials: number): Metric {
  if (trials === 0) return { name, value: null, low: null, high: null };
  const { low, high } = clopperPearson(successes, trials);
  return { name, value: successes / trials, low: portable(low), high: portable(high) };
}

/** Sums over n replicas of x, y and their products. */
export interface Sums {
  n: bigint;
  x: bigint;
  y: bigint;
  xx: bigint;
  xy: bigint;
  yy: bigint;
}

/** Standard deviations from the mean to the ends of a 95% interval, under the normal law. */
export const NORMAL_95 = normalQuantile(0.95);

/** Sum of y over sum of x, the interval by the delta method: replicas are independent, x and y within one are not. `z`: errors to each side. */
export function ratio(name: string, { n, x, y, xx, xy, yy }: Sums, z = NORMAL_95): Metric {
  if (x === 0n) return { name, value: null, low: null, high: null };
  const value = Number(y) / Number(x);
  if (y === 0n) return { name, value, low: 0, high: null };
  if (n < 2n) return { name, value, low: null, high: null };
  // Sum of (y - value x)^2, times x^2 so that it stays exact in integers.
  const squares = yy * x * x - 2n * xy * x * y + xx * y * y;
  const variance = Number(squares) / Number(x) ** 2;
  const error = Math.sqrt((Number(n) * Math.max(0, variance)) / Number(n - 1n)) / Number(x);
  return {
    name,
    value,
    low: portable(Math.max(0, value - z * error)),
    high: portable(value + z * error),
  };
}

/**
 * Events in so much exposure, of which each of n replicas has the same: y events, yy the sum of their squares by replica. The interval is
 * the score interval of a Poisson rate, as much wider as replicas scatter more than that law has them; so it has an end where y is 0.
 */
export function rate(name: string, { n, y, yy }: Pick<Sums, "n" | "y" | "yy">, exposure: number): Metric {
  const scatter = n > 1n && y > 0n ? Number(n * yy - y * y) / (Number(n - 1n) * Number(y)) : 1;
  const excess = Math.max(1, scatter);
  const events = Number(y) / excess;
  const middle = events + NORMAL_95 ** 2 / 2;
  const half = NORMAL_95 * Math.sqrt(events + NORMAL_95 ** 2 / 4);
  const end = (value: number) => portable(Math.max(0, (value * excess) / exposure));
  return { name, value: Number(y) / exposure, low: y === 0n ? 0 : end(middle - half), high: end(middle + half) };
}

/** Mean of y over n replicas. */
export function mean(name: string, n: bigint, y: bigint, yy: bigint, z = NORMAL_95): Metric {
  return ratio(name, { n, x: n, y, xx: n, xy: y, yy }, z);
}

/** Engines differ in the last digits of exp() and log(); results must not. */
export function portable(value: number): number {
  return Number(value.toPrecision(10));
}
