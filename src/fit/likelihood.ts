// The likelihood of lengths of which each is known to a cell, seen through a window: Lengths says why the four kinds differ.

import { type Law, type LawFamily, logIntegral, logOneLess } from "./laws/law.js";
import { dot } from "./matrix.js";
import type { Objective } from "./minimise.js";
import type { Cell, Sample } from "./sample.js";

/** Whatever is seen of a law that rules it out counts as this. */
const IMPOSSIBLE = -1e12;

/** A family's likelihood of a sample, by point. */
export interface Likelihood {
  /** What a fit makes small: the negative log likelihood, Infinity outside of the family's bounds. */
  misfit: Objective;
  /** The log probability of each cell and cut; null outside of the bounds. */
  terms(point: readonly number[]): number[] | null;
  /** How many lengths each of the terms has. */
  counts: number[];
}

export function likelihoodOf(family: LawFamily, sample: Sample): Likelihood {
  const { whole, cutAtEnd, cutAtStart, throughout } = sample;
  const counts = [...whole, ...cutAtEnd, ...cutAtStart, ...throughout].map(({ count }) => count);
  const terms = (point: readonly number[]) => {
    const law = family.law(point);
    return law === undefined ? null : logProbabilities(law, sample);
  };
  const misfit = (point: readonly number[]) => {
    const all = terms(point);
    return all === null ? Infinity : -dot(all, counts);
  };
  return { misfit, terms, counts };
}

/** Of whole lengths P(in its cell), of those cut at their end S, of residuals the equilibrium law's likewise. */
export function logProbabilities(law: Law, { whole, cutAtEnd, cutAtStart, throughout }: Sample): number[] {
  const logMean = law.logBeyond(0);
  const terms = wholeTerms(law, whole);
  for (const { at } of cutAtEnd) terms.push(possible(law.logSurvival(at)));
  for (const { low, high } of cutAtStart) terms.push(possible(logIntegral(law, low, high) - logMean));
  for (const { at } of throughout) terms.push(possible(law.logBeyond(at) - logMean));
  return terms;
}

/** Cells mostly begin where the one before ends. */
function wholeTerms(law: Law, whole: readonly Cell[]): number[] {
  const { middle } = law;
  const tail = (x: number) => (x < middle ? law.logCdf(x) : law.logSurvival(x));
  const terms: number[] = [];
  let last = Number.NaN;
  let lastTail = 0;
  for (const { low, high } of whole) {
    const from = low === last ? lastTail : tail(low);
    const to = tail(high);
    if (high < middle) terms.push(possible(to + logOneLess(from - to)));
    else if (low >= middle) terms.push(possible(from + logOneLess(to - from)));
    else terms.push(possible(Math.log1p(-Math.exp(from) - Math.exp(to))));
    last = high;
    lastTail = to;
  }
  return terms;
}

function possible(log: number): number {
  return Number.isNaN(log) ? IMPOSSIBLE : Math.max(log, IMPOSSIBLE);
}
