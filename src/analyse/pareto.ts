// The Pareto front of latency against disturbance: who completes sooner disturbs more, unless somebody does neither.

import type { CompareResult } from "../results/result.js";

type ParetoPoint = CompareResult["pareto"][number];

type Point = Omit<ParetoPoint, "onFront">;

/** A policy whose p99 is censored is not on the front: what does not complete is no bargain. */
export function paretoFront(points: Point[]): ParetoPoint[] {
  return points.map((point) => ({
    policy: point.policy,
    p99Ms: point.p99Ms,
    disturbance: point.disturbance,
    onFront: point.p99Ms !== null && !points.some((other) => beats(other, point)),
  }));
}

/** At least as good in both, better in one. */
function beats(a: Point, b: Point): boolean {
  const lateA = a.p99Ms ?? Number.POSITIVE_INFINITY;
  const lateB = b.p99Ms ?? Number.POSITIVE_INFINITY;
  return lateA <= lateB && a.disturbance <= b.disturbance && (lateA < lateB || a.disturbance < b.disturbance);
}
