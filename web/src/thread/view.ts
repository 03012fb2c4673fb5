// A simulation as it is drawn: a falling curve with its interval, and bars, for each policy.

import { binsOf } from "../../../src/report/bins.js";
import { type Staircase, staircaseOf } from "../../../src/report/staircase.js";
import type { RunResult } from "../../../src/results/result.js";
import type { Bucket } from "../../../src/results/words.js";
import type { Bars, Curve, PolicyView, RunView } from "../protocol.js";
import { buffersOf, type ReplayView } from "../replay/view.js";
import { wilson } from "../wilson.js";

const BARS = 48;
/** As many as a wide screen has pixels to tell apart. */
const POINTS_MAX = 400;

/** `latencies`: by policy, where they are known; a curve without goes through what the result says of it. */
export function policyViews({ results }: RunResult, latencies?: Bucket[][]): PolicyView[] {
  const all = results.map((result, i) => staircaseOf(result, latencies?.[i]));
  const bars = latencies === undefined ? [] : barsOf(results, latencies);
  return all.map((staircase, i) => ({
    policy: staircase.name,
    ccdf: curveOf(staircase),
    histogram: bars[i] ?? { edges: new Float64Array(), shares: new Float64Array() },
  }));
}

function barsOf(results: RunResult["results"], latencies: Bucket[][]): Bars[] {
  const { axis, bins } = binsOf(results, latencies, BARS);
  const edge = (i: number) => (axis.fromMs * (axis.toMs / axis.fromMs) ** (i / BARS)) / 1000;
  return bins.map(({ shares }) => ({
    edges: Float64Array.from({ length: BARS + 1 }, (_, i) => edge(i)),
    shares: Float64Array.from(shares),
  }));
}

function curveOf({ steps: all, replicas }: Staircase): Curve {
  const steps = thinned(all);
  const above = Float64Array.from(steps, ({ longer }) => longer);
  const intervals = Array.from(above, (share) => wilson(share, replicas));
  return {
    seconds: Float64Array.from(steps, ({ seconds }) => seconds),
    above,
    low: Float64Array.from(intervals, ({ low }) => low),
    high: Float64Array.from(intervals, ({ high }) => high),
  };
}

/** The last of those that lie close together on a logarithmic axis; the slowest, which are far apart, all stay. */
function thinned(steps: Staircase["steps"]): Staircase["steps"] {
  if (steps.length <= POINTS_MAX) return steps;
  const place = (seconds: number) => Math.log(Math.max(seconds, 1e-6));
  const first = place(steps[0]!.seconds);
  const width = (place(steps.at(-1)!.seconds) - first) / POINTS_MAX;
  const cell = (i: number) => Math.floor((place(steps[i]!.seconds) - first) / width);
  return steps.filter((_, i) => i === steps.length - 1 || cell(i) !== cell(i + 1));
}

/** What can be handed over to the page instead of copied. */
export function transferables(message: unknown): Transferable[] {
  if (typeof message !== "object" || message === null) return [];
  if ("spans" in message) return buffersOf(message as ReplayView);
  if (!("policies" in message)) return [];
  const views = (message as RunView).policies;
  return views.flatMap(({ ccdf, histogram }) =>
    ccdf === undefined ? [] : [...Object.values(ccdf), ...Object.values(histogram)].map(({ buffer }) => buffer),
  );
}
