// Durations into an engine's table (assembly/distribution.ts), whichever engine has one.

import { meanTicks } from "./scenario/durations.js";
import type { DurationModel } from "./scenario/model.js";

/** What a module with durations exports. */
export interface DurationExports {
  setDuration(index: number, kind: number, first: number, count: number, a: number, b: number, c: number): void;
  setPart(index: number, a: number, b: number, c: number): void;
}

export function loadDurations(wasm: DurationExports, durations: readonly DurationModel[]): void {
  let part = 0;
  durations.forEach((duration, index) => {
    const row = durationRow(duration);
    const parts = durationParts(duration, durations);
    wasm.setDuration(index, row.kind, part, parts.length, row.a, row.b, row.c);
    for (const [a, b, c] of parts) wasm.setPart(part++, a, b, c);
  });
}

const DURATION_KIND = [
  "fixed",
  "uniform",
  "exponential",
  "lognormal",
  "weibull",
  "pareto",
  "mixture",
  "empirical",
] as const;

function durationRow(duration: DurationModel): { kind: number; a: number; b: number; c: number } {
  const kind = DURATION_KIND.indexOf(duration.kind);
  switch (duration.kind) {
    case "fixed":
      return { kind, a: duration.ticks, b: 0, c: 0 };
    case "uniform":
      return { kind, a: duration.min, b: duration.max, c: 0 };
    case "exponential":
      return { kind, a: duration.mean, b: 0, c: 0 };
    case "lognormal":
      return { kind, a: duration.median, b: duration.sigma, c: 0 };
    case "weibull":
      return { kind, a: duration.scale, b: duration.shape, c: 0 };
    case "pareto":
      return { kind, a: duration.min, b: duration.max, c: duration.shape };
    default:
      return { kind, a: 0, b: 0, c: 0 };
  }
}

/** Rows of three: mixtures (cumulative weight, cumulative length-biased weight, part), tables (p, length-biased weight below, value). */
function durationParts(duration: DurationModel, all: readonly DurationModel[]): [number, number, number][] {
  if (duration.kind === "mixture") {
    const biased = normalise(duration.weights.map((weight, n) => weight * meanTicks(all[duration.parts[n]!]!, all)));
    let plain = 0;
    let long = 0;
    return duration.parts.map((part, n) => {
      plain += duration.weights[n]!;
      long += biased[n]!;
      return [plain, long, part];
    });
  }
  if (duration.kind === "empirical") {
    const { p, value } = duration;
    const biased = normalise(p.slice(1).map((q, n) => ((q - p[n]!) * (value[n]! + value[n + 1]!)) / 2));
    let below = 0;
    return p.map((q, n) => {
      if (n > 0) below += biased[n - 1]!;
      return [q, below, value[n]!];
    });
  }
  return [];
}

function normalise(weights: number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => (sum > 0 ? weight / sum : 0));
}
