// Weibull laws: survival exp(-(x / scale)^shape). Shape 1 is exponential; below it, what has lasted lasts on.

import { gamma } from "../../scenario/durations.js";
import { logUpperGamma } from "../incomplete-gamma.js";
import { exp, type Law, type LawFamily, logOneLess } from "./law.js";
import { ofLogarithms } from "./lognormal.js";
import { isSpan, writeSpan } from "./write-time.js";

const SHAPE_MIN = 0.05;
const SHAPE_MAX = 100;
const EULER = 0.5772156649015329;
/** Deviation of the logarithm at shape 1. */
const DEVIATION = Math.PI / Math.sqrt(6);

export const weibull: LawFamily = {
  family: "weibull",
  parameters: [
    { name: "scale", value: exp },
    { name: "shape", value: exp },
  ],
  times: [0],
  edges: [],
  endedMin: 8,
  starts: (sample) => {
    const { mean, deviation } = ofLogarithms(sample);
    const shape = Math.min(SHAPE_MAX / 2, Math.max(2 * SHAPE_MIN, DEVIATION / deviation));
    return [[mean + EULER / shape, Math.log(shape)]];
  },
  law: ([logScale = Number.NaN, logShape = Number.NaN]) => {
    const shape = Math.exp(logShape);
    if (!isSpan(Math.exp(logScale)) || !(shape >= SHAPE_MIN && shape <= SHAPE_MAX)) return undefined;
    return weibullLaw(logScale, shape);
  },
  input: ([logScale = Number.NaN, logShape = Number.NaN]) => ({
    weibull: { scale: writeSpan(Math.exp(logScale)), shape: Number(Math.exp(logShape).toPrecision(8)) },
  }),
};

export function weibullLaw(logScale: number, shape: number): Law {
  const logMean = logScale + Math.log(gamma(1 + 1 / shape));
  const hazard = (x: number) => (x <= 0 ? 0 : Math.exp(shape * (Math.log(x) - logScale)));
  return {
    mean: Math.exp(logMean),
    middle: Math.exp(logScale + Math.log(Math.LN2) / shape),
    logSurvival: (x) => -hazard(x),
    logCdf: (x) => logOneLess(-hazard(x)),
    logBeyond: (x) => logMean + logUpperGamma(1 / shape, hazard(x)),
  };
}
