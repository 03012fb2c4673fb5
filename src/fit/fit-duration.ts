// The law of a duration from its lengths: every family's likeliest law, the best of them by Akaike's criterion, how well it fits and
// what is not known of it.

import { normalQuantile } from "../results/normal.js";
import { fixed, forever, parametric, tabular } from "./candidate.js";
import { BELOW_CLOCK, cautionsOf, NOTHING_SEEN, neverEnded, noneEnded } from "./cautions.js";
import { criterionOf, type Fit, fitFamily } from "./fit-family.js";
import type { Candidate, FittedDuration } from "./fitted.js";
import { type Goodness, goodnessOf } from "./goodness.js";
import { CONFIDENCE, type Interval, intervals, logMeanInterval } from "./intervals.js";
import { band, kaplanMeier } from "./kaplan-meier.js";
import { empirical } from "./laws/empirical.js";
import { exponential, exponentialLaw } from "./laws/exponential.js";
import type { LawFamily } from "./laws/law.js";
import { lognormal } from "./laws/lognormal.js";
import { mixtures } from "./laws/mixture.js";
import { pareto } from "./laws/pareto.js";
import { weibull } from "./laws/weibull.js";
import { writeExact, writeSpan } from "./laws/write-time.js";
import type { Lengths } from "./lengths.js";
import { coarse, LONGEST, type Sample, sampleOf, total } from "./sample.js";

const SINGLES: readonly LawFamily[] = [exponential, lognormal, weibull, pareto];
/** A law of fewer parameters is taken before one whose criterion is less by no more than this: the odds are e to 1 at most. */
const AS_GOOD = 2;
/** Mixtures are tried where the best law so far is less likely than this to be as far from the data. */
const MIXED_BELOW = 0.01;
/** A table is taken where no family reaches this, and the best is further than CLOSE from the data. */
const REJECTED_BELOW = 0.001;
const CLOSE = 0.01;
/** Lengths that differ by less are one length: a timer's. */
const SAME = 0.005;
const CURVE_POINTS = 500;
const LOG_RATE = -Math.log(1 - CONFIDENCE);

/** `resolution`: steps of the recording's clock in ns. Never throws: what is missing or absurd is said in `cautions`. */
export function fitDuration(lengths: Lengths, { resolution }: { resolution: number }): FittedDuration {
  const sample = sampleOf(lengths, resolution);
  const common = { counts: countsOf(sample), curve: curveOf(sample) };
  return { ...common, ...(trivial(sample, lengths) ?? fitted(sample)) };
}

type Found = Omit<FittedDuration, "counts" | "curve">;

function countsOf({ whole, cutAtEnd, cutAtStart, throughout }: Sample): FittedDuration["counts"] {
  return {
    whole: total(whole),
    cutAtEnd: total(cutAtEnd),
    cutAtStart: total(cutAtStart),
    throughout: total(throughout),
  };
}

function curveOf({ whole, cutAtEnd }: Sample): FittedDuration["curve"] {
  const z = normalQuantile(0.95);
  const steps = kaplanMeier(whole, cutAtEnd);
  const every = Math.ceil(steps.length / CURVE_POINTS);
  return steps
    .filter((_, j) => (steps.length - 1 - j) % every === 0)
    .map((step) => ({ length: step.at, survival: step.survival, ...band(step, z) }));
}

function alone(best: Candidate, mean: FittedDuration["mean"], cautions: string[]): Found {
  return { best, candidates: [best], goodness: null, mean, cautions };
}

/** What needs no fit: nothing seen, nothing ended, all alike. */
function trivial(sample: Sample, lengths: Lengths): Found | undefined {
  if (sample.ended + total(sample.cutAtEnd) + total(sample.throughout) === 0)
    return alone(fixed(0, 0, 0, 0), null, [NOTHING_SEEN]);
  if (sample.ended === 0) return endless(sample);
  return timer(sample, lengths);
}

function endless(sample: Sample): Found {
  const low = Math.min(LONGEST, sample.seen) / LOG_RATE;
  const mean = { value: Infinity, low, high: Infinity };
  const exponentialInput = (mean: number) => ({ exponential: writeSpan(mean) });
  if (total(sample.cutAtEnd) === 0)
    return alone(forever(sample.seen, exponentialInput), mean, [neverEnded(sample, low)]);
  const value = Math.min(LONGEST, Math.max(1, sample.seen));
  const law = exponentialLaw(value);
  const best: Candidate = {
    ...forever(sample.seen, exponentialInput),
    family: "exponential",
    parameters: [{ name: "mean", value, low, high: null }],
    law: exponentialInput(value),
    survival: (length) => Math.exp(law.logSurvival(length)),
    mean: value,
  };
  return alone(best, { value, low, high: Infinity }, [noneEnded(sample)]);
}

/** All whole lengths within a step of the clock or half a percent of each other, and none cut that is longer. */
function timer({ whole, cutAtEnd, cutAtStart, throughout, step }: Sample, lengths: Lengths): Found | undefined {
  const first = whole[0];
  if (first === undefined || total(whole) < 2) return undefined;
  const value = Math.min(LONGEST, lengths.whole.sum / lengths.whole.n);
  const slack = Math.max(step, SAME * value);
  const apart = middle(whole.at(-1)!) - middle(first);
  const longest = Math.max(...[...cutAtEnd, ...throughout].map(({ at }) => at), ...cutAtStart.map(({ low }) => low), 0);
  if (!(apart <= slack && longest <= value + slack)) return undefined;
  const cautions = value < step / 2 ? [BELOW_CLOCK] : [];
  const [low, high] = [first.low, whole.at(-1)!.high];
  return alone(fixed(value, low, high, fixedLaw(value)), { value, low, high }, cautions);
}

function middle({ low, high }: { low: number; high: number }): number {
  return (low + high) / 2;
}

/** Fixed times are whole us: a few of them, whose rest would be seen, are now one more and now one less. */
function fixedLaw(value: number): Candidate["law"] {
  const below = Math.floor(value / 1e3);
  const rest = value / 1e3 - below;
  const nearest = Math.round(value / 1e3);
  if (below < 1 || Math.abs(nearest - value / 1e3) <= SAME * nearest) return writeExact(value);
  return {
    mixture: [
      { weight: Number((1 - rest).toPrecision(6)), duration: writeExact(below * 1e3) },
      { weight: Number(rest.toPrecision(6)), duration: writeExact((below + 1) * 1e3) },
    ],
  };
}

function fitted(sample: Sample): Found {
  const cells = coarse(sample);
  const tests = new Map<Fit, Goodness | null>();
  const tested = (fit: Fit) => {
    if (!tests.has(fit)) tests.set(fit, goodnessOf(fit, sample));
    return tests.get(fit)!;
  };
  let fits = ranked(fitsOf(SINGLES, cells));
  if (fits.length === 0) return alone(fixed(0, 0, 0, 0), null, [NOTHING_SEEN]);
  for (const families of mixtures)
    if (below(tested(fits[0]!), MIXED_BELOW)) fits = ranked([...fits, ...fitsOf(families, cells)]);
  const best = fits[0]!;
  const goodness = tested(best);
  const poor =
    goodness !== null && goodness.distance > CLOSE && fits.every((fit) => below(tested(fit), REJECTED_BELOW));
  const table = poor ? empirical(sample) : null;
  const sides = fits.map((fit) => intervals(fit, sample.ended, fit !== best || table !== null));
  const candidates = fits.map((fit, k) => parametric(fit, sides[k]!));
  if (table) {
    const candidate = tabular(table);
    const cautions = cautionsOf(sample, candidate, goodness, table.mean, table);
    return { best: candidate, candidates: [candidate, ...candidates], goodness: null, mean: table.mean, cautions };
  }
  const mean = meanOf(best, sides[0]!, sample.ended);
  const cautions = cautionsOf(sample, candidates[0]!, goodness, mean, null);
  return { best: candidates[0]!, candidates, goodness, mean, cautions };
}

function fitsOf(families: readonly LawFamily[], cells: Sample): Fit[] {
  return families.map((family) => fitFamily(family, cells)).filter((fit) => fit !== undefined);
}

function below(goodness: Goodness | null, p: number): boolean {
  return goodness !== null && goodness.p < p;
}

/** By Akaike's criterion, and before the best the simplest that is as good. */
function ranked(fits: readonly Fit[]): Fit[] {
  const sorted = [...fits].sort((a, b) => criterionOf(a) - criterionOf(b));
  const least = sorted[0];
  if (least === undefined) return [];
  const simplest = sorted
    .filter((fit) => criterionOf(fit) <= criterionOf(least) + AS_GOOD)
    .reduce((simple, fit) => (fit.point.length < simple.point.length ? fit : simple));
  return [simplest, ...sorted.filter((fit) => fit !== simplest)];
}

function meanOf(best: Fit, sides: readonly Interval[], ended: number): FittedDuration["mean"] {
  const { low, high } = logMeanInterval(best, sides, ended);
  if (low === null && high === null) return null;
  return {
    value: best.law.mean,
    low: low === null ? 0 : Math.exp(low),
    high: high === null ? Infinity : Math.exp(high),
  };
}
