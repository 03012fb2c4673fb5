import { expect, it } from "vitest";
import { resolutionMs } from "../../../src/analyse/resolution.js";

it("is 50 ms up to 2.5 s and 2% above", () => {
  expect([0, 24, 2500].map(resolutionMs)).toEqual([50, 50, 50]);
  expect(resolutionMs(10_000)).toBe(200);
});
