// How often the intervals of fits hold what they should: repetitions of a sample whose law is known, each with a seed of its own.

import { fitDuration } from "../../../src/fit/fit-duration.js";
import { fitFamily } from "../../../src/fit/fit-family.js";
import { type Interval, intervals, logMeanInterval } from "../../../src/fit/intervals.js";
import { exponential } from "../../../src/fit/laws/exponential.js";
import type { LawFamily } from "../../../src/fit/laws/law.js";
import { lognormal } from "../../../src/fit/laws/lognormal.js";
import { mixtures } from "../../../src/fit/laws/mixture.js";
import { pareto } from "../../../src/fit/laws/pareto.js";
import { weibull } from "../../../src/fit/laws/weibull.js";
import type { Lengths } from "../../../src/fit/lengths.js";
import { coarse, sampleOf } from "../../../src/fit/sample.js";
import * as drawn from "./through-window.js";

export const STEP = 1000;

export interface Case {
  name: string;
  family: LawFamily;
  law: drawn.Drawn;
  /** True parameters, as the family's. */
  truth: number[];
}

const [exponentials, lognormals] = mixtures[0]!;

export const CASES: Case[] = [
  { name: "exponential", family: exponential, law: drawn.exponential(5e6), truth: [5e6] },
  { name: "log-normal, sigma 1", family: lognormal, law: drawn.lognormal(2e6, 1), truth: [2e6, 1] },
  { name: "log-normal, sigma 2", family: lognormal, law: drawn.lognormal(2e6, 2), truth: [2e6, 2] },
  { name: "Weibull, shape 1/2", family: weibull, law: drawn.weibull(4e6, 0.5), truth: [4e6, 0.5] },
  { name: "Weibull, shape 2", family: weibull, law: drawn.weibull(4e6, 2), truth: [4e6, 2] },
  { name: "Pareto, shape 1.5", family: pareto, law: drawn.pareto(1e6, 1e9, 1.5), truth: [1e6, 1e9, 1.5] },
  { name: "Pareto, shape 0.5", family: pareto, law: drawn.pareto(1e6, 1e9, 0.5), truth: [1e6, 1e9, 0.5] },
  {
    name: "mixture of exponentials",
    family: exponentials!,
    law: drawn.mixture([
      { weight: 0.7, law: drawn.exponential(1e6) },
      { weight: 0.3, law: drawn.exponential(2e7) },
    ]),
    truth: [1e6, 2e7, 0.7],
  },
  {
    name: "mixture of log-normals",
    family: lognormals!,
    law: drawn.mixture([
      { weight: 0.7, law: drawn.lognormal(1e6, 0.5) },
      { weight: 0.3, law: drawn.lognormal(1e7, 0.5) },
    ]),
    truth: [1e6, 0.5, 1e7, 0.5, 0.7],
  },
];

export type Sampler = (law: drawn.Drawn, random: drawn.Random) => Lengths;

export const whole =
  (n: number): Sampler =>
  (law, random) =>
    drawn.plainSample(law, n, random, STEP);

/** A recording of so many mean lengths, of tasks that pause as long as they do this. */
export const windowed =
  (means: number, tasks: number): Sampler =>
  (law, random) =>
    drawn.throughWindow(law, law.mean, means * law.mean, tasks, random, STEP);

export interface Coverage {
  /** Lengths that ended, on average. */
  ended: number;
  /** Shares of the 99% intervals that held the truth: of the true family's parameters, and of its mean. */
  parameters: number[];
  mean: number;
  /** Samples of which the family could be fitted. */
  fits: number;
}

/** Of fits of the true family. */
export function coverage({ family, law, truth }: Case, sampler: Sampler, repetitions: number, firstSeed = 1): Coverage {
  const held = truth.map(() => 0);
  let [ended, mean, fits] = [0, 0, 0];
  for (let k = 0; k < repetitions; k++) {
    const sample = sampleOf(sampler(law, drawn.randomOf(firstSeed + k)), STEP);
    ended += sample.ended / repetitions;
    const fit = fitFamily(family, coarse(sample));
    if (fit === undefined) continue;
    fits++;
    const sides = intervals(fit, sample.ended);
    for (const [i, interval] of sides.entries())
      if (holds(interval, truth[i]!, family.parameters[i]!.value)) held[i]!++;
    if (holds(logMeanInterval(fit, sides, sample.ended), law.mean, Math.exp)) mean++;
  }
  return { ended, parameters: held.map((count) => count / fits), mean: mean / fits, fits };
}

/** An open end bounds nothing. */
function holds({ low, high }: Interval, truth: number, value: (coordinate: number) => number): boolean {
  return (low === null || value(low) <= truth) && (high === null || truth <= value(high));
}

/** Of the law that is chosen, whichever it is: share of samples whose mean's interval held the truth, and of those whose family it is. */
export function choices({ family, law }: Case, sampler: Sampler, repetitions: number, firstSeed = 1) {
  let [mean, recognised] = [0, 0];
  for (let k = 0; k < repetitions; k++) {
    const fit = fitDuration(sampler(law, drawn.randomOf(firstSeed + k)), { resolution: STEP });
    if (fit.mean === null || (fit.mean.low <= law.mean && law.mean <= fit.mean.high)) mean++;
    if (fit.best.family === family.family) recognised++;
  }
  return { mean: mean / repetitions, recognised: recognised / repetitions };
}
