// Bounded Pareto laws: from min to max, density proportional to x^(-shape - 1). Its ends are where the lengths' own are.

import { LONGEST, type Sample, total } from "../sample.js";
import { exp, type Law, type LawFamily, logOneLess } from "./law.js";
import { isSpan, writeSpan } from "./write-time.js";

const SHAPE_MIN = 0.01;
const SHAPE_MAX = 100;

export const pareto: LawFamily = {
  family: "pareto",
  parameters: [
    { name: "min", value: exp },
    { name: "max", value: exp },
    { name: "shape", value: exp },
  ],
  times: [0, 1],
  edges: [0, 1],
  endedMin: 50,
  starts: (sample) => (sample.whole.length < 2 ? [] : FURTHER.map((times) => start(sample, times))),
  law: ([logMin = Number.NaN, logMax = Number.NaN, logShape = Number.NaN]) => {
    const shape = Math.exp(logShape);
    if (!isSpan(Math.exp(logMin)) || !isSpan(Math.exp(logMax)) || !(logMax - logMin > 1e-6)) return undefined;
    return shape >= SHAPE_MIN && shape <= SHAPE_MAX ? paretoLaw(logMin, logMax, shape) : undefined;
  },
  input: ([logMin = Number.NaN, logMax = Number.NaN, logShape = Number.NaN]) => ({
    pareto: {
      min: writeSpan(Math.exp(logMin)),
      max: writeSpan(Math.exp(logMax)),
      shape: Number(Math.exp(logShape).toPrecision(8)),
    },
  }),
};

/** Times the longest: lengths that were cut may have had far to go. */
const FURTHER = [1.001, 10, 1000];

/** From the shortest to so many times the longest; the shape as if there were no end. */
function start({ whole, longest }: Sample, further: number): number[] {
  const first = whole[0]!;
  const least = first.low > 0 ? first.low : first.high / 2;
  const most = Math.min(LONGEST, Math.max(whole.at(-1)!.high, longest) * further);
  const logs = whole.reduce((sum, { low, high, count }) => sum + count * Math.log((low + high) / 2 / least), 0);
  const shape = Math.min(SHAPE_MAX / 2, Math.max(2 * SHAPE_MIN, total(whole) / Math.max(logs, 1e-9)));
  return [Math.log(least), Math.log(most), Math.log(shape)];
}

export function paretoLaw(logMin: number, logMax: number, shape: number): Law {
  const range = logMax - logMin;
  const logMass = logOneLess(-shape * range);
  const reached = (x: number) => (x <= 0 ? -Infinity : Math.log(x) - logMin); // how far above min, in logarithms
  /** log of the survival's integral from min e^t to max. */
  const logRest = (t: number) => {
    const powers = (1 - shape) * (range - t);
    const first = Math.exp((1 - shape) * t) * (Math.abs(powers) < 1e-9 ? range - t : Math.expm1(powers) / (1 - shape));
    const second = Math.exp(-shape * range + t) * Math.expm1(range - t);
    return logMin - logMass + Math.log(Math.max(first - second, Number.MIN_VALUE));
  };
  const mean = Math.exp(logMin) + Math.exp(logRest(0));
  return {
    mean,
    middle: Math.exp(logMin - Math.log1p(-0.5 * Math.exp(logMass)) / shape),
    logSurvival: (x) => {
      const t = reached(x);
      if (t <= 0) return 0;
      return t >= range ? -Infinity : -shape * t + logOneLess(-shape * (range - t)) - logMass;
    },
    logCdf: (x) => {
      const t = reached(x);
      if (t <= 0) return -Infinity;
      return t >= range ? 0 : logOneLess(-shape * t) - logMass;
    },
    logBeyond: (x) => {
      const t = reached(x);
      if (t >= range) return -Infinity;
      return t > 0 ? logRest(t) : Math.log(mean - x);
    },
  };
}
