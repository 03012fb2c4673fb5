// Kaplan and Meier's survival of lengths of which some are cut ("Nonparametric Estimation from Incomplete Observations", JASA 53, 1958),
// with Greenwood's variance.

import type { Cell, Cut } from "./sample.js";
import { total } from "./sample.js";

export interface Step {
  /** ns: here the survival falls. */
  at: number;
  /** How many lasted until here, and how many of them ended here. */
  atRisk: number;
  ended: number;
  /** From here on. */
  survival: number;
  /** Greenwood's: the variance of log survival. */
  variance: number;
}

/** What ends in a cell does so at its upper end; what is cut within it is still at risk there. */
export function kaplanMeier(ends: readonly Cell[], cuts: readonly Cut[]): Step[] {
  const steps: Step[] = [];
  let atRisk = total(ends) + total(cuts);
  let survival = 1;
  let variance = 0;
  let cut = 0;
  for (const { low, high, count } of ends) {
    for (; cut < cuts.length && cuts[cut]!.at < low; cut++) atRisk -= cuts[cut]!.count;
    const left = Math.max(0, atRisk - count);
    survival *= left / atRisk;
    variance += left > 0 ? count / (atRisk * left) : 0;
    steps.push({ at: high, atRisk, ended: count, survival, variance });
    atRisk = left;
  }
  return steps;
}

/** P(longer than x). */
export function survivalAt(steps: readonly Step[], x: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]!.at <= x) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 1 : steps[low - 1]!.survival;
}

/** Survival with its band at a normal quantile z, on the scale of log(-log S), where it stays between 0 and 1. */
export function band({ survival, variance }: Step, z: number): { low: number; high: number } {
  if (survival <= 0 || survival >= 1) return { low: survival, high: survival };
  const spread = Math.exp((z * Math.sqrt(variance)) / Math.log(survival));
  return { low: survival ** (1 / spread), high: survival ** spread };
}
