import { describe, expect, it } from "vitest";
import { normalQuantile } from "../../../src/results/normal.js";

describe("the normal quantile", () => {
  // R: qnorm((1 + c) / 2)
  it.each([
    [0, 0],
    [0.5, 0.6744897502],
    [0.9, 1.644853627],
    [0.95, 1.959963985],
    [0.99, 2.575829304],
    [0.999, 3.290526731],
    [0.99995, 4.055626981],
    [0.9999999, 5.326723886],
  ])("Always: with probability %d within %d", (confidence, z) => {
    expect(normalQuantile(confidence)).toBeCloseTo(z, 6);
  });
});
