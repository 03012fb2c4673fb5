// The least value of a function of a few numbers, without its derivatives: Nelder and Mead's simplex ("A Simplex Method for Function
// Minimization", Computer Journal 7, 1965). The function may be Infinity where it is not defined.

export type Objective = (point: readonly number[]) => number;

export interface Minimum {
  point: number[];
  value: number;
}

const TOLERANCE = 1e-3;
const EVALUATIONS = 150;

/** `steps`: the edges of the first simplex. Ends when its corners' values are within 0.001, or after 150 evaluations a coordinate. */
export function minimise(f: Objective, start: readonly number[], steps: readonly number[]): Minimum {
  const at = (point: number[]): Minimum => ({ point, value: f(point) });
  const corners = [at([...start]), ...start.map((_, i) => at(start.map((x, j) => (i === j ? x + steps[i]! : x))))];
  for (let used = corners.length; used < EVALUATIONS * start.length; ) {
    corners.sort((a, b) => a.value - b.value);
    const best = corners[0]!;
    const worst = corners.at(-1)!;
    if (worst.value - best.value <= TOLERANCE) break;
    const centre = start.map(
      (_, i) => corners.slice(0, -1).reduce((sum, { point }) => sum + point[i]!, 0) / start.length,
    );
    const along = (factor: number) => at(centre.map((x, i) => x + factor * (worst.point[i]! - x)));
    let next = along(-1);
    used++;
    if (next.value < best.value) {
      const further = along(-2);
      used++;
      if (further.value < next.value) next = further;
    } else if (next.value >= corners.at(-2)!.value) {
      next = along(next.value < worst.value ? -0.5 : 0.5);
      used++;
    }
    if (next.value < worst.value) {
      corners[corners.length - 1] = next;
      continue;
    }
    for (let k = 1; k < corners.length; k++) corners[k] = at(corners[k]!.point.map((x, i) => (x + best.point[i]!) / 2));
    used += start.length;
  }
  return corners.reduce((least, corner) => (corner.value < least.value ? corner : least));
}
