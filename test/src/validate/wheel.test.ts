import { expect, it } from "vitest";
import { bucketJiffies } from "../../../src/try-times.js";
import { exponentialLatenessMs, latenessMs } from "../../../src/validate/wheel.js";

it("has buckets of 8 to the power of the level", () => {
  expect([1, 62, 63, 503, 504, 4031, 4032, 32_255, 32_256, 258_048].map(bucketJiffies)).toEqual([
    1, 1, 8, 8, 64, 64, 512, 512, 4096, 32768,
  ]);
  expect(latenessMs(1000, 250)).toBe(32);
});

it("averages the lateness of exponential sleeps as drawing them does", () => {
  const mean = 5000;
  const n = 200_000;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += latenessMs(-mean * Math.log((i + 0.5) / n), 250) / 2;
  expect(exponentialLatenessMs(mean, 250) / (sum / n)).toBeCloseTo(1, 3);
});
