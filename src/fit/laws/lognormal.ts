// Log-normal laws: the logarithm of a length is normal, with mean log median and deviation sigma.

import { logMills, logNormalDensity, logNormalTail } from "../normal-tail.js";
import { type Sample, total } from "../sample.js";
import { exp, type Law, type LawFamily } from "./law.js";
import { isSpan, writeSpan } from "./write-time.js";

const SIGMA_MIN = 0.001;
const SIGMA_MAX = 5;

export const lognormal: LawFamily = {
  family: "lognormal",
  parameters: [
    { name: "median", value: exp },
    { name: "sigma", value: exp },
  ],
  times: [0],
  edges: [],
  endedMin: 8,
  starts: (sample) => {
    const { mean, deviation } = ofLogarithms(sample);
    return [[mean, Math.log(Math.min(SIGMA_MAX / 2, Math.max(2 * SIGMA_MIN, deviation)))]];
  },
  law: ([logMedian = Number.NaN, logSigma = Number.NaN]) => {
    const sigma = Math.exp(logSigma);
    if (!isSpan(Math.exp(logMedian)) || !(sigma >= SIGMA_MIN && sigma <= SIGMA_MAX)) return undefined;
    return lognormalLaw(logMedian, sigma);
  },
  input: ([logMedian = Number.NaN, logSigma = Number.NaN]) => ({
    lognormal: { median: writeSpan(Math.exp(logMedian)), sigma: Number(Math.exp(logSigma).toPrecision(8)) },
  }),
};

export function lognormalLaw(logMedian: number, sigma: number): Law {
  const logMean = logMedian + (sigma * sigma) / 2;
  const standard = (x: number) => (Math.log(x) - logMedian) / sigma;
  return {
    mean: Math.exp(logMean),
    middle: Math.exp(logMedian),
    logSurvival: (x) => (x <= 0 ? 0 : logNormalTail(standard(x))),
    logCdf: (x) => (x <= 0 ? -Infinity : logNormalTail(-standard(x))),
    logBeyond: (x) => (x <= 0 ? logMean : logBeyond(logMean, sigma, x, standard(x))),
  };
}

/** mean P(Z > z - sigma) - x P(Z > z); above the middle by Mills ratios, for both terms have the same density in front of theirs. */
function logBeyond(logMean: number, sigma: number, x: number, z: number): number {
  if (z < 0) return Math.log(Math.exp(logMean + logNormalTail(z - sigma)) - x * Math.exp(logNormalTail(z)));
  return Math.log(x) + logNormalDensity(z) + Math.log(Math.exp(logMills(z - sigma)) - Math.exp(logMills(z)));
}

/** Mean and deviation of the logarithms of the whole lengths; of few, what an exponential law would have. */
export function ofLogarithms({ whole, seen, ended }: Sample): { mean: number; deviation: number } {
  const n = total(whole);
  if (whole.length < 2) return { mean: Math.log(seen / ended), deviation: 1 };
  const logs = whole.map(({ low, high, count }) => ({ log: Math.log((low + high) / 2), count }));
  const mean = logs.reduce((sum, { log, count }) => sum + log * count, 0) / n;
  const squares = logs.reduce((sum, { log, count }) => sum + (log - mean) ** 2 * count, 0);
  return { mean, deviation: Math.sqrt(squares / n) };
}
