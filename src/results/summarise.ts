// Counts of a policy's replicas -> what the run's JSON says of them (docs/design.md, 5).

import { MECHANISMS, type Model } from "../scenario/model.js";
import { clopperPearson } from "./binomial.js";
import { type Counts, type CountsLayout, DISTURBANCES, type HistogramLayout } from "./counts.js";
import { digest } from "./digest.js";
import { describe, milliseconds, type Recorded } from "./distribution.js";
import { portable } from "./metrics.js";
import type { BlameShare, Disturbance, Exceedance, PolicyResult, StuckShare } from "./result.js";
import { whereabouts } from "./whereabouts.js";
import { Words } from "./words.js";

const TICKS_PER_SECOND = 1_000_000;

/** The results entry of one policy, from the merged counts of all its replicas (at least one); intervals hold at `confidence`. */
export function summarise(
  counts: Counts,
  layout: CountsLayout,
  model: Model,
  policy: string,
  confidence = 0.95,
): PolicyResult {
  const words = new Words(counts, layout);
  const replicas = words.at(layout.replicas);
  return {
    policy,
    replicas,
    censored: words.at(layout.censored),
    latencyMs: describe(
      recorded(words, layout.latency, { min: counts.latencyMin, max: counts.latencyMax }),
      confidence,
    ),
    lastSwitchMs: describe(
      recorded(words, layout.lastSwitch, { min: counts.lastSwitchMin, max: counts.lastSwitchMax }),
      confidence,
    ),
    exceed: model.exceedTicks.map((ticks, i) =>
      exceedance(ticks, words.at(layout.exceed + i), { replicas, horizon: model.horizon, confidence }),
    ),
    blame: blame(words, model),
    stuck: stuck(words, model),
    disturbance: disturbance(words, replicas),
    violations: words.counter("violations"),
    warnings: words.counter("warnings"),
    gaveUp: words.counter("gaveUp"),
    tries: { mean: words.at(layout.tries) / replicas },
    rounds: { mean: words.at(layout.rounds) / replicas },
    worst: counts.worst.map(({ replica, ticks }) => ({ replica, latencyMs: milliseconds(ticks) })),
    digest: digest(counts),
  };
}

function recorded(words: Words, histogram: HistogramLayout, ends: Pick<Recorded, "min" | "max">): Recorded {
  return {
    ...ends,
    replicas: words.at(words.layout.replicas),
    sum: words.at(histogram.sum),
    squares: words.squares(histogram),
    buckets: words.rangedBuckets(histogram),
  };
}

interface Trials {
  replicas: number;
  horizon: number;
  confidence: number;
}

function exceedance(ticks: number, later: number, { replicas, horizon, confidence }: Trials): Exceedance {
  const seconds = ticks / TICKS_PER_SECOND;
  if (ticks > horizon) return { seconds, probability: null, low: null, high: null };
  const { low, high } = clopperPearson(later, replicas, confidence);
  return { seconds, probability: later / replicas, low: portable(low), high: portable(high) };
}

function blame(words: Words, model: Model): BlameShare[] {
  const { layout } = words;
  const entries: BlameShare[] = [];
  for (let phase = 0; phase <= layout.phaseCount; phase++) {
    MECHANISMS.forEach((mechanism, i) => {
      const count = words.at(layout.blame + phase * MECHANISMS.length + i);
      if (count > 0) entries.push({ ...whereabouts(phase, model), mechanism, share: count });
    });
  }
  return toShares(entries);
}

function stuck(words: Words, model: Model): StuckShare[] {
  const { layout } = words;
  const entries: StuckShare[] = [];
  for (let phase = 0; phase <= layout.phaseCount; phase++) {
    const count = words.at(layout.stuck + phase);
    if (count > 0) entries.push({ ...whereabouts(phase, model), share: count });
  }
  return toShares(entries);
}

/** Turns counts into shares of their sum, largest first; equal ones keep the model's order. */
function toShares<Entry extends { share: number }>(entries: Entry[]): Entry[] {
  const sum = entries.reduce((total, entry) => total + entry.share, 0);
  return entries.sort((a, b) => b.share - a.share).map((entry) => ({ ...entry, share: entry.share / sum }));
}

function disturbance(words: Words, replicas: number): Disturbance {
  const means = DISTURBANCES.map((name) => [name, words.counter(name) / replicas]);
  return Object.fromEntries(means) as Disturbance;
}
