// When transitions complete: a row of bars a policy, each with its own scale, on the time axis of the curves above it.

import uPlot from "uplot";
import { percent } from "../../../src/report/format.js";
import { seriesMark } from "../../../src/report/series.js";
import type { PolicyView, RunView } from "../protocol.js";
import { wilson } from "../wilson.js";
import { banded, type LayerOf } from "./banded.js";
import { sharesAt, type Values } from "./columns.js";
import { ink, seriesInk } from "./ink.js";
import { scaledFont } from "./time-plot.js";

const ROW = 66;
const AXIS = 34;
/** Of a row: the rest is for its name. */
const BARS = 0.64;

export const histogramLayer: LayerOf = (policies, view, isHidden) => {
  const rows = () => policies.filter((policy) => !isHidden(policy));
  /** From the top: row 0 is the first that is shown. */
  const floor = (i: number) => rows().length - 1 - Math.max(0, rows().indexOf(policies[i]!));
  const line = (i: number) => {
    const colour = () => seriesInk(i);
    return { stroke: colour, width: 1, fill: colour, fillTo: () => floor(i), alpha: 0.85 };
  };
  return {
    ...banded(policies, isHidden, { line, band: () => ink.value.text }),
    named: false,
    height: () => Math.max(1, rows().length) * ROW + AXIS,
    y: { range: () => [0, Math.max(1, rows().length)] },
    yAxis: { splits: () => rows().map((_, i) => i), filter: (_, splits) => splits, values: () => [] },
    values: (columns) =>
      view().policies.flatMap((policy, i) => rowOf(policy, view().result.results[i]!.replicas, columns, floor(i))),
    draw: (plot) => policies.forEach((policy, i) => isHidden(policy) || name(plot, view(), i, floor(i))),
  };
};

function rowOf({ histogram }: PolicyView, replicas: number, columns: number[], floor: number): Values[] {
  const shares = sharesAt(columns, histogram);
  const scale = BARS / highest(histogram.shares);
  const at = (share: number) => floor + Math.min(BARS * 1.15, share * scale);
  const ends = shares.map((share) => (share ? wilson(share, replicas) : null));
  return [
    shares.map((share) => (share ? at(share) : null)),
    ends.map((end) => end && at(end.low)),
    ends.map((end) => end && at(end.high)),
  ];
}

function highest(shares: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < shares.length; i++) most = Math.max(most, shares[i]!);
  return most === 0 ? 1 : most;
}

/** Who it is, how high its highest bar, and what is not on the axis. */
function name(plot: uPlot, view: RunView, series: number, floor: number): void {
  const { ctx, bbox } = plot;
  const ratio = uPlot.pxRatio;
  const { policy, replicas, censored } = view.result.results[series]!;
  const top = plot.valToPos(floor + 1, "y", true) + 11 * ratio;
  const { shares } = view.policies[series]!.histogram;
  const told = [
    ...(shares.some((share) => share > 0) ? [`highest bar ${percent(highest(shares))}`] : []),
    ...(replicas === 0 ? ["not yet"] : []),
    ...(censored > 0 ? [`${percent(censored / replicas)} censored`] : []),
  ].join(", ");
  ctx.save();
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  ctx.lineWidth = 5 * ratio;
  ctx.strokeStyle = ink.value.paper;
  const write = (text: string, x: number, colour: string, weight: number) => {
    ctx.font = scaledFont(weight);
    ctx.fillStyle = colour;
    ctx.strokeText(text, x, top);
    ctx.fillText(text, x, top);
    return ctx.measureText(text).width;
  };
  write(seriesMark(series), bbox.left + 2 * ratio, seriesInk(series), 700);
  const end = bbox.left + 18 * ratio + write(policy, bbox.left + 18 * ratio, ink.value.text, 600);
  ctx.font = scaledFont();
  const x = bbox.left + bbox.width - ctx.measureText(told).width;
  if (x > end + 12 * ratio) write(told, x, ink.value.muted, 400);
  ctx.restore();
}
