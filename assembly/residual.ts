// What is left of a phase found running at a random time, given how much of that has passed: the equilibrium law of renewal theory, whose
// survival function is that of the phase's length, integrated, over its mean. Closed forms (docs/rules.md, 13).

import { leastBeyond, normalBeyond, survival, ticksBeyond, upperGamma } from "./conditional";
import {
  EMPIRICAL,
  EXPONENTIAL,
  firstPart,
  FIXED,
  FOREVER,
  kindOf,
  LOGNORMAL,
  logGamma,
  MIXTURE,
  parameter,
  part,
  partCount,
  power,
  standardExponential,
  UNIFORM,
  WEIBULL,
} from "./distribution";

/** Newton's steps end when they are shorter, in ticks, or there have been so many. */
const STEP_LEAST: f64 = 1 / 256;
const STEPS_MAX: u32 = 1000;

/** Residual in ticks, for the draw w in (0, 1), of which more than `age` ticks have passed. */
export function equilibriumBeyond(duration: u32, age: i64, w: f64): i64 {
  const kind = kindOf(duration);
  const x = leastBeyond(age);
  const a = parameter(duration, 0);
  if (kind == EXPONENTIAL) return ticksBeyond(age, x + a * standardExponential(w));
  if (kind == FIXED) return a >= <f64>FOREVER ? FOREVER : ticksBeyond(age, x + w * (a - x));
  return ticksBeyond(age, excessQuantile(duration, x, (1 - w) * excess(duration, x)));
}

/** Probability that a residual of which more than `age` ticks have passed is longer than `later` ticks. */
export function residualSurvival(duration: u32, age: i64, later: i64): f64 {
  const a = parameter(duration, 0);
  if (kindOf(duration) == FIXED && a >= <f64>FOREVER) return 1;
  return excess(duration, leastBeyond(later)) / excess(duration, leastBeyond(age));
}

/** From where on a length exceeds by so little on average: the function is convex, so that Newton's steps from below never go too far. */
function excessQuantile(duration: u32, x: f64, target: f64): f64 {
  for (let n: u32 = 0; n < STEPS_MAX; n++) {
    const step = (excess(duration, x) - target) / survival(duration, x);
    if (!(step >= STEP_LEAST)) break;
    x += step;
  }
  return x;
}

/** By how much a length exceeds x on average, 0 where it does not: its survival function integrated from x on, in ticks. */
function excess(duration: u32, x: f64): f64 {
  const kind = kindOf(duration);
  const a = parameter(duration, 0);
  const b = parameter(duration, 1);
  if (kind == FIXED) return max(0, a - x);
  if (kind == UNIFORM) return x < a ? (a + b) / 2 - x : x < b ? ((b - x) * (b - x)) / (2 * (b - a)) : 0;
  if (kind == EXPONENTIAL) return a * Math.exp(-x / a);
  if (kind == LOGNORMAL) return lognormalExcess(a, b, x);
  if (kind == WEIBULL) return a * Math.exp(logGamma(1 + 1 / b)) * upperGamma(1 / b, x > 0 ? power(x / a, b) : 0);
  const first = firstPart(duration);
  const count = partCount(duration);
  if (kind == MIXTURE) return mixtureExcess(first, count, x);
  if (kind == EMPIRICAL) return tableExcess(first, count, x);
  return paretoExcess(a, b, parameter(duration, 2), x);
}

function lognormalExcess(median: f64, sigma: f64, x: f64): f64 {
  const mean = median * Math.exp((sigma * sigma) / 2);
  if (x <= 0) return mean;
  const z = Math.log(x / median) / sigma;
  return max(0, mean * normalBeyond(z - sigma) - x * normalBeyond(z));
}

function paretoExcess(low: f64, high: f64, shape: f64, x: f64): f64 {
  const from = min(max(x, low), high);
  const last = power(low / high, shape);
  const exponent = 1 - shape;
  const whole =
    abs(exponent) < 1e-9
      ? low * Math.log(high / from)
      : (power(low, shape) * (power(high, exponent) - power(from, exponent))) / exponent;
  return max(0, low - x) + max(0, whole - last * (high - from)) / (1 - last);
}

function mixtureExcess(first: u32, count: u32, x: f64): f64 {
  let sum: f64 = 0;
  let below: f64 = 0;
  for (let index = first; index < first + count; index++) {
    sum += (part(index, 0) - below) * excess(<u32>part(index, 2), x);
    below = part(index, 0);
  }
  return sum;
}

/** Of a table of (p, value) points: trapezia. */
function tableExcess(first: u32, count: u32, x: f64): f64 {
  let sum = max(0, part(first, 2) - x);
  for (let index = first; index < first + count - 1; index++) {
    const low = part(index, 2);
    const high = part(index + 1, 2);
    if (high <= x || high <= low) continue;
    const from = max(x, low);
    const after = 1 - part(index + 1, 0);
    const before = after + ((part(index + 1, 0) - part(index, 0)) * (high - from)) / (high - low);
    sum += ((before + after) / 2) * (high - from);
  }
  return sum;
}
