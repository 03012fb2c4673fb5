// The binomial distribution, exactly: what stands behind every interval that klpsim prints. By the regularised
// incomplete beta function, with Loader's saddle-point form of its leading factor ("Fast and Accurate Computation of
// Binomial Probabilities", 2000), which keeps its digits where differences of log-gammas lose them (n beyond 1e6).

/** P(B <= k) for B binomial (n, p). */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return incompleteBeta(n - k, k + 1, 1 - p, p);
}

/** P(B = k) for B binomial (n, p). */
export function binomialPmf(k: number, n: number, p: number): number {
  return Math.exp(logBinomialPmf(k, n, p));
}

/** Its logarithm. */
export function logBinomialPmf(k: number, n: number, p: number): number {
  if (k === 0) return n * Math.log1p(-p);
  if (k === n) return n * Math.log(p);
  return logBinomialTerm(k, n - k, p, 1 - p);
}

/** Clopper-Pearson interval for a probability, at `confidence`, after `successes` in `trials`. */
export function clopperPearson(successes: number, trials: number, confidence = 0.95): { low: number; high: number } {
  const tail = (1 - confidence) / 2;
  const failures = trials - successes;
  return {
    low: successes === 0 ? 0 : betaQuantile(tail, successes, failures + 1),
    high: failures === 0 ? 1 : betaQuantile(1 - tail, successes + 1, failures),
  };
}

/**
 * Ranks, counted from 1, of the order statistics between which the p-quantile of n draws lies at `confidence`
 * (each tail at most half of the rest, for any distribution). 0 and n + 1 stand for "no such draw".
 */
export function quantileRanks(n: number, p: number, confidence = 0.95): { low: number; high: number } {
  const tail = (1 - confidence) / 2;
  // high: the least u with P(B <= u - 1) >= 1 - tail; low: the greatest l with P(B <= l - 1) <= tail.
  const high = 1 + firstInteger(0, n, (k) => binomialCdf(k, n, p) >= 1 - tail);
  const low = firstInteger(0, n, (k) => binomialCdf(k, n, p) > tail);
  return { low, high };
}

/** I_x(a, b) for integers a, b >= 1; y = 1 - x is given so that it keeps its digits near x = 1. */
export function incompleteBeta(a: number, b: number, x: number, y: number): number {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBetaLeft(b, a, y, x);
  return incompleteBetaLeft(a, b, x, y);
}

function incompleteBetaLeft(a: number, b: number, x: number, y: number): number {
  return (b / (a + b)) * binomialTerm(a, b, x, y) * continuedFraction(a, b, x);
}

/** (a+b)! / (a! b!) x^a y^b. */
function binomialTerm(a: number, b: number, x: number, y: number): number {
  return Math.exp(saddlePoint(a, b, x, y)) * Math.sqrt((a + b) / (2 * Math.PI * a * b));
}

function logBinomialTerm(a: number, b: number, x: number, y: number): number {
  return saddlePoint(a, b, x, y) + 0.5 * Math.log((a + b) / (2 * Math.PI * a * b));
}

function saddlePoint(a: number, b: number, x: number, y: number): number {
  const n = a + b;
  return stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * y);
}

/** log n! less Stirling's approximation of it, for integers n >= 1. */
function stirlingError(n: number): number {
  if (n <= 15) {
    let factorial = 1;
    for (let i = 2; i <= n; i++) factorial *= i;
    return Math.log(factorial) - (n + 0.5) * Math.log(n) + n - 0.5 * Math.log(2 * Math.PI);
  }
  const square = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n;
}

/** x log(x / mean) + mean - x, without cancellation where x is near the mean. */
function deviance(x: number, mean: number): number {
  const difference = x - mean;
  if (Math.abs(difference) >= 0.1 * (x + mean)) return x * Math.log(x / mean) - difference;
  const ratio = difference / (x + mean);
  let sum = difference * ratio;
  let power = 2 * x * ratio;
  for (let j = 3; ; j += 2) {
    power *= ratio * ratio;
    const next = sum + power / j;
    if (next === sum) return sum;
    sum = next;
  }
}

/** Lentz's evaluation of the continued fraction of I_x(a, b); about sqrt(max(a, b)) steps left of the mean. */
function continuedFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / notZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; ; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / notZero(1 + even * d);
    c = notZero(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / notZero(1 + odd * d);
    c = notZero(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < 4 * Number.EPSILON) return value;
  }
}

function notZero(value: number): number {
  return Math.abs(value) < Number.MIN_VALUE / Number.EPSILON ? Number.MIN_VALUE / Number.EPSILON : value;
}

/** The x with I_x(a, b) = probability, for integers a, b >= 1, by bisection down to neighbouring doubles. */
function betaQuantile(probability: number, a: number, b: number): number {
  let low = 0;
  let high = 1;
  while (high - low > Number.EPSILON * high) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (incompleteBeta(a, b, middle, 1 - middle) < probability) low = middle;
    else high = middle;
  }
  return high;
}

/** The least integer in low..high that holds, where all after the first do too; `high` is taken to hold. */
function firstInteger(low: number, high: number, holds: (k: number) => boolean): number {
  let first = low;
  let last = high;
  while (first < last) {
    const middle = first + Math.floor((last - first) / 2);
    if (holds(middle)) last = middle;
    else first = middle + 1;
  }
  return first;
}
