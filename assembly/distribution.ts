// Durations: each an inverse transform of its draw, so that common random numbers couple; and the equilibrium pair (residual,
// total) of a stationary start, in which a task found in a phase is likelier to be in a long one (length-biased).
// Transcendental functions are the module's own, so results are equal in every engine. Ticks are whole microseconds.

import { COLUMNS } from "./memory";

export const FIXED: u32 = 0; // a: ticks
export const UNIFORM: u32 = 1; // a..b
export const EXPONENTIAL: u32 = 2; // a: mean
export const LOGNORMAL: u32 = 3; // a: median, b: sigma
export const WEIBULL: u32 = 4; // a: scale, b: shape
export const PARETO: u32 = 5; // a: min, b: max, c: shape
export const MIXTURE: u32 = 6; // parts: cumulative weight, cumulative length-biased weight, duration
export const EMPIRICAL: u32 = 7; // parts: p, cumulative length-biased weight up to here, value

/** "Never": times saturate here. */
export const FOREVER: i64 = 1 << 52;

export const DURATION_MAX: u32 = 16384;
export const PART_MAX: u32 = 65536;

// A duration is five words: kind, first part | part count, a, b, c. A part is three.
const DURATION_BYTES: usize = 40;
const PART_BYTES: usize = 24;
export const DURATIONS: usize = COLUMNS;
export const PARTS: usize = DURATIONS + <usize>DURATION_MAX * DURATION_BYTES;
export const DISTRIBUTION_END: usize = PARTS + <usize>PART_MAX * PART_BYTES;

function record(duration: u32): usize {
  assert(duration < DURATION_MAX);
  return DURATIONS + <usize>duration * DURATION_BYTES;
}

export function kindOf(duration: u32): u32 {
  return load<u32>(record(duration));
}

/** Mean of an exponential one, in ticks. */
export function exponentialMean(duration: u32): f64 {
  return parameter(duration, 0);
}

export function parameter(duration: u32, n: usize): f64 {
  return load<f64>(record(duration) + 16 + (n << 3));
}

export function firstPart(duration: u32): u32 {
  return load<u32>(record(duration) + 8);
}

export function partCount(duration: u32): u32 {
  return load<u32>(record(duration) + 12);
}

export function part(index: u32, n: usize): f64 {
  return load<f64>(PARTS + <usize>index * PART_BYTES + (n << 3));
}

/** Writes one duration; the host calls it while a model is loaded. */
export function setDuration(index: u32, kind: u32, first: u32, count: u32, a: f64, b: f64, c: f64): void {
  const at = record(index);
  store<u32>(at, kind);
  store<u32>(at + 8, first);
  store<u32>(at + 12, count);
  store<f64>(at + 16, a);
  store<f64>(at + 24, b);
  store<f64>(at + 32, c);
}

/** Writes one part of a mixture or one point of a table. */
export function setPart(index: u32, a: f64, b: f64, c: f64): void {
  assert(index < PART_MAX);
  const at = PARTS + <usize>index * PART_BYTES;
  store<f64>(at, a);
  store<f64>(at + 8, b);
  store<f64>(at + 16, c);
}

/** Whole ticks of a real number of them: 0 stays 0, anything longer is at least one tick. */
export function ticks(value: f64): i64 {
  if (value <= 0) return 0;
  const rounded = Math.floor(value + 0.5);
  if (rounded >= <f64>FOREVER) return FOREVER;
  // Beside 2^52 its integer bits are the fraction's: 10 cycles less than a conversion that may trap.
  return max<i64>(1, reinterpret<i64>(rounded + <f64>FOREVER) & (FOREVER - 1));
}

/** Always the same, whatever is drawn. */
export function isFixed(duration: u32): bool {
  return kindOf(duration) == FIXED;
}

/** Length of a phase visit in ticks for the draw u in (0, 1). */
export function durationTicks(duration: u32, u: f64): i64 {
  return ticks(quantile(duration, u));
}

/** An exponential of mean 1. */
export function standardExponential(u: f64): f64 {
  return -Math.log(1 - u);
}

/** Probability that one is `e` at most, to the last digits also where it is small. */
export function exponentialCdf(e: f64): f64 {
  if (e > 0.001953125) return 1 - Math.exp(-e);
  return e * (1 - (e / 2) * (1 - (e / 3) * (1 - (e / 4) * (1 - e / 5))));
}

/** The ticks that one of this mean exceeds with probability p. */
export function exceededTicks(meanTicks: f64, p: f64): i64 {
  return ticks(-meanTicks * Math.log(p));
}

/** The Poisson number of this mean, a few at most, for the draw u. */
export function poisson(mean: f64, u: f64): u32 {
  return poissonFrom(Math.exp(-mean), mean, u);
}

/** The same where the probability of none, exp(-mean), is known. */
export function poissonFrom(none: f64, mean: f64, u: f64): u32 {
  let term = none;
  let sum = term;
  let n: u32 = 0;
  while (u >= sum && n < 64) {
    n++;
    term *= mean / <f64>n;
    sum += term;
  }
  return n;
}

/** How many successes of probability p come before the first failure; at most 65536. */
export function geometric(p: f64, u: f64): u32 {
  return p >= 1 ? 65536 : <u32>min(65536, Math.floor(Math.log(u) / Math.log(p)));
}

/** Ticks to the next point of a Poisson process with this mean gap. */
export function exponentialTicks(meanTicks: f64, u: f64): i64 {
  return ticks(meanTicks * standardExponential(u));
}

/** A positive number to a power. Math.pow() has 6 KB of tables to be exact to the last bit, of which ticks need nothing. */
export function power(base: f64, exponent: f64): f64 {
  return Math.exp(exponent * Math.log(base));
}

export function quantile(duration: u32, u: f64): f64 {
  const kind = kindOf(duration);
  const a = parameter(duration, 0);
  const b = parameter(duration, 1);
  if (kind == EXPONENTIAL) return -a * Math.log(1 - u);
  if (kind == FIXED) return a;
  if (kind == UNIFORM) return a + u * (b - a);
  if (kind == LOGNORMAL) return a * Math.exp(b * normalQuantile(u));
  if (kind == WEIBULL) return a * power(-Math.log(1 - u), 1 / b);
  if (kind == PARETO) {
    const shape = parameter(duration, 2);
    return a * power(1 - u * (1 - power(a / b, shape)), -1 / shape);
  }
  if (kind == MIXTURE) {
    const chosen = pickPart(duration, 0, u);
    return quantile(<u32>part(chosen, 2), rescale(duration, chosen, 0, u));
  }
  const segment = tableSegment(duration, 0, u);
  const p = part(segment, 0);
  const low = part(segment, 2);
  return low + ((u - p) / (part(segment + 1, 0) - p)) * (part(segment + 1, 2) - low);
}

/** The part of a mixture whose cumulative weight (column) first exceeds u. */
export function pickPart(duration: u32, column: usize, u: f64): u32 {
  let index = firstPart(duration);
  const last = index + partCount(duration) - 1;
  while (index < last && u >= part(index, column)) index++;
  return index;
}

/** u within the chosen part, again uniform in (0, 1). */
export function rescale(duration: u32, chosen: u32, column: usize, u: f64): f64 {
  const low = chosen == firstPart(duration) ? 0 : part(chosen - 1, column);
  return (u - low) / (part(chosen, column) - low);
}

/** The table's segment [index, index + 1] that holds u in the given column. */
function tableSegment(duration: u32, column: usize, u: f64): u32 {
  let index = firstPart(duration);
  const last = index + partCount(duration) - 2;
  while (index < last && u >= part(index + 1, column)) index++;
  return index;
}

// The last equilibrium residual, the part of its total that is known, and what the rest is drawn from.
let lastResidual: i64 = 0;
let knownTotal: f64 = 0;
let ageMean: f64 = 0;
let ageDraw: f64 = 0;

/** Total length belonging to the last equilibrium residual, in ticks. */
export function equilibriumTotal(): i64 {
  const total = ageMean > 0 ? knownTotal - ageMean * Math.log(1 - ageDraw) : knownTotal;
  return max<i64>(lastResidual, ticks(total));
}

/** Residual in ticks of a phase found running at a random time; equilibriumTotal() is the whole visit's length. */
export function equilibriumResidual(duration: u32, u: f64, v: f64): i64 {
  const kind = kindOf(duration);
  const a = parameter(duration, 0);
  ageMean = 0;
  if (kind == EXPONENTIAL) {
    const residual = -a * Math.log(1 - u);
    settleTotal(residual, residual);
    ageMean = a;
    ageDraw = v;
    return lastResidual;
  }
  if (kind == FIXED) return settleTotal(a >= <f64>FOREVER ? a : a * u, a);
  if (kind == MIXTURE) {
    const chosen = pickPart(duration, 1, u);
    return equilibriumResidual(<u32>part(chosen, 2), rescale(duration, chosen, 1, u), v);
  }
  const total = lengthBiased(duration, kind, u);
  return settleTotal(v * total, total);
}

function settleTotal(residual: f64, total: f64): i64 {
  knownTotal = total;
  lastResidual = ticks(residual);
  return lastResidual;
}

/** Quantile of the length-biased law: density proportional to x f(x). */
export function lengthBiased(duration: u32, kind: u32, u: f64): f64 {
  const a = parameter(duration, 0);
  const b = parameter(duration, 1);
  if (kind == UNIFORM) return Math.sqrt(a * a + u * (b * b - a * a));
  if (kind == LOGNORMAL) return a * Math.exp(b * b + b * normalQuantile(u));
  if (kind == WEIBULL) return a * power(gammaQuantile(1 + 1 / b, u), 1 / b);
  if (kind == PARETO) {
    const exponent = 1 - parameter(duration, 2);
    if (abs(exponent) < 1e-9) return a * power(b / a, u);
    const low = power(a, exponent);
    return power(low + u * (power(b, exponent) - low), 1 / exponent);
  }
  const segment = tableSegment(duration, 1, u);
  const before = part(segment, 1);
  const within = (u - before) / (part(segment + 1, 1) - before);
  const low = part(segment, 2);
  const high = part(segment + 1, 2);
  return Math.sqrt(low * low + within * (high * high - low * low));
}

/** Standard normal quantile, relative error about 1e-16 (M. J. Wichura, Algorithm AS 241, PPND16, 1988). */
export function normalQuantile(p: f64): f64 {
  const q = p - 0.5;
  if (abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    const numerator =
      ((((((r * 2509.0809287301226727 + 33430.575583588128105) * r + 67265.770927008700853) * r +
        45921.953931549871457) *
        r +
        13731.693765509461125) *
        r +
        1971.5909503065514427) *
        r +
        133.14166789178437745) *
        r +
      3.387132872796366608;
    const denominator =
      ((((((r * 5226.495278852545925 + 28729.085735721942674) * r + 39307.89580009271061) * r + 21213.794301586595867) *
        r +
        5394.1960214247511077) *
        r +
        687.1870074920579083) *
        r +
        42.313330701600911252) *
        r +
      1;
    return (q * numerator) / denominator;
  }
  let r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  let value: f64;
  if (r <= 5) {
    r -= 1.6;
    const numerator =
      ((((((r * 7.7454501427834140764e-4 + 0.0227238449892691845833) * r + 0.24178072517745061177) * r +
        1.27045825245236838258) *
        r +
        3.64784832476320460504) *
        r +
        5.7694972214606914055) *
        r +
        4.6303378461565452959) *
        r +
      1.42343711074968357734;
    const denominator =
      ((((((r * 1.05075007164441684324e-9 + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r +
        0.14810397642748007459) *
        r +
        0.68976733498510000455) *
        r +
        1.6763848301838038494) *
        r +
        2.05319162663775882187) *
        r +
      1;
    value = numerator / denominator;
  } else {
    r -= 5;
    const numerator =
      ((((((r * 2.01033439929228813265e-7 + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r +
        0.026532189526576123093) *
        r +
        0.29656057182850489123) *
        r +
        1.7848265399172913358) *
        r +
        5.4637849111641143699) *
        r +
      6.6579046435011037772;
    const denominator =
      ((((((r * 2.04426310338993978564e-15 + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r +
        7.868691311456132591e-4) *
        r +
        0.0148753612908506148525) *
        r +
        0.13692988092273580531) *
        r +
        0.59983220655588793769) *
        r +
      1;
    value = numerator / denominator;
  }
  return q < 0 ? -value : value;
}

/** log Gamma(x) for x > 0 (Stirling's series after a shift to x >= 15; error below 1e-15 relative to the result's scale). */
export function logGamma(x: f64): f64 {
  let shift = 1.0;
  while (x < 15) {
    shift *= x;
    x += 1;
  }
  const w = 1 / (x * x);
  const series = (1.0 / 12 - w * (1.0 / 360 - w * (1.0 / 1260 - w * (1.0 / 1680 - w * (1.0 / 1188))))) / x;
  return (x - 0.5) * Math.log(x) - x + 0.9189385332046727 + series - Math.log(shift);
}

/** Regularised lower incomplete gamma P(a, x): the power series below a + 1, Lentz's continued fraction above. */
export function gammaP(a: f64, x: f64): f64 {
  if (x <= 0) return 0;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < 1000 && term > sum * 1e-17; n++) {
      term *= x / (a + <f64>n);
      sum += term;
    }
    return sum * front;
  }
  return 1 - front * gammaFraction(a, x);
}

/** Q(a, x) divided by its leading factor, for x >= a + 1. */
export function gammaFraction(a: f64, x: f64): f64 {
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < 1000; n++) {
    const an = -(<f64>n) * (<f64>n - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    const delta = d * c;
    h *= delta;
    if (abs(delta - 1) < 1e-16) break;
  }
  return h;
}

/** x with P(a, x) = u: bisection in log x, the tail side measured by the survival function. */
function gammaQuantile(a: f64, u: f64): f64 {
  let low = -745.0;
  let high = 9.0;
  const tail = 1 - u;
  for (let n = 0; n < 90; n++) {
    const middle = 0.5 * (low + high);
    const x = Math.exp(middle);
    const below = x < a + 1 ? gammaP(a, x) < u : Math.exp(a * middle - x - logGamma(a)) * gammaFraction(a, x) > tail;
    if (below) low = middle;
    else high = middle;
  }
  return Math.exp(0.5 * (low + high));
}
