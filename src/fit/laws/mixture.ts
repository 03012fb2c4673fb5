// Mixtures of two or three laws of a kind: what a phase has that is now this, now that.

import type { DurationInput } from "../../scenario/fields.js";
import { type Cell, type Sample, total } from "../sample.js";
import { exponential } from "./exponential.js";
import { type Law, type LawFamily, logistic, logit, logSum } from "./law.js";
import { lognormal } from "./lognormal.js";

/** A part of less than e^-12 of the lengths is none. */
const LOGIT_MAX = 12;
const HALVINGS = 14;

type PartInput = NonNullable<Exclude<DurationInput, string | 0>["mixture"]>[number]["duration"];

/** In the order in which they are worth trying. */
export const mixtures: readonly (readonly LawFamily[])[] = [
  [mixtureOf(exponential, 2, 40, [[0.3], [0.6], [0.9]]), mixtureOf(lognormal, 2, 80, [[0.3], [0.6], [0.9]])],
  [
    mixtureOf(exponential, 3, 80, [
      [0.3, 0.7],
      [0.5, 0.9],
    ]),
  ],
];

/**
 * Coordinates: those of its parts, then of all but the last their shares of what the parts before left over. A search begins with
 * parts that divide the lengths by size, at these shares.
 */
function mixtureOf(part: LawFamily, count: number, endedMin: number, splits: number[][]): LawFamily {
  const size = part.parameters.length;
  const parts = Array.from({ length: count }, (_, k) => k);
  const partOf = (point: readonly number[], k: number) => point.slice(k * size, (k + 1) * size);
  const weightsOf = (point: readonly number[]) => weights(point.slice(count * size));
  return {
    family: "mixture",
    parameters: [
      ...parts.flatMap((k) => part.parameters.map(({ name, value }) => ({ name: `${name} ${k + 1}`, value }))),
      ...parts
        .slice(0, -1)
        .map((k) => ({ name: k === 0 ? "weight 1" : `weight ${k + 1} of the rest`, value: logistic })),
    ],
    times: parts.flatMap((k) => part.times.map((time) => k * size + time)),
    edges: [],
    endedMin,
    starts: (sample) => (sample.whole.length < 3 * count ? [] : splits.map((at) => start(part, sample, at))),
    law: (point) => {
      if (point.slice(count * size).some((share) => !(Math.abs(share) <= LOGIT_MAX))) return undefined;
      const laws = parts.map((k) => part.law(partOf(point, k)));
      return laws.every((law) => law !== undefined) ? mixtureLaw(weightsOf(point), laws) : undefined;
    },
    input: (point) => {
      const shares = weightsOf(point);
      return {
        mixture: parts.map((k) => ({
          weight: Number(shares[k]!.toPrecision(8)),
          duration: part.input(partOf(point, k)) as PartInput,
        })),
      };
    },
  };
}

function weights(shares: readonly number[]): number[] {
  let left = 1;
  const all = shares.map((share) => {
    const weight = left * logistic(share);
    left -= weight;
    return weight;
  });
  return [...all, left];
}

function start(part: LawFamily, sample: Sample, splits: readonly number[]): number[] {
  const ends = [0, ...splits, 1];
  const points = ends.slice(1).map((end, k) => part.starts(between(sample, ends[k]!, end))[0]!);
  const shares = splits.map((end, k) => logit((end - ends[k]!) / (1 - ends[k]!)));
  return [...points.flat(), ...shares];
}

/** The whole lengths from one share to another, by length. */
function between(sample: Sample, from: number, to: number): Sample {
  const n = total(sample.whole);
  const whole: Cell[] = [];
  let before = 0;
  for (const cell of sample.whole) {
    const count = Math.min(before + cell.count, to * n) - Math.max(before, from * n);
    if (count > 0) whole.push({ ...cell, count });
    before += cell.count;
  }
  const seen = whole.reduce((sum, { low, high, count }) => sum + ((low + high) / 2) * count, 0);
  return { ...sample, whole, seen, ended: total(whole) };
}

export function mixtureLaw(weights: readonly number[], parts: readonly Law[]): Law {
  const logWeights = weights.map(Math.log);
  const mixed = (of: (law: Law) => number) => logSum(parts.map((law, k) => logWeights[k]! + of(law)));
  const logSurvival = (x: number) =>
    Math.min(
      0,
      mixed((law) => law.logSurvival(x)),
    );
  return {
    mean: parts.reduce((sum, { mean }, k) => sum + weights[k]! * mean, 0),
    middle: middle(parts, logSurvival),
    logSurvival,
    logCdf: (x) =>
      Math.min(
        0,
        mixed((law) => law.logCdf(x)),
      ),
    logBeyond: (x) => mixed((law) => law.logBeyond(x)),
  };
}

function middle(parts: readonly Law[], logSurvival: (x: number) => number): number {
  let low = Math.min(...parts.map((law) => law.middle));
  let high = Math.max(...parts.map((law) => law.middle));
  for (let step = 0; step < HALVINGS && high > low * 1.1; step++) {
    const between = Math.sqrt(low * high);
    if (logSurvival(between) > -Math.LN2) low = between;
    else high = between;
  }
  return high;
}
