// The JSON of experiments with variants (metrics.ts) as a schema: what a file must be before anything is made of it.

import { z } from "zod";
import type { FaultVerdict } from "./memory-fault-verdict.js";
import type { ExperimentResult } from "./metrics.js";

const text = z.string();
const whole = z.int().min(0);
const number = z.number().min(-1e300).max(1e300);
const amount = number.min(0);
const share = amount.max(1);
const maybe = number.nullable();

const faultCell = z.looseObject({
  unannotated: share,
  dropped: share,
  harm: z.array(z.looseObject({ variant: text, lost: amount, corrupted: amount })),
  best: z.array(z.looseObject({ cost: amount, variants: z.array(text).min(1) })).min(1),
  falsePositives: z.looseObject({ from: amount, to: amount.nullable() }).nullable(),
});

const faultVerdict = z
  .looseObject({ falsePositives: text, falseNegatives: text, cells: z.array(faultCell).min(1) })
  .refine(sidesAreJudged, "expected cells that judge both sides, each at the same costs");

function sidesAreJudged({ falsePositives, falseNegatives, cells }: FaultVerdict): boolean {
  const costs = cells[0]!.best.length;
  return cells.every(
    ({ harm, best }) =>
      best.length === costs &&
      [falsePositives, falseNegatives].every((side) => harm.some(({ variant }) => variant === side)),
  );
}

const metric = z.looseObject({ name: text, value: maybe, low: maybe, high: maybe });
const variant = z.looseObject({ variant: text, metrics: z.array(metric), digest: text });

/** The metrics' names of every variant are those of the first. */
function metricsAgree(results: { metrics: { name: string }[] }[]): boolean {
  const names = ({ metrics }: (typeof results)[number]) => JSON.stringify(metrics.map(({ name }) => name));
  return results.every((result) => names(result) === names(results[0]!));
}

export const experimentResultSchema: z.ZodType<ExperimentResult> = z.looseObject({
  schemaVersion: z.literal(1),
  scenario: z.looseObject({ name: text, hash: text }),
  seed: z.union([whole, text.regex(/^[0-9]{1,20}$/)]),
  replicas: whole,
  engine: z.looseObject({ version: text, wasmSha256: text }),
  results: z.array(variant).refine(metricsAgree, "expected the same metrics of every variant"),
  verdict: faultVerdict.optional(),
  timing: z.looseObject({ wallMs: amount, replicasPerSecond: amount, workers: whole }),
});
