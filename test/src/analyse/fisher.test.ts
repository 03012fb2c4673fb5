import { describe, expect, it } from "vitest";
import { fisherExact } from "../../../src/analyse/fisher.js";

describe("Fisher's exact test", () => {
  it.each([
    [3, 4, 1, 4, 0.48571428571428565], // the lady tasting tea, two-sided
    [1, 10, 11, 14, 0.0027594561852200836],
    [8, 10, 1, 6, 0.034965034965034975],
    [10, 10, 0, 2000, 3.447790144022576e-27],
    [0, 16, 12, 2000, 1],
    [1, 5, 0, 4000, 5 / 4005],
    [0, 5, 0, 4000, 1],
    [5, 5, 4000, 4000, 1],
  ])("%d of %d against %d of %d: p = %d (scipy 1.17)", (hitsA, totalA, hitsB, totalB, p) => {
    expect(fisherExact(hitsA, totalA, hitsB, totalB) / p).toBeCloseTo(1, 8);
  });

  it.each([
    [-1, 5, 0, 5],
    [6, 5, 0, 5],
    [1.5, 5, 0, 5],
  ])("refuses %d of %d", (...table) => {
    expect(() => fisherExact(...(table as [number, number, number, number]))).toThrow(RangeError);
  });
});
