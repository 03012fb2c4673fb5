import { describe, expect, it } from "vitest";
import { SOBOL_DIMENSIONS_MAX, sobolPoints } from "../../../src/analyse/sobol-points.js";

describe("Sobol' points", () => {
  it("Always: begin as the sequence is printed everywhere", () => {
    const points = sobolPoints(3, 3).map((point) => [...point].map((x) => x - 1 / 16));
    expect(points).toEqual([
      [0, 0, 0],
      [0.5, 0.5, 0.5],
      [0.75, 0.25, 0.25],
      [0.25, 0.75, 0.75],
      [0.375, 0.375, 0.625],
      [0.875, 0.875, 0.125],
      [0.625, 0.125, 0.875],
      [0.125, 0.625, 0.375],
    ]);
  });

  it("Always: the first 2^k points hit each of 2^k equal intervals once, in every dimension", () => {
    for (const k of [1, 4, 8]) {
      const points = sobolPoints(k, SOBOL_DIMENSIONS_MAX);
      for (let d = 0; d < SOBOL_DIMENSIONS_MAX; d++) {
        const cells = new Set(points.map((point) => Math.floor(point[d]! * 2 ** k)));
        expect(cells.size).toBe(2 ** k);
      }
    }
  });

  it("Always: no two dimensions are alike", () => {
    const points = sobolPoints(8, SOBOL_DIMENSIONS_MAX);
    const columns = new Set(Array.from({ length: SOBOL_DIMENSIONS_MAX }, (_, d) => points.map((p) => p[d]).join()));
    expect(columns.size).toBe(SOBOL_DIMENSIONS_MAX);
  });

  it("Always: they integrate a smooth function of 21 inputs closer than chance does by far", () => {
    const points = sobolPoints(12, SOBOL_DIMENSIONS_MAX);
    const f = (point: Float64Array) => point.reduce((product, x) => product * (1 + (x - 0.5) / 5), 1); // integral 1
    const mean = points.reduce((sum, point) => sum + f(point), 0) / points.length;
    const chance = Math.sqrt(((1 + 1 / 300) ** SOBOL_DIMENSIONS_MAX - 1) / points.length);
    expect(Math.abs(mean - 1)).toBeLessThan(chance / 10);
  });

  it.each([
    [-1, 1],
    [32, 1],
    [0.5, 1],
    [1, 0],
    [1, SOBOL_DIMENSIONS_MAX + 1],
  ])("Never: 2^%d points of %d dimensions", (log2Count, dimensions) => {
    expect(() => sobolPoints(log2Count, dimensions)).toThrow(RangeError);
  });
});
