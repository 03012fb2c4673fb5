// The likeliest law of a family: a search without derivatives, then Newton's steps, whose curvature is the observed information.

import { curvature } from "./curvature.js";
import type { Law, LawFamily } from "./laws/law.js";
import { misfit } from "./likelihood.js";
import { cholesky, inverseOf, type Matrix, times } from "./matrix.js";
import { type Minimum, minimise, type Objective } from "./minimise.js";
import type { Sample } from "./sample.js";

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

const SEARCH_STEP = 0.3;
/** An edge is where a length is, to within its cell. */
const EDGE_STEP = 0.002;
const STARTS = 2;
const NEWTON_STEPS = 3;
const ENOUGH = 1e-6;

/** undefined: too few lengths for it, or none of its laws can have had them. */
export function fitFamily(family: LawFamily, sample: Sample): Fit | undefined {
  if (sample.ended < family.endedMin) return undefined;
  const objective = misfit(family, sample);
  const found = searched(family, sample, objective);
  if (found === undefined) return undefined;
  const free = family.parameters.map((_, i) => i).filter((i) => !family.edges.includes(i));
  const { minimum, covariance } = polished(objective, found, free);
  const law = family.law(minimum.point)!;
  return { family, point: minimum.point, law, logLikelihood: -minimum.value, misfit: objective, free, covariance };
}

function searched(family: LawFamily, sample: Sample, objective: Objective): Minimum | undefined {
  const steps = family.parameters.map((_, i) => (family.edges.includes(i) ? EDGE_STEP : SEARCH_STEP));
  const starts = family.starts(sample).map((point) => ({ point, value: objective(point) }));
  return starts
    .filter(({ value }) => value < Infinity)
    .sort((a, b) => a.value - b.value)
    .slice(0, STARTS)
    .map(({ point }) => minimise(objective, point, steps))
    .sort((a, b) => a.value - b.value)[0];
}

/** To the top, as far as the curvature leads there. */
function polished(
  f: Objective,
  start: Minimum,
  free: readonly number[],
): { minimum: Minimum; covariance: Matrix | null } {
  let minimum = start;
  for (let step = 0; ; step++) {
    const local = curvature(f, minimum.point, minimum.value, free);
    const lower = local && cholesky(local.hessian);
    if (!local || !lower) return { minimum, covariance: null };
    const covariance = inverseOf(lower);
    const down = times(covariance, local.gradient);
    const point = [...minimum.point];
    for (const [a, i] of free.entries()) point[i]! -= down[a]!;
    const value = f(point);
    const gain = minimum.value - value;
    if (gain > 0) minimum = { point, value };
    if (!(gain > ENOUGH) || step === NEWTON_STEPS) return { minimum, covariance };
  }
}
