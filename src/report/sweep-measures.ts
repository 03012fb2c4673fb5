// What a report shows of a sweep's points: figures by policy, and where the values of an axis stand.

import type { Estimate, PolicyResult, SweepResult } from "../results/result.js";
import { parseTime } from "../scenario/units.js";
import { shownValue } from "./axis-names.js";
import { plainLabel, timeLabel } from "./figures/axes.js";
import { count, duration, percent } from "./format.js";

/** A figure of a policy at a point. */
export interface Measure {
  name: string;
  title: string;
  /** What a value of null means. */
  missing: string;
  of(result: PolicyResult): Estimate;
  shown(value: number): string;
  /** The value at an axis. */
  tick(value: number): string;
}

/** kpatch gives up after that long (KF 1.9). */
const DEADLINE_SECONDS = 75;

/** Median and p99 always; P(> 75 s), or what comes next to it, and disturbance where there is any. */
export function measuresOf({ points }: SweepResult): Measure[] {
  const results = points.flatMap((point) => point.results);
  const exceedance = exceedanceOf(results);
  const sometimes = [...(exceedance === undefined ? [] : [exceedance]), disturbance];
  const isSeen = (measure: Measure) => results.some((result) => (measure.of(result).value ?? 0) > 0);
  return [quantile(0.5, "median"), quantile(0.99, "p99"), ...sometimes.filter(isSeen)];
}

function quantile(p: number, name: string): Measure {
  return {
    name,
    title: `${name} of the time to completion`,
    missing: "censored",
    of: ({ latencyMs }) => latencyMs.quantiles.find((one) => one.p === p) ?? { value: null, low: null, high: null },
    shown: duration,
    tick: (ms) => (ms === 0 ? "0" : timeLabel(ms)),
  };
}

function exceedanceOf(results: PolicyResult[]): Measure | undefined {
  const known = results.flatMap(({ exceed }) =>
    exceed.flatMap(({ seconds, probability }) => (probability === null ? [] : [seconds])),
  );
  if (known.length === 0) return undefined;
  const seconds = known.includes(DEADLINE_SECONDS) ? DEADLINE_SECONDS : known.reduce((a, b) => Math.max(a, b));
  return {
    name: "exceedance",
    title: `P(> ${seconds} s)`,
    missing: "unknown",
    of: ({ exceed }) => {
      const { probability: value, low, high } = exceed.find((one) => one.seconds === seconds) ?? NOTHING;
      return { value, low, high };
    },
    shown: percent,
    tick: percent,
  };
}

const NOTHING = { probability: null, low: null, high: null };

const disturbance: Measure = {
  name: "disturbance",
  title: "disturbance per transition (guest exits, EINTRs, IPIs)",
  missing: "unknown",
  of: ({ disturbance: { eintr, guestExits, ipis } }) => ({ value: eintr + guestExits + ipis, low: null, high: null }),
  shown: count,
  tick: plainLabel,
};

/** Of all points, in the order in which they are met first. */
export function policiesOf({ points }: SweepResult): string[] {
  return [...new Set(points.flatMap(({ results }) => results.map(({ policy }) => policy)))];
}

/** The values of a path over the points, each once, smallest first where they are numbers or times. */
export function valuesOf({ points }: SweepResult, path: string): unknown[] {
  const byText = new Map(points.map(({ settings }) => [JSON.stringify(settings[path]), settings[path]]));
  const values = [...byText.values()];
  const numbers = values.map(numberOf);
  if (numbers.includes(undefined)) return values;
  return values.sort((a, b) => numberOf(a)! - numberOf(b)!);
}

/** A number, or a time in its smallest unit; undefined for what has no size. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" ? parseTime(value) : undefined;
}

/** A measure's title where a sentence begins. */
export function capital(title: string): string {
  return title.charAt(0).toUpperCase() + title.slice(1);
}

/** As a person would write it, short. */
export function valueLabel(value: unknown): string {
  return typeof value === "number" ? String(Number(value.toPrecision(4))) : shownValue(value);
}
