// Curves and bars at a plot's columns: however long they are, a value a pixel is all that can be seen.

import type { Bars, RunView } from "../protocol.js";

/** Seconds. */
export interface Span {
  from: number;
  to: number;
}

export type Values = (number | null)[];

const SECONDS_MIN = 1e-6; // a tick
const HORIZON_SHOWN = 150; // of one that nobody came to

/** From a little before the quickest transition to a little after the slowest. */
export function spanOf({ policies, result, horizonSeconds }: RunView): Span {
  let [quickest, slowest] = [1, 1];
  for (const { ccdf } of policies) {
    const first = ccdf.seconds.find((seconds) => seconds > 0);
    if (first !== undefined) quickest = Math.min(quickest, first);
    slowest = Math.max(slowest, ccdf.seconds.at(-1) ?? 0);
  }
  const someLeft = result.results.some(({ censored }) => censored > 0);
  const horizon = horizonSeconds ?? HORIZON_SHOWN;
  const last = Math.max(slowest, someLeft ? horizon : Math.min(horizon, HORIZON_SHOWN));
  const from = Math.max(SECONDS_MIN, quickest / 1.25);
  return { from, to: Math.max(last * 1.08, from * 4) };
}

/** As many times, in equal ratios. */
export function columnsOf({ from, to }: Span, count: number): number[] {
  const step = Math.log(to / from) / (count - 1);
  return Array.from({ length: count }, (_, i) => (i === count - 1 ? to : from * Math.exp(i * step)));
}

/** How high a staircase is just after each of `columns`; in front of its first step `before`. */
export function heightsAt(
  columns: readonly number[],
  seconds: ArrayLike<number>,
  heights: ArrayLike<number>,
  before: number,
): number[] {
  let next = 0;
  return columns.map((column) => {
    while (next < seconds.length && seconds[next]! <= column) next++;
    return next === 0 ? before : heights[next - 1]!;
  });
}

/** Whether the whole distribution is known, not only what a file's result says of it. */
export function isWhole({ horizonSeconds }: RunView): boolean {
  return horizonSeconds !== null;
}

/** P(T > t) of a policy just after a time, with its 95% interval: the exact one at the times that the result asks for. */
export function oddsAt(view: RunView, series: number, time: number): { above: number; low: number; high: number } {
  const asked = view.result.results[series]!.exceed.find(({ seconds }) => seconds === time);
  if (asked?.probability != null) return { above: asked.probability, low: asked.low!, high: asked.high! };
  const { seconds, above, low, high } = view.policies[series]!.ccdf;
  let [first, last] = [0, seconds.length];
  while (first < last) {
    const middle = (first + last) >> 1;
    if (seconds[middle]! <= time) first = middle + 1;
    else last = middle;
  }
  if (first > 0) return { above: above[first - 1]!, low: low[first - 1]!, high: high[first - 1]! };
  const { replicas } = view.result.results[series]!;
  return { above: 1, low: isWhole(view) ? leastOfAll(replicas) : (low[0] ?? 0), high: 1 };
}

/** Where the 95% interval (Clopper and Pearson's) begins when all of so many are later. */
export function leastOfAll(replicas: number): number {
  return 0.025 ** (1 / replicas);
}

/** The bars' shares at each of `columns`; null where there is no bar. */
export function sharesAt(columns: readonly number[], { edges, shares }: Bars): Values {
  let next = 0;
  return columns.map((column) => {
    while (next < edges.length && edges[next]! <= column) next++;
    return next === 0 || next > shares.length ? null : shares[next - 1]!;
  });
}
