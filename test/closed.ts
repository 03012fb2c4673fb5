// Duration laws in closed form, written without a look at the sampler: what samples and whole transitions are judged by.

/** A duration's kind and parameters in the order of the engine's table. */
export interface Law {
  kind: string;
  parameters: number[];
}

/** A law as functions of x: distribution, share of the mean below x (the length-biased distribution), mean. */
export interface Closed {
  cdf(x: number): number;
  biased(x: number): number;
  mean: number;
}

const erfc = (x: number): number => {
  // Continued fraction far out, series near the centre: Abramowitz and Stegun 7.1.14 and 7.1.6.
  if (x < 0) return 2 - erfc(-x);
  if (x < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; n < 120; n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = x;
  for (let n = 80; n >= 1; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / (fraction * Math.sqrt(Math.PI));
};
const phi = (z: number) => erfc(-z / Math.SQRT2) / 2;

/** Stirling's series after a shift to 25 and more. */
const gamma = (x: number): number => {
  let shift = 1;
  let y = x;
  while (y < 25) shift *= y++;
  return (
    Math.exp((y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * y) - 1 / (360 * y ** 3)) / shift
  );
};
/** Regularised lower incomplete gamma by its power series (Abramowitz and Stegun 6.5.29); all terms positive. */
const gammaP = (a: number, x: number): number => {
  if (x <= 0) return 0;
  if (x > 60) return 1;
  let term = Math.exp(-x + a * Math.log(x)) / gamma(a + 1);
  let sum = term;
  for (let n = 1; n < 400 && term > 1e-18 * sum; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
};
const clamp = (p: number) => Math.min(1, Math.max(0, p));

export const CLOSED: Record<string, (...p: number[]) => Closed> = {
  uniform: (a, b) => ({
    cdf: (x) => clamp((x - a) / (b - a)),
    biased: (x) => clamp((x * x - a * a) / (b * b - a * a)),
    mean: (a + b) / 2,
  }),
  exponential: (m) => ({
    cdf: (x) => -Math.expm1(-x / m),
    biased: (x) => 1 - Math.exp(-x / m) * (1 + x / m),
    mean: m,
  }),
  lognormal: (m, s) => ({
    cdf: (x) => phi(Math.log(x / m) / s),
    biased: (x) => phi(Math.log(x / m) / s - s),
    mean: m * Math.exp((s * s) / 2),
  }),
  weibull: (l, k) => ({
    cdf: (x) => -Math.expm1(-((x / l) ** k)),
    biased: (x) => gammaP(1 + 1 / k, (x / l) ** k),
    mean: l * gamma(1 + 1 / k),
  }),
  pareto: (low, high, k) => {
    const norm = 1 - (low / high) ** k;
    const part = (x: number) => (k === 1 ? Math.log(x / low) : (x ** (1 - k) - low ** (1 - k)) / (1 - k));
    return {
      cdf: (x) => clamp((1 - (low / x) ** k) / norm),
      biased: (x) => clamp(part(Math.max(low, x)) / part(high)),
      mean: ((k * low ** k) / norm) * part(high),
    };
  },
};
export const closed = (law: Law): Closed => CLOSED[law.kind](...law.parameters);

/** Each part chosen with its weight (weights sum to 1). */
export function mixed(parts: { weight: number; law: Closed }[]): Closed {
  const mean = parts.reduce((sum, { weight, law }) => sum + weight * law.mean, 0);
  return {
    cdf: (x) => parts.reduce((sum, { weight, law }) => sum + weight * law.cdf(x), 0),
    biased: (x) => parts.reduce((sum, { weight, law }) => sum + (weight * law.mean * law.biased(x)) / mean, 0),
    mean,
  };
}

/** Distribution of what is left of a phase found running at a random time: the survival function over the mean, integrated by parts. */
export const residual = (law: Closed, x: number): number => (x * (1 - law.cdf(x))) / law.mean + law.biased(x);

/** Affected sleeps of a task of examples/patch-lite.yaml, in seconds: which share of all sleeps they are, and of what mean. */
type Sleeps = { share: number; mean: number }[];
export const PATCH_LITE = { set: [], sleeps: [{ share: 0.1, mean: 2 }] };

/** P(such a task is a straggler after so many seconds): in user mode or a clean sleep it is switched at once, in an affected sleep when that ends. */
const patchLiteStraggler = (t: number, sleeps: Sleeps): number => {
  const clean = 1 - sleeps.reduce((sum, { share }) => sum + share, 0);
  const cycle = 0.005 + 0.05 * clean + sleeps.reduce((sum, { share, mean }) => sum + share * mean, 0);
  const asleep = sleeps.reduce((sum, { share, mean }) => sum + share * mean * Math.exp(-t / mean), 0);
  const fallsAsleep = sleeps.reduce(
    (sum, { share, mean }) => sum + (share * 200 * (Math.exp(-t / mean) - Math.exp(-200 * t))) / (200 - 1 / mean),
    0,
  );
  return (asleep + 0.005 * (Math.exp(-200 * t) + fallsAsleep)) / cycle;
};

/** P(one at least of so many tasks of it is), so that a try at that time does not complete the transition. */
export const patchLiteLater = (tasks: number, seconds: number, sleeps: Sleeps = PATCH_LITE.sleeps): number =>
  -Math.expm1(tasks * Math.log1p(-patchLiteStraggler(seconds, sleeps)));

/** patch-lite with seldom a sleep of 10 s, as overrides and in closed form. */
export const SELDOM_LONG = {
  set: [
    "workload.task.behaviour.phases.user.next={asleep-clean: 9000, asleep-affected: 999, asleep-long: 1}",
    "workload.task.behaviour.phases.asleep-long={mode: sleep, wait: interruptible, duration: {exponential: 10s}, stack: [pipe_read], next: user}",
  ],
  sleeps: [
    { share: 0.0999, mean: 2 },
    { share: 0.0001, mean: 10 },
  ],
};
