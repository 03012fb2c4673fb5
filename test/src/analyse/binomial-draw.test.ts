import { describe, expect, it } from "vitest";
import { drawBinomial } from "../../../src/analyse/binomial-draw.js";
import { binomialPmf } from "../../../src/results/binomial.js";

const GRID = 20_000;

/** How often each number is drawn by evenly spaced uniforms. */
function shares(n: number, p: number): Map<number, number> {
  const result = new Map<number, number>();
  for (let i = 0; i < GRID; i++) {
    const k = drawBinomial(n, p, (i + 0.5) / GRID);
    result.set(k, (result.get(k) ?? 0) + 1 / GRID);
  }
  return result;
}

describe("drawBinomial", () => {
  it.each([
    [1, 0.3],
    [10, 0.5],
    [10, 0.97],
    [400, 0.01],
    [400, 0.99],
    [100_000, 0.999],
    [100_000, 0.5],
  ])("draws each number of %d trials of probability %d as often as the law says", (n, p) => {
    for (const [k, share] of shares(n, p)) {
      expect(0 <= k && k <= n).toBe(true);
      expect(Math.abs(share - binomialPmf(k, n, p))).toBeLessThan(1.01 / GRID);
    }
  });

  it("needs no chance where there is none", () => {
    expect([drawBinomial(7, 0, 0.99), drawBinomial(7, 1, 0), drawBinomial(0, 0.5, 0.9)]).toEqual([0, 7, 0]);
  });

  it("returns a number for the last uniform below 1", () => {
    expect(drawBinomial(1000, 0.5, 1 - Number.EPSILON / 2)).toBeGreaterThanOrEqual(0);
  });
});
