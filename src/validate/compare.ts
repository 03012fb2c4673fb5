// One cell's verdict: do the measured and the simulated completion times come from one distribution?

import { fisherExact } from "../analyse/fisher.js";
import { holm } from "../analyse/holm.js";
import { kolmogorovSmirnov } from "../analyse/kolmogorov-smirnov.js";
import { resolutionMs } from "../analyse/resolution.js";
import type { Sample } from "./simulate.js";

/** A quantile in the censored share is null, and so is the maximum if anything is censored. */
export interface Summary {
  n: number;
  censored: number;
  medianMs: number | null;
  p90Ms: number | null;
  maxMs: number | null;
}

export interface Tests {
  /** Null where one side has no completed transition. */
  ks: { d: number | null; p: number | null };
  /** Null where nothing is censored on either side, or everything on both. */
  censoring: { p: number | null };
  /** The cell's own p-value: the smaller one, times the number of tests that could speak. */
  p: number;
}

export const ROWS_LEAST = 5;

export function compare(measured: Sample, simulated: Sample): Tests {
  const both = measured.completedMs.length > 0 && simulated.completedMs.length > 0;
  const ks = both ? kolmogorovSmirnov(measured.completedMs, simulated.completedMs, resolutionMs) : { d: null, p: null };
  const censored = measured.censored + simulated.censored;
  const mixed = censored > 0 && censored < measured.n + simulated.n;
  const censoring = { p: mixed ? fisherExact(measured.censored, measured.n, simulated.censored, simulated.n) : null };
  const spoken = [ks.p, censoring.p].filter((p) => p !== null);
  return { ks, censoring, p: Math.min(1, ...spoken.map((p) => p * spoken.length)) };
}

/** Adjusted over the cells that count, in their order. */
export function adjust(tests: readonly Pick<Tests, "p">[]): number[] {
  return holm(tests.map((test) => test.p));
}

export function summarise({ completedMs, n, censored }: Sample): Summary {
  const sorted = [...completedMs].sort((a, b) => a - b);
  const at = (rank: number): number | null => sorted[rank - 1] ?? null; // ranks past the completed ones are censored
  const low = at(Math.floor((n + 1) / 2));
  const high = at(Math.floor(n / 2) + 1);
  return {
    n,
    censored,
    medianMs: low === null || high === null ? null : round((low + high) / 2),
    p90Ms: round(at(Math.ceil(0.9 * n))),
    maxMs: censored > 0 ? null : round(at(n)),
  };
}

function round(ms: number): number;
function round(ms: number | null): number | null;
function round(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1000) / 1000;
}
