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

it("never reverses two latencies", () => {
  let last = -1;
  for (let ms = 0; ms < 95_000; ms += 7) {
    const now = toResolution(ms);
    expect(now).toBeGreaterThanOrEqual(last);
    last = now;
  }
});
