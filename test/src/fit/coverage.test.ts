// A small version of test/fit-coverage-campaign.ts. An interval that holds 98% fails to hold 5 of 25 once in 10,000.

import { describe, expect, it } from "vitest";
import { CASES, choices, coverage, whole, windowed } from "./coverage.js";

const REPETITIONS = 25;
const LEAST = 0.8;
/** Pareto's profiles search. */
const quick = CASES.filter(({ name }) => !name.startsWith("Pareto") && !name.startsWith("mixture"));

describe("intervals of 99%", () => {
  it.each(quick)("Always: of 100 lengths of a law ($name) they hold, of its parameters and its mean", (one) => {
    const { parameters, mean, fits } = coverage(one, whole(100), REPETITIONS);
    expect(fits).toBe(REPETITIONS);
    for (const share of [...parameters, mean]) expect(share).toBeGreaterThan(LEAST);
  });

  it.each(quick)("Always: through a window of three mean lengths too ($name)", (one) => {
    const { parameters, mean } = coverage(one, windowed(3, 40), REPETITIONS);
    for (const share of [...parameters, mean]) expect(share).toBeGreaterThan(LEAST);
  });
});

describe("the criterion", () => {
  it.each(CASES.filter(({ name }) => !name.startsWith("mixture")))(
    "Mostly: of 400 lengths it finds the law ($name)",
    (one) => {
      expect(choices(one, whole(400), 3).recognised).toBeGreaterThan(0.5);
    },
  );
});
