// How often the intervals of fits hold what they should: repetitions of a sample whose law is known, each with a seed of its own.

import { fitDuration } from "../../../src/fit/fit-duration.js";
import { fitFamily } from "../../../src/fit/fit-family.js";
import { intervals, logMeanInterval } from "../../../src/fit/intervals.js";
import type { LawFamily } from "../../../src/fit/laws/law.js";
import type { Lengths } from "../../../src/fit/lengths.js";
import { coarse, sampleOf } from "../../../src/fit/sample.js";
import { type Drawn, type Random, randomOf } from "./through-window.js";

export const STEP = 1000;

export interface Case {
  name: string;
  family: LawFamily;
  law: Drawn;
  /** True parameters, as the family's. */
  truth: number[];
}

export interface Coverage {
  repetitions: number;
  /** Lengths that ended, on average. */
  ended: number;
  /** Shares of the intervals that held the truth: of the true family's parameters and mean, and of the mean of the law that was chosen. */
  parameters: number[];
  mean: number;
  chosen: number;
  /** Share of samples whose chosen law is of the true family. */
  recognised: number;
}

export function coverage(
  { family, law, truth }: Case,
  sampler: (law: Drawn, random: Random) => Lengths,
  repetitions: number,
  firstSeed = 1,
): Coverage {
  const held = truth.map(() => 0);
  let [ended, mean, chosen, recognised, fits] = [0, 0, 0, 0, 0];
  for (let k = 0; k < repetitions; k++) {
    const lengths = sampler(law, randomOf(firstSeed + k));
    const sample = sampleOf(lengths, STEP);
    ended += sample.ended / repetitions;
    const all = fitDuration(lengths, { resolution: STEP });
    if (all.mean === null || (all.mean.low <= law.mean && law.mean <= all.mean.high)) chosen++;
    if (all.best.family === family.family) recognised++;
    const fit = fitFamily(family, coarse(sample));
    if (fit === undefined) continue;
    fits++;
    for (const [i, { low, high }] of intervals(fit, sample.ended).entries()) {
      const value = (x: number) => family.parameters[i]!.value(x);
      if ((low === null || value(low) <= truth[i]!) && (high === null || truth[i]! <= value(high))) held[i]!++;
    }
    const { low, high } = logMeanInterval(fit, sample.ended);
    if ((low ?? -Infinity) <= Math.log(law.mean) && Math.log(law.mean) <= (high ?? Infinity)) mean++;
  }
  return {
    repetitions,
    ended,
    parameters: held.map((count) => count / fits),
    mean: mean / fits,
    chosen: chosen / repetitions,
    recognised: recognised / repetitions,
  };
}
