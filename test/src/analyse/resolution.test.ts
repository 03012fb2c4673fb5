import { expect, it } from "vitest";
import { toResolution } from "../../../src/analyse/resolution.js";

it("is 50 ms up to 2.5 s and 2% above", () => {
  expect([0, 24, 25, 26, 774, 776, 2474, 2500].map(toResolution)).toEqual([0, 0, 50, 50, 750, 800, 2450, 2500]);
  expect(toResolution(2530)).toBeCloseTo(2550, 9);
  for (const ms of [3000, 16_000, 89_000]) {
    expect(Math.abs(toResolution(ms) / ms - 1)).toBeLessThan(0.0101);
    expect(toResolution(ms * 1.02) / toResolution(ms)).toBeCloseTo(1.02, 9);
  }
});

it("is one grid: its parts meet at a point of both, and no step is shorter than the one before", () => {
  const points = new Set<number>();
  for (let ms = 0; ms < 95_000; ms++) points.add(Math.round(1e6 * toResolution(ms)) / 1e6);
  const sorted = [...points];
  expect(sorted.slice(48, 52)).toEqual([2400, 2450, 2500, 2550]);
  const steps = sorted.slice(1).map((point, i) => Math.round(point - sorted[i]!));
  expect(steps.every((step, i) => i === 0 || step >= steps[i - 1]!)).toBe(true);
});

it("never reverses two latencies", () => {
  let last = -100;
  for (let ms = 0; ms < 95_000; ms += 7) {
    const now = toResolution(ms);
    expect(now).toBeGreaterThanOrEqual(last);
    last = now;
  }
});
