// Exponential laws: what ends as likely in the next instant however long it has lasted. Its residual is itself.

import { exp, type Law, type LawFamily, logOneLess } from "./law.js";
import { isSpan, writeSpan } from "./write-time.js";

export const exponential: LawFamily = {
  family: "exponential",
  parameters: [{ name: "mean", value: exp }],
  times: [0],
  edges: [],
  endedMin: 1,
  starts: ({ seen, ended }) => [[Math.log(seen / ended)]],
  law: ([logMean = Number.NaN]) => (isSpan(Math.exp(logMean)) ? exponentialLaw(Math.exp(logMean)) : undefined),
  input: ([logMean = Number.NaN]) => ({ exponential: writeSpan(Math.exp(logMean)) }),
};

export function exponentialLaw(mean: number): Law {
  const logMean = Math.log(mean);
  return {
    mean,
    middle: mean * Math.LN2,
    logSurvival: (x) => -x / mean,
    logCdf: (x) => logOneLess(-x / mean),
    logBeyond: (x) => logMean - x / mean,
  };
}
