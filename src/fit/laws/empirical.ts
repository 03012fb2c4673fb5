// The lengths themselves as a law, where no family fits: Kaplan and Meier's quantiles as far as ten lengths that ended are left, and beyond
// that a tail, exponential or Pareto, whichever of the two the longest tenth of the lengths is likelier to have.

import { normalQuantile } from "../../results/normal.js";
import type { DurationInput } from "../../scenario/fields.js";
import { gaussian } from "../gaussian.js";
import { CONFIDENCE } from "../intervals.js";
import { kaplanMeier, type Step } from "../kaplan-meier.js";
import { LONGEST, type Sample, total } from "../sample.js";
import { writeSpan } from "./write-time.js";

/** Groups of whole lengths have this share of all, and in the tail a quarter of what is left: its survival is followed as closely. */
const GROUP_SHARE = 1 / 150;
const GROUP_OF_LEFT = 1 / 4;
/** Ended lengths that are left to the tail, and the share of all that its law is fitted to. */
const TAIL_LEFT = 10;
const TAIL_SHARE = 0.1;
/** Where a jump begins: quantile tables rise. */
const JUST = 1e-9;
const TAIL_POINTS_A_DECADE = 4;

/** [share of lengths up to, ns]. */
type Point = [number, number];

export interface Empirical {
  points: Point[];
  mean: { value: number; low: number; high: number };
  /** Share of the law that is longer than all that was seen. */
  extrapolated: number;
  /** Of the tail; null: exponential. */
  tailShape: number | null;
}

interface Tail {
  from: number;
  /** ns in which an exponential tail falls by e; else a Pareto tail's shape. */
  scale: number;
  shape: number | null;
  fittedTo: number;
}

/** null: fewer than 20 whole lengths. */
export function empirical(sample: Sample): Empirical | null {
  const steps = kaplanMeier(sample.whole, sample.cutAtEnd);
  const ended = total(sample.whole);
  if (ended < 2 * TAIL_LEFT) return null;
  const last = lastBefore(steps, TAIL_LEFT);
  const tail = tailOf(sample, steps[lastBefore(steps, Math.max(TAIL_LEFT, TAIL_SHARE * ended))]!.at);
  const body = bodyPoints(sample, steps.slice(0, last + 1));
  const points = [...body, ...tailPoints(steps[last]!, tail, Math.min(1e-6, 0.01 / ended))];
  return {
    points,
    mean: meanOf(points, steps.slice(0, last + 1), tail),
    extrapolated: survivalOf(points, sample.longest),
    tailShape: tail.shape,
  };
}

/** The last step after which at least so many end. */
function lastBefore(steps: readonly Step[], left: number): number {
  let after = 0;
  let index = steps.length - 1;
  while (index > 0 && after < left) after += steps[index--]!.ended;
  return index;
}

function tailOf({ whole, cutAtEnd }: Sample, from: number): Tail {
  const ended = whole.filter(({ low }) => low >= from).map(({ low, high, count }) => ({ at: (low + high) / 2, count }));
  const all = [...ended, ...cutAtEnd.filter(({ at }) => at > from)];
  const d = total(ended);
  const scale = all.reduce((sum, { at, count }) => sum + (at - from) * count, 0) / d;
  const shape = d / all.reduce((sum, { at, count }) => sum + Math.log(at / from) * count, 0);
  const logs = ended.reduce((sum, { at, count }) => sum + Math.log(at) * count, 0);
  const pareto = d * Math.log(shape) - logs > -d * Math.log(scale);
  return { from, scale, shape: pareto ? shape : null, fittedTo: d };
}

/** Groups of cells, each spread evenly from its beginning to its end. */
function bodyPoints({ whole }: Sample, steps: readonly Step[]): Point[] {
  const points: Point[] = [[0, whole[0]!.low]];
  let low: number | null = null;
  let from = 1;
  for (const [j, { at, survival }] of steps.entries()) {
    low ??= whole[j]!.low;
    if (from - survival < Math.min(GROUP_SHARE, GROUP_OF_LEFT * from) && j < steps.length - 1) continue;
    if (from < 1 && low > points.at(-1)![1]) points.push([1 - from + JUST, low]);
    if (1 - survival > points.at(-1)![0]) points.push([1 - survival, Math.max(at, points.at(-1)![1])]);
    from = survival;
    low = null;
  }
  return points;
}

function tailPoints({ survival, at }: Step, tail: Tail, least: number): Point[] {
  const points: Point[] = [];
  const falls = Math.max(1, Math.ceil(Math.log10(survival / least) * TAIL_POINTS_A_DECADE));
  for (let k = 1; k <= falls; k++) {
    const share = 10 ** (-k / TAIL_POINTS_A_DECADE);
    const time = tail.shape === null ? at - tail.scale * Math.log(share) : at * share ** (-1 / tail.shape);
    points.push([k === falls ? 1 : 1 - survival * share, Math.min(LONGEST, time)]);
  }
  return points;
}

/** By Greenwood's variance and the tail's own, on the scale of logarithms. */
function meanOf(points: readonly Point[], steps: readonly Step[], tail: Tail): Empirical["mean"] {
  const value = area(points, 0);
  let variance = 0;
  for (const { at, atRisk, ended } of steps)
    if (atRisk > ended) variance += (area(points, at) / value) ** 2 * (ended / (atRisk * (atRisk - ended)));
  const beyond = area(points, steps.at(-1)!.at) / value;
  const bend = tail.shape === null ? 1 : tail.shape / Math.max(tail.shape - 1, 0);
  variance += (beyond * bend) ** 2 / tail.fittedTo;
  const factor = Math.exp(normalQuantile(CONFIDENCE) * Math.sqrt(variance));
  return { value, low: value / factor, high: value * factor };
}

/** The survival's integral from x on. */
function area(points: readonly Point[], x: number): number {
  let sum = 0;
  for (let k = 1; k < points.length; k++) {
    const [p0, t0] = points[k - 1]!;
    const [p1, t1] = points[k]!;
    if (t1 <= x) continue;
    const low = Math.max(x, t0);
    const p = t1 > t0 ? p0 + ((p1 - p0) * (low - t0)) / (t1 - t0) : p0;
    sum += (t1 - low) * (1 - (p + p1) / 2);
  }
  return sum + Math.max(0, points[0]![1] - x);
}

export function survivalOf(points: readonly Point[], x: number): number {
  const k = points.findIndex(([, time]) => time > x);
  if (k < 0) return 0;
  if (k === 0) return 1;
  const [p0, t0] = points[k - 1]!;
  const [p1, t1] = points[k]!;
  return 1 - (p0 + ((p1 - p0) * (x - t0)) / (t1 - t0));
}

/** `longer`: all lengths times this. */
export function empiricalInput(points: readonly Point[], longer = 1): DurationInput {
  return {
    empirical: points.map(([p, time]) => [Number(p.toPrecision(12)), time > 0 ? writeSpan(time * longer) : 0]),
  };
}

/** Lengths as much longer or shorter as the mean may be. */
export function drawnEmpirical({ points, mean }: Empirical, uniform: number): DurationInput {
  const deviation = Math.log(mean.high / mean.value) / normalQuantile(CONFIDENCE);
  return empiricalInput(points, Math.exp(Number.isFinite(deviation) ? deviation * gaussian(uniform) : 0));
}
