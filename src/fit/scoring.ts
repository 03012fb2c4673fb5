// The way up a likelihood by scoring: each cell's slopes say both where up is and, by their squares, how the likelihood is bent (R. A. Fisher;
// E. Berndt et al., Annals of Economic and Social Measurement 3, 1974). Damped by Levenberg's and Marquardt's rule.

import type { Likelihood } from "./likelihood.js";
import { cholesky, inverseOf, type Matrix, times } from "./matrix.js";
import type { Minimum } from "./minimise.js";

const STEPS_MAX = 30;
const STEP_LONGEST = 1;
const ENOUGH = 1e-3;
const DAMPING_FIRST = 1e-2;
const DAMPING_MOST = 1e4;
const DIFFERENCE = 1e-5;

interface Slopes {
  gradient: number[];
  information: Matrix;
}

/** From `start`, in some of the coordinates, to where a step gains less than 1e-3. */
export function scored(likelihood: Likelihood, start: Minimum, free: readonly number[]): Minimum {
  let best = start;
  let slopes = slopesAt(likelihood, best.point, free);
  let damping = DAMPING_FIRST;
  for (let step = 0; step < STEPS_MAX && slopes !== null && damping < DAMPING_MOST; step++) {
    const point = stepped(best.point, slopes, damping, free);
    const value = point === null ? Infinity : likelihood.misfit(point);
    if (point === null || !(value < best.value)) {
      damping *= 10;
      continue;
    }
    const gain = best.value - value;
    best = { point, value };
    if (gain < ENOUGH) break;
    slopes = slopesAt(likelihood, point, free);
    damping /= 10;
  }
  return best;
}

function slopesAt({ terms, counts }: Likelihood, point: readonly number[], free: readonly number[]): Slopes | null {
  const here = terms(point);
  const moved = free.map((i) => terms(point.map((x, j) => (i === j ? x + DIFFERENCE : x))));
  if (here === null || moved.some((there) => there === null)) return null;
  const slopes = moved.map((there) => there!.map((term, k) => (term - here[k]!) / DIFFERENCE));
  const product = (a: readonly number[], b: readonly number[]) =>
    counts.reduce((sum, n, k) => sum + n * a[k]! * b[k]!, 0);
  return {
    gradient: slopes.map((slope) => slope.reduce((sum, s, k) => sum + s * counts[k]!, 0)),
    information: slopes.map((a) => slopes.map((b) => product(a, b))),
  };
}

/** null: in some direction nothing changes. */
function stepped(
  point: readonly number[],
  { gradient, information }: Slopes,
  damping: number,
  free: readonly number[],
) {
  const lower = cholesky(information.map((row, a) => row.map((h, b) => (a === b ? h * (1 + damping) + 1e-9 : h))));
  if (lower === undefined) return null;
  const up = times(inverseOf(lower), gradient);
  const most = Math.max(STEP_LONGEST, ...up.map(Math.abs));
  const next = [...point];
  for (const [a, i] of free.entries()) next[i]! += (up[a]! * STEP_LONGEST) / most;
  return next;
}
