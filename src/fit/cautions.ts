// What a reader has to know before trusting a fitted law, in sentences.

import type { Candidate, FittedDuration } from "./fitted.js";
import type { Empirical } from "./laws/empirical.js";
import { LONGEST, type Sample, total } from "./sample.js";

const FEW = 30;
const POOR = 0.01;
const VAGUE = 3;
const MUCH = 0.02;
const TICK = 1000;

export const NOTHING_SEEN = "nothing was seen of it: it is taken to last no time";
export const BELOW_CLOCK = "all were shorter than a step of the recording's clock: it is taken to last no time";

export function neverEnded(sample: Sample, meanLow: number): string {
  return `none ended in the ${duration(sample.longest)} that the recording saw of it at most: it is taken to last for ever, and may end every ${duration(meanLow)} (99%) of those ${duration(sample.seen)} in all`;
}

export function noneEnded(sample: Sample): string {
  return `some began and none ended in the ${duration(sample.seen)} that was seen of it: it is taken to end once in so long`;
}

/** Of a law that was fitted. `goodness`: the likeliest family's, also where a table took its place. */
export function cautionsOf(
  sample: Sample,
  best: Candidate,
  goodness: FittedDuration["goodness"],
  mean: FittedDuration["mean"],
  table: Empirical | null,
): string[] {
  const cautions: string[] = [];
  const { ended } = sample;
  if (ended < FEW) cautions.push(`only ${count(ended)} ended: the law is one of many that would do`);
  if (total(sample.whole) === 0)
    cautions.push("none was seen from beginning to end: fitted to what the recording's ends cut off");
  if (sample.longest >= LONGEST)
    cautions.push("lengths of more than 365 days count as 365 days, the longest that a scenario may say");
  if (mean && !(mean.high / mean.low < VAGUE ** 2))
    cautions.push(
      `its mean is not known: anything from ${duration(mean.low)} to ${duration(mean.high)} would do (99%)`,
    );
  if (best.family !== "empirical" && goodness && goodness.p < POOR)
    cautions.push(
      `${best.family} is the best of the laws and does not fit: ${percent(goodness.distance)} off the data at its worst, p ${goodness.p < 0.001 ? "< 0.001" : goodness.p.toPrecision(1)}`,
    );
  if (table && goodness) cautions.push(tableCaution(table, goodness.distance));
  else if (best.mean < Infinity) {
    const beyond = best.survival(sample.longest);
    if (beyond > MUCH)
      cautions.push(
        `${percent(beyond)} of its lengths are longer than any that was seen: there the law is an extrapolation`,
      );
  }
  if (best.survival(TICK / 2) < 0.5)
    cautions.push("most are below 1 us, the simulator's tick: a simulated one lasts at least that");
  return cautions;
}

function tableCaution({ extrapolated, tailShape }: Empirical, distance: number): string {
  const law = tailShape === null ? "an exponential tail" : `a Pareto tail of shape ${tailShape.toPrecision(3)}`;
  const heavy = tailShape !== null && tailShape <= 1 ? ", so heavy that it has no mean of its own" : "";
  return `no family fits (p < 0.001 each; the likeliest law is ${percent(distance)} off at its worst): a table of what was seen, and beyond it ${law}${heavy}; ${percent(extrapolated)} of its lengths are longer than any that was seen`;
}

function percent(share: number): string {
  return `${(100 * share).toPrecision(2)}%`;
}

function count(n: number): string {
  return String(Math.round(10 * n) / 10);
}

function duration(ns: number): string {
  if (!(ns < Infinity)) return "any time";
  const [size, unit] = [[1e9, "s"] as const, [1e6, "ms"] as const, [1e3, "us"] as const].find(
    ([size]) => ns >= size,
  ) ?? [1, "ns"];
  return `${Number((ns / size).toPrecision(3))} ${unit}`;
}
