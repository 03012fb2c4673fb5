// The likelihood of lengths of which each is known to a cell, seen through a window: Lengths says why the four kinds differ.

import { type Law, type LawFamily, logBetween, logIntegral } from "./laws/law.js";
import type { Sample } from "./sample.js";

/** Whatever is seen of a law that rules it out counts as this. */
const IMPOSSIBLE = -1e12;

/** log likelihood: of whole lengths P(in its cell), of those cut at their end S, of residuals the equilibrium law's likewise. */
export function logLikelihood(law: Law, { whole, cutAtEnd, cutAtStart, throughout }: Sample): number {
  const logMean = law.logBeyond(0);
  let sum = 0;
  for (const { low, high, count } of whole) sum += count * possible(logBetween(law, low, high));
  for (const { at, count } of cutAtEnd) sum += count * possible(law.logSurvival(at));
  for (const { low, high, count } of cutAtStart) sum += count * possible(logIntegral(law, low, high) - logMean);
  for (const { at, count } of throughout) sum += count * possible(law.logBeyond(at) - logMean);
  return sum;
}

function possible(log: number): number {
  return Number.isNaN(log) ? IMPOSSIBLE : Math.max(log, IMPOSSIBLE);
}

/** What a fit makes small: Infinity outside of the family's bounds. */
export function misfit(family: LawFamily, sample: Sample): (point: readonly number[]) => number {
  return (point) => {
    const law = family.law(point);
    return law === undefined ? Infinity : -logLikelihood(law, sample);
  };
}
