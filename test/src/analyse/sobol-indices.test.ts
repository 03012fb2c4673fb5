import { describe, expect, it } from "vitest";
import { type InputIndices, sobolDesign, sobolIndices } from "../../../src/analyse/sobol-indices.js";

function indicesOf(f: (x: Float64Array) => number, inputs: number, log2Count: number): InputIndices[] {
  const { a, b, ab } = sobolDesign(log2Count, inputs);
  return sobolIndices({ a: a.map(f), b: b.map(f), ab: ab.map((points) => points.map(f)) })!;
}

/** Ishigami and Homma, 1990: sin x + 7 sin^2 y + 0.1 z^4 sin x on (-pi, pi). */
function ishigami(u: Float64Array): number {
  const [x, y, z] = [...u].map((v) => Math.PI * (2 * v - 1)) as [number, number, number];
  return Math.sin(x) + 7 * Math.sin(y) ** 2 + 0.1 * z ** 4 * Math.sin(x);
}

const ISHIGAMI = (() => {
  const b = 0.1;
  const v1 = (1 + (b * Math.PI ** 4) / 5) ** 2 / 2;
  const v2 = 7 ** 2 / 8;
  const v13 = b ** 2 * Math.PI ** 8 * (1 / 18 - 1 / 50);
  const v = v1 + v2 + v13;
  return { first: [v1 / v, v2 / v, 0], total: [(v1 + v13) / v, v2 / v, v13 / v] };
})();

describe("Sobol' indices", () => {
  it("Always: of the Ishigami function they are what its integrals are", () => {
    const indices = indicesOf(ishigami, 3, 12);
    indices.forEach(({ first, total }, i) => {
      expect(first.value).toBeCloseTo(ISHIGAMI.first[i]!, 2);
      expect(total.value).toBeCloseTo(ISHIGAMI.total[i]!, 2);
    });
  });

  it("Always: their intervals hold those integrals, and narrow as the points grow", () => {
    const widths = [6, 8, 10].map((log2Count) => {
      const indices = indicesOf(ishigami, 3, log2Count);
      indices.forEach(({ first, total }, i) => {
        expect(first.low).toBeLessThanOrEqual(ISHIGAMI.first[i]! + 1e-9);
        expect(first.high).toBeGreaterThanOrEqual(ISHIGAMI.first[i]! - 1e-9);
        expect(total.low).toBeLessThanOrEqual(ISHIGAMI.total[i]! + 1e-9);
        expect(total.high).toBeGreaterThanOrEqual(ISHIGAMI.total[i]! - 1e-9);
      });
      return indices[0]!.first.high - indices[0]!.first.low;
    });
    expect(widths[1]).toBeLessThan(0.7 * widths[0]!);
    expect(widths[2]).toBeLessThan(0.7 * widths[1]!);
  });

  it("Always: where inputs only add up, first order and total are the inputs' own variances", () => {
    const weights = [4, 2, 1, 0];
    const whole = weights.reduce((sum, w) => sum + w * w, 0);
    const indices = indicesOf((u) => u.reduce((sum, x, i) => sum + weights[i]! * x, 0), 4, 10);
    indices.forEach(({ first, total }, i) => {
      const share = weights[i]! ** 2 / whole;
      expect(first.value).toBeCloseTo(share, 2);
      expect(total.value).toBeCloseTo(share, 2);
    });
  });

  it("Always: a pure interaction is in the totals alone", () => {
    const indices = indicesOf((u) => (u[0]! - 0.5) * (u[1]! - 0.5), 2, 10);
    for (const { first, total } of indices) {
      expect(first.value).toBeCloseTo(0, 1);
      expect(total.value).toBeCloseTo(1, 2);
    }
  });

  it("Always: an input that does nothing has total 0 exactly, and the same numbers come out twice", () => {
    const [, nothing] = indicesOf((u) => u[0]!, 2, 6);
    expect(nothing).toEqual({ first: { value: 0, low: 0, high: 0 }, total: { value: 0, low: 0, high: 0 } });
    expect(indicesOf(ishigami, 3, 6)).toEqual(indicesOf(ishigami, 3, 6));
  });

  it("Never: an output that is the same everywhere has indices", () => {
    expect(indicesOf(() => 7, 2, 3)).toBeUndefined();
  });
});
