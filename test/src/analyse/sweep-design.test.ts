import { describe, expect, it } from "vitest";
import { designPoints, pointCount, valueAt } from "../../../src/analyse/sweep-design.js";
import { readSweep, type Sweep } from "../../../src/scenario/axes.js";
import { sourceOf } from "../../../src/scenario/source.js";

function sweepOf(design: string, vary: string[], points?: number): Sweep {
  return readSweep(sourceOf("host: {cpus: 2}"), { vary, design, points });
}

/** Values by point, then by axis. */
function valuesOf(sweep: Sweep, seed = 1n): unknown[][] {
  return designPoints(sweep, seed).map((point) => sweep.axes.map((axis, i) => valueAt(axis, point[i]!)));
}

describe("a design's points", () => {
  it("Always: a grid has each with each, the last path fastest", () => {
    const grid = sweepOf("grid", ["a=1,2", "b=x,y,z"]);
    expect(valuesOf(grid).map((point) => point.join(""))).toEqual(["1x", "1y", "1z", "2x", "2y", "2z"]);
    expect(pointCount(grid)).toBe(6);
  });

  it("Always: zip has the first with the first", () => {
    const zip = sweepOf("zip", ["a=1,2,3", "b=x,y,z"]);
    expect(valuesOf(zip).map((point) => point.join(""))).toEqual(["1x", "2y", "3z"]);
    expect(pointCount(zip)).toBe(3);
  });

  it("Always: a Latin hypercube has each part of each path once, in another order by seed", () => {
    const cube = sweepOf("latin-hypercube", ["a=0.0..10.0", "b=u,v"], 10);
    const points = valuesOf(cube);
    const first = points.map(([a]) => a as number);
    expect([...first].sort((x, y) => x - y)).toEqual([0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5]);
    expect(points.filter(([, b]) => b === "u")).toHaveLength(5);
    expect(valuesOf(cube)).toEqual(points);
    expect(valuesOf(cube, 2n)).not.toEqual(points);
  });

  it("Always: a sobol design has points A, points B, and A with each column of B", () => {
    const sobol = sweepOf("sobol", ["a=0.0..1.0", "b=0.0..1.0"], 4);
    const points = valuesOf(sobol);
    expect(points).toHaveLength(pointCount(sobol));
    const [a, b, ab0, ab1] = [0, 4, 8, 12].map((from) => points.slice(from, from + 4));
    expect(ab0).toEqual(a!.map(([, y], row) => [b![row]![0], y]));
    expect(ab1).toEqual(a!.map(([x], row) => [x, b![row]![1]]));
  });

  it("Always: a range is even in itself or in its logarithm, whole where its ends are", () => {
    const { axes } = sweepOf("sobol", ["a=1..3", "b=1ms..100ms log", "c=1/s..3/s"], 4);
    expect(axes.map((axis) => [0, 0.5, 0.6, 1].map((u) => valueAt(axis, u)))).toEqual([
      [1, 2, 2, 3],
      ["1ms", "10ms", "15849us", "100ms"],
      ["1/s", "2/s", "2.2/s", "3/s"],
    ]);
  });
});
