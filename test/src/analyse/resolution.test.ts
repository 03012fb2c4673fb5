import { expect, it } from "vitest";
import { toResolution } from "../../../src/analyse/resolution.js";

it("is 50 ms up to 2.5 s and 2% above", () => {
  expect([0, 24, 26, 774, 776, 2500].map(toResolution)).toEqual([0, 0, 50, 750, 800, 2500]);
  expect(toResolution(2530)).toBeCloseTo(2550, 9);
  for (const ms of [3000, 16_000, 89_000]) {
    expect(Math.abs(toResolution(ms) / ms - 1)).toBeLessThan(0.0101);
    expect(toResolution(ms * 1.02) / toResolution(ms)).toBeCloseTo(1.02, 9);
  }
});

it("puts the edges of the shifted grid on the points of the other", () => {
  expect([1, 49, 51, 314, 337].map((ms) => toResolution(ms, 0.5))).toEqual([25, 25, 75, 325, 325]);
  expect(toResolution(2501, 0.5)).toBeCloseTo(2525, 0);
});

it.each([0, 0.5])("never reverses two latencies (grid shifted by %d)", (shift) => {
  let last = -100;
  for (let ms = 0; ms < 95_000; ms += 7) {
    const now = toResolution(ms, shift);
    expect(now).toBeGreaterThanOrEqual(last);
    last = now;
  }
});
