// P(T > t) of each policy with its 95% band, both axes logarithmic.

import uPlot from "uplot";
import { seriesMark } from "../../../src/report/series.js";
import type { RunView } from "../protocol.js";
import { banded, type LayerOf, SERIES } from "./banded.js";
import { heightsAt, isWhole, leastOfAll, type Values } from "./columns.js";
import { ink, seriesDash, seriesInk } from "./ink.js";
import { scaledFont } from "./time-plot.js";

const SPACING = 90; // of marks along a curve, in CSS pixels
const DECADES_MAX = 8;

export const ccdfLayer: LayerOf = (policies, view, isHidden) => ({
  ...banded(policies, isHidden, {
    line: (i) => ({ stroke: () => seriesInk(i), width: 2, dash: seriesDash(i) }),
    band: seriesInk,
  }),
  named: true,
  height: (width) => (width < 500 ? 300 : 380),
  y: { distr: 3, range: () => [floorOf(view()), 1.15] },
  yAxis: {
    splits: () => powersFrom(floorOf(view())),
    filter: (_, splits) => splits,
    values: (_, splits) => splits.map(powerLabel),
  },
  values: (columns) => policies.flatMap((_, i) => valuesOf(view(), i, columns, floorOf(view()))),
  draw: (plot) => policies.forEach((policy, i) => isHidden(policy) || marks(plot, i, policies.length)),
});

/** Less than one of the replicas that there will be. */
function floorOf({ total, policies, result }: RunView): number {
  const wanted = Math.max(10, result.replicas, total / Math.max(1, policies.length));
  return Math.max(10 ** -DECADES_MAX, 0.4 / wanted);
}

function powersFrom(floor: number): number[] {
  const decades = Math.floor(-Math.log10(floor));
  return Array.from({ length: decades + 1 }, (_, i) => 10 ** (i - decades));
}

function powerLabel(probability: number): string {
  const power = Math.round(-Math.log10(probability));
  return power <= 3 ? (10 ** -power).toFixed(power) : `1e-${power}`;
}

/** Curve and band end where nobody is left. */
function valuesOf(view: RunView, series: number, columns: number[], floor: number): Values[] {
  const { seconds, above, low, high } = view.policies[series]!.ccdf;
  const { replicas } = view.result.results[series]!;
  if (replicas === 0) return [[], [], []].map(() => columns.map(() => null));
  const below = floor / 2;
  const curve: Values = heightsAt(columns, seconds, above, 1);
  const end = curve.indexOf(0);
  if (end >= 0) curve.fill(null, end + 1).fill(below, end, end + 1);
  const ends = (heights: ArrayLike<number>, before: number) =>
    heightsAt(columns, seconds, heights, before).map((value, column) =>
      end >= 0 && column > end ? null : Math.max(below, value),
    );
  return [curve, ends(low, isWhole(view) ? leastOfAll(replicas) : (low[0] ?? 1)), ends(high, 1)];
}

/** Along the curves, in turns, so that curves that coincide show all their marks. */
function marks(plot: uPlot, series: number, turns: number): void {
  const { ctx, bbox, data } = plot;
  const ratio = uPlot.pxRatio;
  const spacing = Math.max(SPACING, 26 * turns) * ratio;
  const columns = data[0]!;
  const curve = data[SERIES * series + 1] as Values;
  const bottom = bbox.top + bbox.height;
  let along = -(14 * ratio + (spacing * series) / turns);
  let y = bbox.top;
  const step = bbox.width / (columns.length - 1);
  const mark = seriesMark(series);
  ctx.save();
  ctx.font = scaledFont(700);
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineWidth = 3 * ratio;
  ctx.lineJoin = "round";
  ctx.strokeStyle = ink.value.paper;
  ctx.fillStyle = seriesInk(series);
  for (let i = 0; i < curve.length && curve[i] !== null; i++) {
    const to = Math.min(bottom, plot.valToPos(curve[i]!, "y", true));
    const fall = Math.max(0, to - (i === 0 ? to : y));
    const x = bbox.left + i * step;
    along += step + fall;
    y = to;
    if (along < 0) continue;
    const at = Math.max(to - along, to - fall);
    ctx.strokeText(mark, x, at);
    ctx.fillText(mark, x, at);
    along -= spacing;
  }
  ctx.restore();
}
