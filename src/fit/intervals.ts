// Intervals of a fit's parameters and of its mean, by profile likelihood: what a parameter may be without the likelihood, at the best
// of all others, falling by more than chance makes it. Where an interval is narrow the likelihood is its parabola.
//
// Laws of two and more parameters have Student's quantile in the normal one's place, with as many degrees of freedom as lengths that
// ended less parameters: of 30 lengths the normal one holds 98%, Student's 99% (test/src/fit/coverage.ts measures it). At an edge twice
// the fall has the law of chi squared with two degrees, not one.

import { student } from "../analyse/paired-mean.js";
import { normalQuantile } from "../results/normal.js";
import { curvature } from "./curvature.js";
import type { Fit } from "./fit-family.js";
import { cholesky, inverseOf, type Matrix } from "./matrix.js";
import { minimise, type Objective } from "./minimise.js";
import { LONGEST } from "./sample.js";

export const CONFIDENCE = 0.99;
const NORMAL = normalQuantile(CONFIDENCE);
const EDGE_FALL = -Math.log(1 - CONFIDENCE);
/** Half-widths, in logarithms, up to which the parabola will do. */
const NARROW = 0.15;
const DOUBLINGS = 12;
const HALVINGS = 6;
const CLIMBS = 3;
const DIFFERENCE = 0.01;
const SEARCH_STEP = 0.1;
/** No longer time can be said: what may be so long has no end to be known. */
const NO_END = Math.log(LONGEST) - 0.01;

export interface Interval {
  low: number | null;
  high: number | null;
}

/** Of every coordinate of the fit, as coordinates; null where there is no end to it. `quick`: by the parabola at the top alone. */
export function intervals(fit: Fit, ended: number, quick = false): Interval[] {
  const profile = profileOf(fit.misfit, fit.point, fit.free, fit.covariance);
  const score = scoreOf(fit, ended);
  const { edges } = fit.family;
  return fit.point.map((_, i) => {
    if (!edges.includes(i)) return topInterval(profile, i, score, quick ? Infinity : edges.length > 0 ? 0 : NARROW);
    return quick ? { low: null, high: null } : edgeInterval(profile, i, ended);
  });
}

/** Of the logarithm of the mean. `sides`: the coordinates' own. */
export function logMeanInterval(fit: Fit, sides: readonly Interval[], ended: number): Interval {
  if (fit.family.edges.length > 0) return boxInterval(fit, sides);
  const { family, point, free } = fit;
  const first = family.times[0]!;
  const shifted = (at: readonly number[], by: number) => at.map((x, i) => (family.times.includes(i) ? x + by : x));
  // The first time stands for the mean: the law is made as long as that says.
  const byMean: Objective = (at) => {
    const law = family.law(at);
    return law === undefined ? Infinity : fit.misfit(shifted(at, at[first]! - law.logBeyond(0)));
  };
  const top = shifted(point, fit.law.logBeyond(0) - point[first]!);
  const local = curvature(byMean, top, -fit.logLikelihood, free);
  const lower = local && cholesky(local.hessian);
  return topInterval(profileOf(byMean, top, free, lower ? inverseOf(lower) : null), first, scoreOf(fit, ended));
}

/** Of a law with edges: the least and the most that its parameters' intervals allow. */
function boxInterval(fit: Fit, sides: readonly Interval[]): Interval {
  const { edges } = fit.family;
  const ends = sides.map(({ low, high }, i) => [low, edges.includes(i) ? (high ?? NO_END) : high]);
  if (ends.flat().includes(null)) return { low: null, high: null };
  const corners = (ends as number[][]).reduce<number[][]>(
    (all, pair) => all.flatMap((corner) => pair.map((end) => [...corner, end])),
    [[]],
  );
  const means = corners.map((corner) => (fit.family.law(corner) ?? fit.law).logBeyond(0));
  return { low: Math.min(...means, fit.law.logBeyond(0)), high: Math.max(...means, fit.law.logBeyond(0)) };
}

function scoreOf({ point }: Fit, ended: number): number {
  return point.length === 1 ? NORMAL : student(NORMAL, Math.max(1, ended - point.length));
}

/** The likelihood's fall from its top, by how far one coordinate is from there and with the others at their best. */
interface Profile {
  fall(i: number, by: number): number;
  point: readonly number[];
  deviation(i: number): number | null;
}

function profileOf(
  f: Objective,
  point: readonly number[],
  free: readonly number[],
  covariance: Matrix | null,
): Profile {
  const value = f(point);
  const place = (i: number) => free.indexOf(i);
  const deviation = (i: number) => (covariance === null ? null : Math.sqrt(covariance[place(i)]![place(i)]!));
  const fall = (i: number, by: number) => {
    const at = [...point];
    at[i]! += by;
    const rest = point.map((_, j) => j).filter((j) => j !== i);
    if (free.length < point.length) return searched(f, at, rest) - value;
    if (covariance === null) return f(at) - value;
    const variances = covariance[i]!;
    for (const j of rest) at[j]! += (by * variances[j]!) / variances[i]!;
    return climbed(f, at, rest, restCovariance(covariance, i, rest)) - value;
  };
  return { fall, point, deviation };
}

/** The least value with the other coordinates anywhere: where there are edges. */
function searched(f: Objective, start: readonly number[], rest: readonly number[]): number {
  const at = [...start];
  const among: Objective = (others) => {
    for (const [k, j] of rest.entries()) at[j] = others[k]!;
    return f(at);
  };
  return minimise(
    among,
    rest.map((j) => start[j]!),
    rest.map(() => SEARCH_STEP),
  ).value;
}

/** What the others vary by while one is held. */
function restCovariance(covariance: Matrix, held: number, rest: readonly number[]): Matrix {
  const shared = covariance[held]!;
  return rest.map((i) => rest.map((j) => covariance[i]![j]! - (shared[i]! * shared[j]!) / shared[held]!));
}

/** The least value near a point by a few of Newton's steps, with the curvature of the top. */
function climbed(f: Objective, start: readonly number[], free: readonly number[], covariance: Matrix): number {
  const at = [...start];
  let value = f(at);
  for (let step = 0; step < CLIMBS && free.length > 0 && value < Infinity; step++) {
    const gradient = free.map((i) => {
      const moved = (by: number) => f(at.map((x, j) => (i === j ? x + by : x)));
      return (moved(DIFFERENCE) - moved(-DIFFERENCE)) / (2 * DIFFERENCE);
    });
    const next = [...at];
    for (const [a, i] of free.entries())
      for (const [b] of free.entries()) next[i]! -= covariance[a]![b]! * gradient[b]!;
    const reached = f(next);
    if (!(reached < value - 0.01)) return Math.min(value, reached);
    for (const [i, x] of next.entries()) at[i] = x;
    value = reached;
  }
  return value;
}

/** `narrow`: the half-width up to which the parabola is taken for the likelihood. */
function topInterval(profile: Profile, i: number, score: number, narrow = NARROW): Interval {
  const deviation = profile.deviation(i);
  if (deviation === null) return { low: null, high: null };
  const top = profile.point[i]!;
  const half = score * deviation;
  if (half < narrow) return { low: top - half, high: top + half };
  const fall = score ** 2 / 2;
  return { low: end(profile, i, -half, fall), high: end(profile, i, half, fall) };
}

function edgeInterval(profile: Profile, i: number, ended: number): Interval {
  const step = EDGE_FALL / ended;
  const high = end(profile, i, step, EDGE_FALL);
  return { low: end(profile, i, -step, EDGE_FALL), high: high !== null && high < NO_END ? high : null };
}

/** Where the likelihood has fallen by so much; null: nowhere within 2^12 steps. Fall's root is near a line. */
function end(profile: Profile, i: number, step: number, enough: number): number | null {
  let inner = 0;
  let outer = step;
  let beyond = profile.fall(i, outer);
  for (let k = 0; !(beyond >= enough); k++) {
    if (k === DOUBLINGS) return null;
    inner = outer;
    outer += step * 2 ** k;
    beyond = profile.fall(i, outer);
  }
  let within = inner === 0 ? 0 : profile.fall(i, inner);
  for (let k = 0; k < HALVINGS; k++) {
    const guess =
      (Math.sqrt(enough) - Math.sqrt(Math.max(0, within))) / (Math.sqrt(beyond) - Math.sqrt(Math.max(0, within)));
    const at = beyond < Infinity && k < HALVINGS - 2 ? inner + (outer - inner) * guess : (inner + outer) / 2;
    const fall = profile.fall(i, at);
    if (Math.abs(fall - enough) < 0.02 * enough) return profile.point[i]! + at;
    if (fall < enough) [inner, within] = [at, fall];
    else [outer, beyond] = [at, fall];
  }
  return profile.point[i]! + outer;
}
