// The normal law's tails in logarithms, relative error below 1e-11: what log-normal laws are made of.

const LOG_ROOT_TWO_PI = 0.9189385332046727;
/** From here on Laplace's continued fraction, cut off after 24 terms, is exact; below it Hart's ratio is to 1 in 10^11. */
const FAR = 4;
const FRACTIONS = 24;

// J. F. Hart et al., "Computer Approximations" (1968), algorithm 5666, by which G. West, "Better Approximations to Cumulative Normal
// Functions", Wilmott Magazine (2005).
const NUMERATOR = [
  0.0352624965998911, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931,
  220.206867912376,
];
const DENOMINATOR = [
  0.0883883476483184, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831,
  793.826512519948, 440.413735824752,
];

/** log P(Z > z) for a standard normal Z. */
export function logNormalTail(z: number): number {
  if (z < 0) return Math.log1p(-Math.exp(logUpperTail(-z)));
  return logUpperTail(z);
}

function logUpperTail(z: number): number {
  return -0.5 * z * z + Math.log(scaledTail(z));
}

/** Tail over density. */
export function logMills(z: number): number {
  return logNormalTail(z) + 0.5 * z * z + LOG_ROOT_TWO_PI;
}

/** log of the standard normal density. */
export function logNormalDensity(z: number): number {
  return -0.5 * z * z - LOG_ROOT_TWO_PI;
}

/** P(Z > z) exp(z^2 / 2), for z >= 0. */
function scaledTail(z: number): number {
  if (z < FAR) return polynomial(NUMERATOR, z) / polynomial(DENOMINATOR, z);
  let fraction = z;
  for (let k = FRACTIONS; k >= 1; k--) fraction = z + k / fraction;
  return Math.exp(-LOG_ROOT_TWO_PI) / fraction;
}

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (const coefficient of coefficients) sum = sum * x + coefficient;
  return sum;
}
