// The words of a scenario's `sweep` (docs/sweep.md). Which values a path takes is read by axes.ts; whether the scenario takes
// them is found out when each point is compiled.

import { z } from "zod";
import { atMost, choice, expected, integer } from "./fields.js";

export const DESIGNS = ["grid", "zip", "latin-hypercube", "sobol"] as const;
export type Design = (typeof DESIGNS)[number];

export const AXES_MAX = 20;
export const POINTS_MAX = 10_000;

const valuesError = expected("a list of values, or a text such as 1,2,4..64");

export const sweepSchema = z.strictObject({
  vary: z
    .record(z.string(), z.union([z.array(z.unknown()), z.string(), z.number()], { error: valuesError }), {
      error: expected("{path: values}"),
    })
    .refine((vary) => Object.keys(vary).length > 0, { error: expected("at least one path") })
    .refine(...atMost(AXES_MAX, "paths"))
    .describe(
      "By path, as `--set` spells it: a list of values, or a text such as `1,2,4..64`; `1ms..1s log` is a range of latin-hypercube and sobol",
    ),
  design: choice(DESIGNS)
    .default("grid")
    .describe("grid: each value with each; zip: first with first; latin-hypercube and sobol: `points` in the ranges"),
  points: integer(1, POINTS_MAX)
    .optional()
    .describe("Of a latin-hypercube; of sobol a power of two, of which there are (paths + 2) times as many"),
});
export type SweepInput = z.infer<typeof sweepSchema>;
