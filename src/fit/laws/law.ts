// What a law of lengths is to a likelihood, and what a family of laws is to a fit. Lengths are ns. All in logarithms, which
// keep their digits where probabilities have none left.

import type { DurationInput } from "../../scenario/fields.js";
import type { Family } from "../fitted.js";
import type { Sample } from "../sample.js";

export interface Law {
  readonly mean: number;
  /** About: below it the distribution function has the digits, above it the survival. */
  readonly middle: number;
  /** log P(longer than x). */
  logSurvival(x: number): number;
  /** log P(x or less). */
  logCdf(x: number): number;
  /** Logarithm of the survival's integral from x on: at 0 that of the mean. */
  logBeyond(x: number): number;
}

/** A law is a point: its coordinates are its parameters as logarithms or logits, so that any numbers will do. */
export interface LawFamily {
  readonly family: Family;
  /** By coordinate; `value` rises with it. */
  readonly parameters: readonly { name: string; value(coordinate: number): number }[];
  /** Coordinates that are logarithms of times: all of them moved by c, the law is e^c times as long. */
  readonly times: readonly number[];
  /** Coordinates by which lengths become impossible: the likelihood has an edge there, not a top. */
  readonly edges: readonly number[];
  /** How many lengths have to have ended before it is tried (an assumption: with fewer it fits anything). */
  readonly endedMin: number;
  /** Where a search may begin. */
  starts(sample: Sample): number[][];
  /** undefined: outside what a scenario may say. */
  law(point: readonly number[]): Law | undefined;
  input(point: readonly number[]): DurationInput;
}

/** log(1 - e^x) for x <= 0. */
export function logOneLess(x: number): number {
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}

/** log of the sum of e^x. */
export function logSum(all: readonly number[]): number {
  let most = -Infinity;
  for (const x of all) if (x > most) most = x;
  if (most === -Infinity) return most;
  let sum = 0;
  for (const x of all) sum += x === most ? 1 : Math.exp(x - most);
  return most + Math.log(sum);
}

/** In a cell narrower than this share of what is left beyond it the survival is flat; in others the difference has its digits. */
const LOG_NARROW = Math.log(1e-5);

/** Logarithm of the survival's integral over a cell. */
export function logIntegral(law: Law, low: number, high: number): number {
  const from = law.logBeyond(low);
  const width = Math.log(high - low);
  if (width - from < LOG_NARROW) return width + law.logSurvival((low + high) / 2);
  return from + logOneLess(law.logBeyond(high) - from);
}

export const exp = (coordinate: number) => Math.exp(coordinate);
export const logistic = (coordinate: number) => 1 / (1 + Math.exp(-coordinate));
export const logit = (p: number) => Math.log(p / (1 - p));
