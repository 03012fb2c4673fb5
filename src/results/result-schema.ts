// The JSON of runs, comparisons and sweeps (result.ts) as schemas: what a file must be before anything is made of it. Fields that a
// later version added are kept and not looked at.

import { z } from "zod";
import type {
  BlameShare,
  CompareResult,
  Comparison,
  DelayBy,
  DelayParts,
  Delays,
  Difference,
  Distribution,
  Disturbance,
  Estimate,
  Exceedance,
  JudgedCondition,
  Lead,
  PolicyResult,
  QuantileEstimate,
  RareTail,
  RunResult,
  Stopping,
  StuckShare,
  SweepAxis,
  SweepPoint,
  SweepResult,
  SweepSensitivity,
  Timing,
  WhatIf,
  WorstEntry,
} from "./result.js";

/** Every field of T, optional ones too, has a schema: a field that is new in result.ts does not compile without one here. */
type ShapeOf<T> = { [K in keyof Required<T>]: z.ZodType<T[K]> };

function objectOf<T>(shape: ShapeOf<T>): z.ZodType<T> {
  return z.looseObject(shape) as unknown as z.ZodType<T>;
}

const text = z.string();
const number = z.number().min(-1e300).max(1e300); // so that sums and other units of it are numbers as well
const maybe = number.nullable();
const amount = z.number().min(0);
const time = amount.nullable();
const whole = z.int().min(0);
const share = z.number().min(0).max(1);

const estimateFields = { value: maybe, low: maybe, high: maybe };
const estimate = objectOf<Estimate>(estimateFields);

const distribution = objectOf<Distribution>({
  mean: time,
  meanLow: maybe,
  meanHigh: maybe,
  min: time,
  max: time,
  meanCompleted: time,
  quantiles: z.array(objectOf<QuantileEstimate>({ p: share, value: time, low: time, high: time })),
});

const disturbanceOf = <Figure>(figure: z.ZodType<Figure>) =>
  objectOf<Record<keyof Disturbance, Figure>>({
    eintr: figure,
    restarts: figure,
    guestExits: figure,
    ipis: figure,
    kthreadWakes: figure,
    signalPasses: figure,
    isolatedInterrupts: figure,
  });

const place = { class: text, phase: text };

const delayParts = objectOf<DelayParts>({ roundMs: amount, taskMs: amount, tryMs: amount, completionMs: amount });

const delays = objectOf<Delays>({
  replicas: whole,
  tailFrom: z.looseObject({ p: share, ms: maybe }),
  tailReplicas: whole,
  mean: delayParts.nullable(),
  tail: delayParts.nullable(),
  by: z.array(
    objectOf<DelayBy>({
      ...place,
      mechanism: text,
      share,
      tailShare: share,
      mean: delayParts,
      tail: delayParts.nullable(),
    }),
  ),
  whatIf: z.array(
    objectOf<WhatIf>({
      without: z.looseObject({ kind: z.enum(["class", "function", "mechanism"]), name: text }),
      meanMs: estimate,
      p99Ms: estimate,
      censored: z.looseObject({ with: whole, without: whole }),
    }),
  ),
});

const rareTail = objectOf<RareTail>({
  seconds: amount,
  probability: share.nullable(),
  low: share.nullable(),
  high: share.nullable(),
  method: z.enum(["counting", "conditional", "splitting"]),
  effectiveSampleSize: maybe,
  replicas: whole,
  levels: z.array(z.looseObject({ try: whole, seconds: amount, probability: share })),
  branching: z.looseObject({ by: z.enum(["tries", "stragglers"]), gain: amount.nullable() }).optional(),
  example: z.looseObject({ replica: whole, branches: text }).nullable(),
  warning: text.nullable(),
});

const mean = z.looseObject({ mean: amount });

const policyResult = objectOf<PolicyResult>({
  policy: text,
  replicas: whole.min(1),
  censored: whole,
  latencyMs: distribution,
  lastSwitchMs: distribution,
  exceed: z.array(
    objectOf<Exceedance>({
      seconds: amount,
      probability: share.nullable(),
      low: share.nullable(),
      high: share.nullable(),
    }),
  ),
  blame: z.array(objectOf<BlameShare>({ ...place, mechanism: text, share })),
  stuck: z.array(objectOf<StuckShare>({ ...place, share })),
  disturbance: disturbanceOf(amount),
  violations: whole,
  warnings: whole,
  gaveUp: whole,
  tries: mean,
  rounds: mean,
  worst: z.array(objectOf<WorstEntry>({ replica: whole, latencyMs: time })),
  digest: text,
  delays: delays.optional(),
  rare: z.array(rareTail).optional(),
});

/** What tables have columns for: p50 to p99.9, and the thresholds of the first policy. */
const policyResults = z
  .array(policyResult)
  .refine((results) => results.every(hasQuantiles), "expected quantiles for p 0.5, 0.9, 0.99 and 0.999 of every policy")
  .refine((results) => new Set(results.map(thresholdsOf)).size <= 1, "expected the same thresholds of every policy");

function hasQuantiles({ latencyMs: { quantiles } }: PolicyResult): boolean {
  return [0.5, 0.9, 0.99, 0.999].every((wanted) => quantiles.some(({ p }) => p === wanted));
}

function thresholdsOf({ exceed }: PolicyResult): string {
  return exceed.map(({ seconds }) => seconds).join();
}

const stopping = objectOf<Stopping>({
  rules: z.array(z.looseObject({ rule: text, met: z.boolean(), detail: text })),
  looks: z.array(whole),
  reason: z.enum(["met", "replicas", "time"]),
  intervals: text,
});

const timing = objectOf<Timing>({ wallMs: number, transitionsPerSecond: number, workers: whole });

const heading = {
  schemaVersion: z.literal(1),
  scenario: z.looseObject({ name: text, hash: text }),
  seed: z.union([whole, text.regex(/^[0-9]{1,20}$/)]),
  replicas: whole,
  engine: z.looseObject({ version: text, wasmSha256: text }),
  timing,
};

const runFields = { ...heading, results: policyResults, stopping: stopping.optional() };

const differenceFields = { ...estimateFields, a: maybe, b: maybe };
const difference = objectOf<Difference>(differenceFields);
const lead = objectOf<Lead>({ ms: amount, share });

const comparison = objectOf<Comparison>({
  a: text,
  b: text,
  replicas: whole,
  censored: z.looseObject({ both: whole, onlyA: whole, onlyB: whole }),
  meanMs: difference,
  quantilesMs: z.array(objectOf<Difference & { p: number }>({ p: share, ...differenceFields })),
  faster: estimate,
  equal: share,
  slower: share,
  dominance: z.enum(["a", "b", "equal", "none"]),
  lead: z.looseObject({ a: lead.nullable(), b: lead.nullable() }),
  disturbance: disturbanceOf(difference),
  violations: number,
  varianceReduction: time,
  verdict: text,
})
  .refine(({ faster }) => isKnown(faster), "expected the share of replicas in which b is faster in numbers")
  .refine(({ disturbance }) => Object.values(disturbance).every(isPaid), "expected disturbance of a and b in numbers")
  .refine(
    ({ dominance, lead }) => dominance !== "none" || (lead.a !== null && lead.b !== null),
    "expected where each leads, as neither dominates",
  );

function isKnown({ value, low, high }: Estimate): boolean {
  return value !== null && low !== null && high !== null;
}

/** Costs are means over all replicas, censored or not; what few replicas lack is an interval. */
function isPaid({ a, b, value }: Difference): boolean {
  return a !== null && b !== null && value !== null && a >= 0 && b >= 0;
}

export const timingSchema = timing;

export const runResultSchema = objectOf<RunResult>(runFields);

export const compareResultSchema = objectOf<CompareResult>({
  ...runFields,
  comparisons: z.array(comparison),
  deciding: comparison,
  pareto: z.array(z.looseObject({ policy: text, p99Ms: time, disturbance: amount, onFront: z.boolean() })),
  verdict: text,
  failIf: z.array(
    objectOf<JudgedCondition>({ condition: text, holds: z.boolean().nullable(), certain: z.boolean(), detail: text }),
  ),
}).refine(
  ({ results, pareto }) => results.every(({ policy }, i) => pareto[i]?.policy === policy),
  "expected a point of pareto for each policy, in their order",
);

const axis = objectOf<SweepAxis>({
  path: text,
  values: z.array(z.unknown()).optional(),
  range: z.looseObject({ low: number, high: number, scale: z.enum(["linear", "log"]), unit: text }).optional(),
});

const point = objectOf<SweepPoint>({
  settings: z.record(text, z.unknown()),
  hash: text,
  results: policyResults,
});

const sensitivity = objectOf<SweepSensitivity>({
  policy: text,
  path: text,
  figure: text,
  ratio: maybe,
  first: estimate.nullable(),
  total: estimate.nullable(),
});

export const sweepResultSchema = objectOf<SweepResult>({
  ...heading,
  design: z.enum(["grid", "zip", "latin-hypercube", "sobol"]),
  axes: z.array(axis),
  points: z.array(point),
  sensitivity: z.array(sensitivity),
});
