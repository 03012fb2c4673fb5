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
const number = z.number();
const maybe = z.number().nullable();
const whole = z.int().min(0);
const share = z.number().min(0).max(1);

const estimateFields = { value: maybe, low: maybe, high: maybe };
const estimate = objectOf<Estimate>(estimateFields);

const distribution = objectOf<Distribution>({
  mean: maybe,
  meanLow: maybe,
  meanHigh: maybe,
  min: maybe,
  max: maybe,
  meanCompleted: maybe,
  quantiles: z.array(objectOf<QuantileEstimate>({ p: share, ...estimateFields })),
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

const delayParts = objectOf<DelayParts>({ roundMs: number, taskMs: number, tryMs: number, completionMs: number });

const delays = objectOf<Delays>({
  replicas: whole,
  tailFrom: z.looseObject({ p: share, ms: maybe }),
  tailReplicas: whole,
  mean: delayParts.nullable(),
  tail: delayParts.nullable(),
  by: z.array(
    objectOf<DelayBy>({ ...place, mechanism: text, share, tailShare: share, mean: delayParts, tail: delayParts }),
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
  seconds: number,
  probability: share.nullable(),
  low: maybe,
  high: maybe,
  method: z.enum(["counting", "conditional", "splitting"]),
  effectiveSampleSize: maybe,
  replicas: whole,
  levels: z.array(z.looseObject({ try: whole, seconds: number, probability: share })),
  warning: text.nullable(),
});

const mean = z.looseObject({ mean: number });

const policyResult = objectOf<PolicyResult>({
  policy: text,
  replicas: whole,
  censored: whole,
  latencyMs: distribution,
  lastSwitchMs: distribution,
  exceed: z.array(objectOf<Exceedance>({ seconds: number, probability: share.nullable(), low: maybe, high: maybe })),
  blame: z.array(objectOf<BlameShare>({ ...place, mechanism: text, share })),
  stuck: z.array(objectOf<StuckShare>({ ...place, share })),
  disturbance: disturbanceOf(number),
  violations: whole,
  warnings: whole,
  gaveUp: whole,
  tries: mean,
  rounds: mean,
  worst: z.array(objectOf<WorstEntry>({ replica: whole, latencyMs: maybe })),
  digest: text,
  delays: delays.optional(),
  rare: z.array(rareTail).optional(),
});

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

const runFields = { ...heading, results: z.array(policyResult).min(1), stopping: stopping.optional() };

const differenceFields = { ...estimateFields, a: maybe, b: maybe };
const difference = objectOf<Difference>(differenceFields);
const lead = objectOf<Lead>({ ms: number, share });

const comparison = objectOf<Comparison>({
  a: text,
  b: text,
  replicas: whole,
  censored: z.looseObject({ both: whole, onlyA: whole, onlyB: whole }),
  meanMs: difference,
  quantilesMs: z.array(objectOf<Difference & { p: number }>({ p: share, ...differenceFields })),
  faster: estimate,
  equal: number,
  slower: number,
  dominance: z.enum(["a", "b", "equal", "none"]),
  lead: z.looseObject({ a: lead.nullable(), b: lead.nullable() }),
  disturbance: disturbanceOf(difference),
  violations: number,
  varianceReduction: maybe,
  verdict: text,
});

export const timingSchema = timing;

export const runResultSchema = objectOf<RunResult>(runFields);

export const compareResultSchema = objectOf<CompareResult>({
  ...runFields,
  comparisons: z.array(comparison),
  deciding: comparison,
  pareto: z.array(z.looseObject({ policy: text, p99Ms: maybe, disturbance: number, onFront: z.boolean() })),
  verdict: text,
  failIf: z.array(
    objectOf<JudgedCondition>({ condition: text, holds: z.boolean().nullable(), certain: z.boolean(), detail: text }),
  ),
});

const axis = objectOf<SweepAxis>({
  path: text,
  values: z.array(z.unknown()).optional(),
  range: z.looseObject({ low: number, high: number, scale: z.enum(["linear", "log"]), unit: text }).optional(),
});

const point = objectOf<SweepPoint>({
  settings: z.record(text, z.unknown()),
  hash: text,
  results: z.array(policyResult).min(1),
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
  points: z.array(point).min(1),
  sensitivity: z.array(sensitivity),
});
