// The likeliest law of a family, by scoring, or where the likelihood has edges by a search without derivatives; then by Newton's steps, whose
// curvature at the top is the observed information.

import { curvature } from "./curvature.js";
import type { Law, LawFamily } from "./laws/law.js";
import { likelihoodOf } from "./likelihood.js";
import { cholesky, inverseOf, type Matrix, times } from "./matrix.js";
import { type Minimum, minimise, type Objective } from "./minimise.js";
import type { Sample } from "./sample.js";
import { scored } from "./scoring.js";

export interface Fit {
  family: LawFamily;
  point: number[];
  law: Law;
  logLikelihood: number;
  /** Its negative, of any point. */
  misfit: Objective;
  /** Coordinates in which the likelihood has a top; and their covariance there, null where it is flat. */
  free: number[];
  covariance: Matrix | null;
}

/** First steps of a search where the likelihood has edges: an edge is where a length is, to within its cell. */
const SEARCH_STEP = 0.3;
const EDGE_STEP = 0.002;
const STARTS = 2;
const NEWTON_STEPS = 4;
const ENOUGH = 1e-6;

/** undefined: too few lengths for it, or none of its laws can have had them. */
export function fitFamily(family: LawFamily, sample: Sample): Fit | undefined {
  if (sample.ended < family.endedMin) return undefined;
  const likelihood = likelihoodOf(family, sample);
  const { misfit } = likelihood;
  const free = family.parameters.map((_, i) => i).filter((i) => !family.edges.includes(i));
  const starts = family.starts(sample).map((point) => ({ point, value: misfit(point) }));
  const [top] = starts
    .filter(({ value }) => value < Infinity)
    .sort((a, b) => a.value - b.value)
    .slice(0, STARTS)
    .map((start) => (family.edges.length > 0 ? searched(family, misfit, start) : scored(likelihood, start, free)))
    .sort((a, b) => a.value - b.value);
  if (top === undefined) return undefined;
  const { minimum, covariance } = polished(misfit, top, free);
  const { point, value } = minimum;
  return { family, point, law: family.law(point)!, logLikelihood: -value, misfit, free, covariance };
}

/** Akaike's criterion. An edge counts as two parameters: it gains twice as much by chance, its likelihood's fall has two degrees of freedom. */
export function criterionOf({ family, logLikelihood }: Fit): number {
  return 2 * (family.parameters.length + family.edges.length - logLikelihood);
}

function searched(family: LawFamily, misfit: Objective, { point }: Minimum): Minimum {
  const steps = point.map((_, i) => (family.edges.includes(i) ? EDGE_STEP : SEARCH_STEP));
  return minimise(misfit, point, steps);
}

/** Newton's steps, to the top's last digits and to its curvature. */
function polished(
  misfit: Objective,
  start: Minimum,
  free: readonly number[],
): { minimum: Minimum; covariance: Matrix | null } {
  let minimum = start;
  for (let step = 1; ; step++) {
    const local = curvature(misfit, minimum.point, minimum.value, free);
    const lower = local && cholesky(local.hessian);
    if (!local || !lower) return { minimum, covariance: null };
    const covariance = inverseOf(lower);
    const down = times(covariance, local.gradient);
    const point = [...minimum.point];
    for (const [a, i] of free.entries()) point[i]! -= down[a]!;
    const value = misfit(point);
    const gain = minimum.value - value;
    if (gain > 0) minimum = { point, value };
    if (!(gain > ENOUGH) || step === NEWTON_STEPS) return { minimum, covariance };
  }
}
