// How steep and how curved a function is at a point, by differences: at a likelihood's top its curvature is the observed information.

import type { Matrix } from "./matrix.js";
import type { Objective } from "./minimise.js";

/** In logarithms: small against any bend of a likelihood, large against rounding. */
const STEP = 0.01;

export interface Curvature {
  gradient: number[];
  hessian: Matrix;
}

/** In some coordinates only; null where the function is not finite around the point. */
export function curvature(
  f: Objective,
  point: readonly number[],
  value: number,
  free: readonly number[],
): Curvature | null {
  const shifted = (i: number, by: number, j = i, also = 0) =>
    f(point.map((x, k) => x + (k === i ? by : 0) + (k === j ? also : 0)));
  const up = free.map((i) => shifted(i, STEP));
  const down = free.map((i) => shifted(i, -STEP));
  const hessian = free.map((i, a) =>
    free.map((j, b) => {
      if (a === b) return (up[a]! - 2 * value + down[a]!) / STEP ** 2;
      if (a < b) return 0;
      const both = shifted(i, STEP, j, STEP) + shifted(i, -STEP, j, -STEP);
      return (both - up[a]! - up[b]! + 2 * value - down[a]! - down[b]!) / (2 * STEP ** 2);
    }),
  );
  for (const [a, row] of hessian.entries()) for (let b = a + 1; b < free.length; b++) row[b] = hessian[b]![a]!;
  const gradient = up.map((high, a) => (high - down[a]!) / (2 * STEP));
  const finite = gradient.every(Number.isFinite) && hessian.every((row) => row.every(Number.isFinite));
  return finite ? { gradient, hessian } : null;
}
