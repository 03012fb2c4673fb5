// Durations given that they are longer than so much: what a branch draws of a phase whose age is known (docs/rules.md, 13). Each kind by
// its survival function in closed form, so that nothing is lost where hardly anything survives.

import {
  EMPIRICAL,
  EXPONENTIAL,
  firstPart,
  FIXED,
  gammaFraction,
  gammaP,
  kindOf,
  LOGNORMAL,
  logGamma,
  MIXTURE,
  normalQuantile,
  parameter,
  PARETO,
  part,
  partCount,
  power,
  quantile,
  standardExponential,
  ticks,
  UNIFORM,
  WEIBULL,
} from "./distribution";

const BELOW_ONE: f64 = 1 - f64.EPSILON;

/** Length in ticks, for the draw w in (0, 1), of a phase that lasts for more than `age` ticks. */
export function durationBeyond(duration: u32, age: i64, w: f64): i64 {
  const x = leastBeyond(age);
  return kindOf(duration) == FIXED ? ticks(parameter(duration, 0)) : ticksBeyond(age, beyond(duration, x, w));
}

/** The same of what exponentialTicks() draws of this mean. */
export function exponentialBeyond(mean: f64, age: i64, w: f64): i64 {
  return ticksBeyond(age, leastBeyond(age) + mean * standardExponential(w));
}

/** The real number from which on a length is rounded to more than `age` ticks. */
export function leastBeyond(age: i64): f64 {
  return age > 0 ? <f64>age + 0.5 : 0;
}

export function ticksBeyond(age: i64, value: f64): i64 {
  return max<i64>(age + 1, ticks(value));
}

/** Quantile, for the draw w, of a length given that it is more than x, in ticks not rounded. */
function beyond(duration: u32, x: f64, w: f64): f64 {
  const kind = kindOf(duration);
  const a = parameter(duration, 0);
  const b = parameter(duration, 1);
  if (kind == FIXED) return a;
  if (kind == EXPONENTIAL) return x + a * standardExponential(w);
  if (kind == UNIFORM) return max(a, x) + w * (b - max(a, x));
  if (kind == LOGNORMAL) return a * Math.exp(-b * normalQuantile((1 - w) * survival(duration, x)));
  if (kind == WEIBULL) return a * power(power(x / a, b) + standardExponential(w), 1 / b);
  if (kind == PARETO) {
    const shape = parameter(duration, 2);
    const last = power(a / b, shape);
    return a * power(last + (1 - w) * (power(a / max(a, x), shape) - last), -1 / shape);
  }
  if (kind == MIXTURE) return mixtureBeyond(duration, x, w);
  const below = 1 - survival(duration, x);
  return quantile(duration, below + w * (1 - below));
}

/** Each part as often as it is what has lasted so long. */
function mixtureBeyond(duration: u32, x: f64, w: f64): f64 {
  let left = w * survival(duration, x);
  const last = firstPart(duration) + partCount(duration) - 1;
  for (let index = firstPart(duration); index <= last; index++) {
    const share = weightBeyond(duration, index, x);
    if (left < share || index == last)
      return share > 0 ? beyond(<u32>part(index, 2), x, min(left / share, BELOW_ONE)) : x;
    left -= share;
  }
  return x;
}

/** Probability that the part is picked and lasts for more than x. */
function weightBeyond(duration: u32, index: u32, x: f64): f64 {
  const below = index == firstPart(duration) ? 0 : part(index - 1, 0);
  return (part(index, 0) - below) * survival(<u32>part(index, 2), x);
}

/** Probability that a length is more than x ticks, not rounded. */
export function survival(duration: u32, x: f64): f64 {
  const kind = kindOf(duration);
  const a = parameter(duration, 0);
  const b = parameter(duration, 1);
  if (kind == FIXED) return a > x ? 1 : 0;
  if (x <= 0) return 1;
  if (kind == EXPONENTIAL) return Math.exp(-x / a);
  if (kind == UNIFORM) return x < a ? 1 : max(0, (b - x) / (b - a));
  if (kind == LOGNORMAL) return normalBeyond(Math.log(x / a) / b);
  if (kind == WEIBULL) return Math.exp(-power(x / a, b));
  if (kind == PARETO) {
    const shape = parameter(duration, 2);
    const last = power(a / b, shape);
    return x < a ? 1 : max(0, (power(a / x, shape) - last) / (1 - last));
  }
  const first = firstPart(duration);
  const count = partCount(duration);
  if (kind == EMPIRICAL) return tableBeyond(first, first + count - 1, x);
  let sum: f64 = 0;
  for (let index = first; index < first + count; index++) sum += weightBeyond(duration, index, x);
  return sum;
}

/** Of a table of (p, value) points. */
function tableBeyond(first: u32, last: u32, x: f64): f64 {
  if (x < part(first, 2)) return 1;
  if (x >= part(last, 2)) return 0;
  let index = first;
  while (part(index + 1, 2) <= x) index++;
  const within = (x - part(index, 2)) / (part(index + 1, 2) - part(index, 2));
  return 1 - part(index, 0) - within * (part(index + 1, 0) - part(index, 0));
}

/** Probability that a standard normal is more than z, to the last digits also where it is small. */
export function normalBeyond(z: f64): f64 {
  const square = (z * z) / 2;
  const tail = 0.5 * upperGamma(0.5, square);
  return z < 0 ? 1 - tail : tail;
}

/** Q(a, x), the rest of P(a, x), to the last digits also where it is small. */
export function upperGamma(a: f64, x: f64): f64 {
  if (x < a + 1) return 1 - gammaP(a, x);
  return Math.exp(a * Math.log(x) - x - logGamma(a)) * gammaFraction(a, x);
}
