// What moves the figures of a sweep: by path how much a figure changes from one end of it to the other, and, where the design allows,
// Sobol' indices.

import { portable } from "../results/metrics.js";
import type { Estimate, PolicyResult, SweepPoint, SweepSensitivity } from "../results/result.js";
import type { Axis } from "../scenario/axes.js";
import type { Design } from "../scenario/sweep-schema.js";
import { type InputIndices, sobolIndices } from "./sobol-indices.js";
import type { Coordinates } from "./sweep-design.js";

export interface Swept {
  design: Design;
  axes: readonly Axis[];
  coordinates: readonly Coordinates[];
  /** In the same order. */
  points: readonly Pick<SweepPoint, "results">[];
  horizonsMs: readonly number[];
}

/** A figure of a point under a policy; null in the censored share. */
type Figure = (result: PolicyResult) => number | null;

const quantile =
  (p: number): Figure =>
  ({ latencyMs }) =>
    latencyMs.quantiles.find((one) => one.p === p)?.value ?? null;

const FIGURES: [string, Figure][] = [
  ["p50", quantile(0.5)],
  ["p99", quantile(0.99)],
  ["censored", ({ censored, replicas }) => censored / replicas],
];

/** A range has no first and last value: its outer quarters stand for them. */
const OUTER = 0.25;

/** By policy, path and figure. Policies are told apart by their place: a sweep may change their names. */
export function sweepSensitivity(swept: Swept): SweepSensitivity[] {
  const policies = Math.min(...swept.points.map(({ results }) => results.length));
  return Array.from({ length: policies }, (_, policy) => policy).flatMap((policy) => {
    const name = policyName(swept, policy);
    const figures = FIGURES.map(([figure, of]) => {
      const values = swept.points.map(({ results }) => of(results[policy]!));
      return { figure, values, indices: swept.design === "sobol" ? indicesOf(swept, values) : undefined };
    });
    return swept.axes.flatMap((axis, i) =>
      figures.map(({ figure, values, indices }) => ({
        policy: name,
        path: axis.path,
        figure,
        ratio: ratioAlong(swept, i, values),
        first: estimate(indices?.[i]?.first),
        total: estimate(indices?.[i]?.total),
      })),
    );
  });
}

/** Its name where that is the same everywhere, else its place. */
function policyName({ points }: Swept, place: number): string {
  const names = new Set(points.map(({ results }) => results[place]!.policy));
  return names.size === 1 ? [...names][0]! : `policies[${place}]`;
}

/** The mean over the points at the axis's last value over that at its first; null where it has but one, or a figure is. */
function ratioAlong({ axes, coordinates }: Swept, i: number, values: readonly (number | null)[]): number | null {
  const axis = axes[i]!;
  const parts = "values" in axis ? axis.values.length : 1 / OUTER;
  if (parts < 2) return null;
  const meanWhere = (inside: (u: number) => boolean) => mean(values.filter((_, row) => inside(coordinates[row]![i]!)));
  const first = meanWhere((u) => u * parts < 1);
  const last = meanWhere((u) => u * parts >= parts - 1);
  return first === null || last === null || first === 0 ? null : portable(last / first);
}

function mean(values: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const value of values) {
    if (value === null) return null;
    sum += value;
  }
  return values.length === 0 ? null : sum / values.length;
}

/** A figure in the censored share counts with the horizon. The design's points stand in the order A, B, AB(1), AB(2), ... */
function indicesOf({ axes, horizonsMs }: Swept, values: readonly (number | null)[]): InputIndices[] | undefined {
  const outputs = values.map((value, row) => value ?? horizonsMs[row]!);
  const count = outputs.length / (axes.length + 2);
  const [a, b, ...ab] = Array.from({ length: axes.length + 2 }, (_, i) => outputs.slice(i * count, (i + 1) * count));
  return sobolIndices({ a: a!, b: b!, ab });
}

function estimate(index: { value: number; low: number; high: number } | undefined): Estimate | null {
  return index ?? null;
}
