// The points of a sweep, in the unit cube: a coordinate an axis. A list has its values in equal parts of 0 to 1, so that every design
// can take lists and ranges alike.

import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Axis, Sweep } from "../scenario/axes.js";
import { valueBetween } from "../scenario/quantities.js";
import { choiceAt } from "./sensitivity.js";
import { sobolDesign } from "./sobol-indices.js";

/** Coordinates by axis, each from 0 to 1. */
export type Coordinates = readonly number[];

/** How many points there will be. */
export function pointCount({ design, axes, points = 0 }: Sweep): number {
  if (design === "latin-hypercube") return points;
  if (design === "sobol") return points * (axes.length + 2);
  const lengths = axes.map(valueCount);
  return design === "zip" ? lengths[0]! : lengths.reduce((product, length) => product * length, 1);
}

/** All points, in the order of the results: of a grid the last axis changes fastest. */
export function designPoints({ design, axes, points = 0 }: Sweep, seed: bigint): Coordinates[] {
  if (design === "grid") return gridPoints(axes.map(valueCount));
  if (design === "zip")
    return Array.from({ length: valueCount(axes[0]!) }, (_, i) => axes.map((axis) => middle(i, valueCount(axis))));
  if (design === "latin-hypercube") return latinHypercube(points, axes.length, seed);
  const { a, b, ab } = sobolDesign(Math.log2(points), axes.length);
  return [a, b, ...ab].flat().map((point) => [...point]);
}

/** What an axis is at a coordinate, as YAML has it. */
export function valueAt(axis: Axis, u: number): unknown {
  return "values" in axis ? choiceAt(axis.values, u) : valueBetween(axis.span, u);
}

function valueCount(axis: Axis): number {
  return "values" in axis ? axis.values.length : 0;
}

/** Of part `i` of `count`. */
function middle(i: number, count: number): number {
  return (i + 0.5) / count;
}

function gridPoints(lengths: readonly number[]): Coordinates[] {
  return lengths.reduce<Coordinates[]>(
    (points, length) => points.flatMap((point) => Array.from({ length }, (_, i) => [...point, middle(i, length)])),
    [[]],
  );
}

/** Each axis in `count` parts, every part once: their middles, in an order of chance (McKay, Beckman and Conover, Technometrics 21, 1979). */
function latinHypercube(count: number, axes: number, seed: bigint): Coordinates[] {
  const random = xoroshiro128plus(Number(BigInt.asIntN(32, seed ^ (seed >> 32n))));
  const columns = Array.from({ length: axes }, () => {
    const order = Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = uniformInt(random, 0, i);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  });
  return Array.from({ length: count }, (_, i) => columns.map((column) => middle(column[i]!, count)));
}
