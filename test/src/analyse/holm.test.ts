import { expect, it } from "vitest";
import { holm } from "../../../src/analyse/holm.js";

it("steps down: the example of R's p.adjust(c(0.01, 0.02, 0.03, 0.04), 'holm')", () => {
  expect(holm([0.01, 0.02, 0.03, 0.04])).toEqual([0.04, 0.06, 0.06, 0.06]);
});

it("keeps the order given, is monotone and never above 1", () => {
  expect(holm([0.5, 0.001, 0.4, 0.6])).toEqual([1, 0.004, 1, 1]);
  expect(holm([])).toEqual([]);
});
