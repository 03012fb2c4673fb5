// Fits as candidates: parameters as a scenario spells them, with intervals, and other parameters that are as likely.

import type { DurationInput } from "../scenario/fields.js";
import { criterionOf, type Fit } from "./fit-family.js";
import type { Candidate } from "./fitted.js";
import { gaussian } from "./gaussian.js";
import type { Interval } from "./intervals.js";
import { drawnEmpirical, type Empirical, empiricalInput, survivalOf } from "./laws/empirical.js";
import { cholesky, dot } from "./matrix.js";

/** `sides`: intervals of its coordinates. */
export function parametric(fit: Fit, sides: readonly Interval[]): Candidate {
  const { family, law, point, logLikelihood } = fit;
  return {
    family: family.family,
    parameters: family.parameters.map(({ name, value }, i) => {
      const { low, high } = sides[i]!;
      return {
        name,
        value: value(point[i]!),
        low: low === null ? null : value(low),
        high: high === null ? null : value(high),
      };
    }),
    logLikelihood,
    aic: criterionOf(fit),
    law: family.input(point),
    survival: (length) => Math.exp(law.logSurvival(length)),
    mean: law.mean,
    draw: (uniforms) => family.input(drawnPoint(fit, sides, uniforms)),
  };
}

/** By the likelihood's normal approximation; at its edges, where it falls to one side, exponentially. */
function drawnPoint(
  { family, point, free, covariance }: Fit,
  sides: readonly Interval[],
  uniforms: readonly number[],
): number[] {
  const uniform = (k: number) => uniforms[k] ?? 0.5;
  const moves = point.map(() => 0);
  const lower = covariance && cholesky(covariance);
  const normals = free.map((_, k) => gaussian(uniform(k)));
  for (const [a, i] of free.entries()) moves[i] = lower ? dot(lower[a]!, normals) : 0;
  for (const [k, i] of family.edges.entries()) moves[i] = edgeMove(sides[i]!, point[i]!, uniform(free.length + k));
  for (let part = 1; part > 1e-3; part /= 2) {
    const moved = point.map((x, i) => x + part * moves[i]!);
    if (family.law(moved) !== undefined) return moved;
  }
  return [...point];
}

/** Away from the edge, so that the interval's far end is reached once in a hundred. */
function edgeMove({ low, high }: Interval, top: number, uniform: number): number {
  if (low === null || high === null) return 0;
  const reach = top - low > high - top ? low - top : high - top;
  return (reach * Math.log1p(-Math.min(uniform, 1 - 1e-9))) / Math.log(0.01);
}

/** Its likelihood is not comparable: NaN. */
export function tabular(table: Empirical): Candidate {
  return {
    family: "empirical",
    parameters: [],
    logLikelihood: Number.NaN,
    aic: Number.NaN,
    law: empiricalInput(table.points),
    survival: (length) => survivalOf(table.points, length),
    mean: table.mean.value,
    draw: ([uniform = 0.5]) => drawnEmpirical(table, uniform),
  };
}

/** Always `value`, which was seen as anything from `low` to `high`. */
export function fixed(value: number, low: number, high: number, law: DurationInput): Candidate {
  return {
    family: "fixed",
    parameters: [{ name: "fixed", value, low, high }],
    logLikelihood: 0,
    aic: 2,
    law,
    survival: (length) => (length < value ? 1 : 0),
    mean: value,
    draw: () => law,
  };
}

/** Never ends. Drawn: it does, at a rate as likely as any at which nothing would have been seen to end in `seen` ns. */
export function forever(seen: number, input: (mean: number) => DurationInput): Candidate {
  return {
    family: "forever",
    parameters: [],
    logLikelihood: 0,
    aic: 0,
    law: "forever",
    survival: () => 1,
    mean: Infinity,
    draw: ([uniform = 0.5]) => input(seen / -Math.log(Math.min(1 - 1e-9, Math.max(1e-9, uniform)))),
  };
}
