// Figures of a policy that a condition can name: their estimates and intervals. Of what lies beyond the horizon only a bound is known.

import { quantileRanks } from "../results/binomial.js";
import { DISTURBANCES } from "../results/counts.js";
import { rankOf } from "../results/distribution.js";
import type { Outcomes } from "../results/outcomes.js";
import { type Side, share, total } from "./compare-policies.js";
import { orderStatistic } from "./completions.js";
import { meanEstimate, type Spread, spread, spreadOfColumn } from "./paired-mean.js";
import { firstOf } from "./paired-quantiles.js";
import { exactly, type Range } from "./range.js";

export const COUNTED = [
  "mean",
  "censored",
  "disturbance",
  ...DISTURBANCES,
  "tries",
  "rounds",
  "violations",
  "warnings",
  "gaveUp",
] as const;

export type Figure =
  | { name: "quantile"; p: number }
  | { name: "later"; ms: number }
  | { name: (typeof COUNTED)[number] };

/** As messages list them. */
export const FIGURE_WORDS = ["p50", "p90", "p95", "p99", "p99.9", "P(>60s)", ...COUNTED];

/** What a figure is measured in: milliseconds or nothing. */
export type Kind = "time" | "number";

export function kindOf({ name }: Figure): Kind {
  return name === "quantile" || name === "mean" ? "time" : "number";
}

/** The estimate, a range where only bounds are known, and its interval (95%, over all looks of a run with stopping rules). */
export interface Measured {
  estimate: Range;
  interval: Range;
}

const TICKS_PER_MS = 1000;

/** Times in milliseconds, shares of 1, disturbance, tries and rounds per transition, violations and the like over all replicas. */
export function measure(figure: Figure, side: Side, horizonMs: number): Measured {
  switch (figure.name) {
    case "quantile":
      return quantile(side, figure.p, horizonMs);
    case "later":
      return later(side, figure.ms, horizonMs);
    case "mean":
      return mean(side, horizonMs);
    case "censored":
      return shareOf(side.completions.censored, side);
    case "disturbance":
      return ofSpread(disturbanceSpread(side.outcomes), side);
    case "tries":
    case "rounds":
      return ofSpread(spreadOfColumn(side.outcomes[figure.name]), side);
    case "violations":
    case "warnings":
    case "gaveUp":
      return certainly(total(side.outcomes.counters[figure.name]));
    default:
      return ofSpread(spreadOfColumn(side.outcomes.counters[figure.name]), side);
  }
}

/** Guest exits, EINTRs and IPIs of a transition. */
export function disturbanceSpread({ counters: { guestExits, eintr, ipis } }: Outcomes): Spread {
  return spread(ipis.length, (row) => guestExits[row]! + eintr[row]! + ipis[row]!);
}

function quantile({ completions, confidence }: Side, p: number, horizonMs: number): Measured {
  const n = completions.sorted.length;
  const at = (rank: number) => orderStatistic(completions, rank) / TICKS_PER_MS;
  const beyond = (ms: number) => Math.min(horizonMs, Math.max(0, ms));
  const value = at(rankOf(p, n));
  const ranks = quantileRanks(n, p, confidence);
  return {
    estimate: { low: beyond(value), high: value },
    interval: { low: beyond(at(ranks.low)), high: at(ranks.high) },
  };
}

function later(side: Side, ms: number, horizonMs: number): Measured {
  const { sorted, censored } = side.completions;
  if (ms <= horizonMs) return shareOf(sorted.length - firstOf(sorted, Math.floor(ms * TICKS_PER_MS) + 1), side);
  const { estimate, interval } = shareOf(censored, side);
  return { estimate: { low: 0, high: estimate.high }, interval: { low: 0, high: interval.high } };
}

/** With censored replicas the mean is that with the horizon in their place, or more. */
function mean(side: Side, horizonMs: number): Measured {
  const { byReplica, censored } = side.completions;
  const horizon = horizonMs * TICKS_PER_MS;
  const measured = ofSpread(
    spread(byReplica.length, (row) => Math.min(byReplica[row]!, horizon)),
    side,
    TICKS_PER_MS,
  );
  if (censored === 0) return measured;
  const { estimate, interval } = measured;
  return { estimate: { ...estimate, high: Infinity }, interval: { ...interval, high: Infinity } };
}

function shareOf(count: number, { completions, confidence }: Side): Measured {
  const { value, low, high } = share(count, completions.byReplica.length, confidence);
  return { estimate: exactly(value), interval: { low, high } };
}

function ofSpread(of: Spread, { confidence }: Side, unit = 1): Measured {
  const { value, low, high } = meanEstimate(of, unit, confidence);
  return { estimate: exactly(value!), interval: { low: low ?? -Infinity, high: high ?? Infinity } };
}

/** What is counted, not estimated. */
function certainly(value: number): Measured {
  return { estimate: exactly(value), interval: exactly(value) };
}
