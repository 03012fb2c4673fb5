// Time in an estimate: how long steps take on average, and when CPUs start, with the weight of having started so.
//
// Nominally all start at independent uniform points of a window, and those that must meet within nanoseconds of a long one seldom do.
// So half of the replicas are nominal; in the others one CPU's start is uniform and each other's, half of the time, near it, at a distance
// within a scale chosen from a geometric row. A replica's weight is nominal density over this mixture's, so at most 2 (T. Hesterberg,
// "Weighted Average Importance Sampling and Defensive Mixture Distributions", 1995).

import { SPLIT, START, uniform } from "../draw";
import { CPUS_MAX, cpuCount } from "./program";
import { TOUCHES_END } from "./reduction";

/** Kinds of steps: an instruction's operation as program.ts numbers it, and a store that leaves its buffer. */
export const FLUSHES: u32 = 16;
const KINDS: u32 = FLUSHES + 1;
const SCALES_MAX: u32 = 32;
const SCALE_RATIO: f64 = 4;
const NOMINAL: f64 = 0.5;
const APART: f64 = 0.5;
const ALL_CPUS: u32 = CPUS_MAX; // draws that are no CPU's

const RATES: usize = (TOUCHES_END + 15) & ~15;
const STARTS: usize = RATES + 8 * KINDS;
const SCALES: usize = STARTS + 8 * CPUS_MAX;
export const CLOCK_END: usize = SCALES + 8 * SCALES_MAX;

let window: f64 = 0;
let scales: u32 = 0;
let shortest: f64 = Infinity;

/** Window in ns; means are to be set after it. */
export function setWindow(length: f64): void {
  window = length;
  shortest = Infinity;
}

/** Mean time in ns that a kind of step takes, above 0. */
export function setMean(kind: u32, mean: f64): void {
  store<f64>(RATES + ((<usize>kind) << 3), 1 / mean);
  shortest = min(shortest, mean);
  scales = 0;
  for (let scale = shortest; scale < window && scales < SCALES_MAX; scale *= SCALE_RATIO) {
    store<f64>(SCALES + ((<usize>scales) << 3), scale);
    scales++;
  }
}

export function rateOf(kind: u32): f64 {
  return load<f64>(RATES + ((<usize>kind) << 3));
}
export function startOf(cpu: u32): f64 {
  return load<f64>(STARTS + ((<usize>cpu) << 3));
}
function scaleAt(n: u32): f64 {
  return load<f64>(SCALES + ((<usize>n) << 3));
}
function setStart(cpu: u32, start: f64): void {
  store<f64>(STARTS + ((<usize>cpu) << 3), start);
}

/** Draws the replica's starts; their weight, 0 where one is outside the window. */
export function drawStarts(): f64 {
  const chosen = <u32>(uniform(ALL_CPUS, SPLIT, 1) * <f64>cpuCount());
  const near = scales > 0 && uniform(ALL_CPUS, SPLIT, 0) >= NOMINAL;
  for (let cpu: u32 = 0; cpu < cpuCount(); cpu++) setStart(cpu, uniform(cpu, START, 0) * window);
  for (let cpu: u32 = 0; cpu < cpuCount() && near; cpu++) {
    if (cpu == chosen || uniform(cpu, SPLIT, 0) < APART) continue;
    const scale = scaleAt(<u32>(uniform(cpu, SPLIT, 1) * <f64>scales));
    setStart(cpu, startOf(chosen) + scale * (2 * uniform(cpu, START, 0) - 1));
    if (startOf(cpu) < 0 || startOf(cpu) > window) return 0;
  }
  return scales == 0 ? 1 : 1 / (NOMINAL + (1 - NOMINAL) * density());
}

/** Density of the starts where one of them is chosen, over the nominal one. */
function density(): f64 {
  let sum: f64 = 0;
  for (let chosen: u32 = 0; chosen < cpuCount(); chosen++) {
    let product: f64 = 1;
    for (let cpu: u32 = 0; cpu < cpuCount(); cpu++) {
      if (cpu != chosen) product *= APART + (1 - APART) * nearness(abs(startOf(cpu) - startOf(chosen)));
    }
    sum += product;
  }
  return sum / <f64>cpuCount();
}

/** Density of a distance within a scale of the row, over the nominal one. */
function nearness(distance: f64): f64 {
  let sum: f64 = 0;
  for (let n: u32 = 0; n < scales; n++) if (distance <= scaleAt(n)) sum += window / (2 * scaleAt(n));
  return sum / <f64>scales;
}
