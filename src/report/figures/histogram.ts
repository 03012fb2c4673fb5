// When transitions complete: a row a policy, bins of equal width on one logarithmic axis, kpatch's deadlines across.

import type { PolicyResult } from "../../results/result.js";
import type { Bucket } from "../../results/words.js";
import { type BinAxis, type Bins, besides, binsOf } from "../bins.js";
import { DEADLINES } from "../deadlines.js";
import { percent } from "../format.js";
import { element } from "../svg.js";
import { axisTitle, gridDown, labelsBelow, logTicks, timeLabel } from "./axes.js";
import { type Drawing, type Figure, fitted, px, SMALL, type Style, textWidth, words } from "./figure.js";
import { seriesShape } from "./marks.js";
import { seriesColour } from "./theme.js";

const BIN_WIDTH = 6;
const LABEL = 20;
const HEIGHT = { few: 56, many: 22 };
const FEW = 12;

export function histogramFigure(results: readonly PolicyResult[], latencies: readonly Bucket[][]): Figure {
  const { axis, bins } = binsOf(results, latencies, 12);
  const marked = deadlinesOn(axis).map((seconds) => `${seconds} s`);
  return {
    name: "histogram",
    title: "When transitions complete",
    caption: `Bars: the share of transitions that complete within each bin of time, the bins equally wide on the logarithmic axis; each row has its own scale, its highest bin is named.${marked.length === 0 ? "" : ` Dashed: kpatch's ${marked.join(" and ")}.`}`,
    description: bins.map((one) => `${one.policy}: ${toldOf(one)}.`).join(" "),
    draw: (style) => draw(results, latencies, style),
  };
}

function toldOf(one: Bins): string {
  const most = Math.max(...one.shares);
  return [...(most === 0 ? [] : [`highest bin ${percent(most)}`]), besides(one)].filter(Boolean).join(", ");
}

function draw(results: readonly PolicyResult[], latencies: readonly Bucket[][], style: Style): Drawing {
  const { axis, bins } = binsOf(results, latencies, Math.max(20, Math.floor(style.width / BIN_WIDTH)));
  const high = bins.length > FEW ? HEIGHT.many : HEIGHT.few;
  const tops = bins.map((_, i) => i * (LABEL + high + 6));
  const bottom = bins.length * (LABEL + high + 6);
  const x = (ms: number) => (style.width * Math.log(ms / axis.fromMs)) / Math.log(axis.toMs / axis.fromMs);
  const ticks = logTicks(axis.fromMs, axis.toMs).map((ms) => ({ at: x(ms), label: timeLabel(ms) }));
  const time = Object.assign((ms: number | null) => x(ms ?? axis.toMs), { ticks });
  return {
    height: bottom + 42,
    children: [
      ...tops.map((top) => gridDown(time, { from: top + LABEL, to: top + LABEL + high }, style)),
      deadlines(deadlinesOn(axis), x, tops, high, style),
      ...bins.flatMap((one, i) => row(one, i, tops[i]!, high, style)),
      ...labelsBelow(time, bottom + 16, style),
      axisTitle(style.width, bottom + 34, "time to completion", style),
    ],
  };
}

/** Across the bars, not the words above them. */
function deadlines(
  seconds: number[],
  x: (ms: number) => number,
  tops: number[],
  high: number,
  { theme }: Style,
): string {
  const d = seconds.flatMap((one) => tops.map((top) => `M${px(x(1000 * one))},${px(top + LABEL)}v${high}`)).join("");
  return element("path", { d, stroke: theme.deadline, "stroke-dasharray": "4 3", "stroke-width": 1.25 });
}

/** Those on the axis, in seconds. */
function deadlinesOn({ fromMs, toMs }: BinAxis): number[] {
  return DEADLINES.map(({ seconds }) => seconds).filter((seconds) => 1000 * seconds > fromMs && 1000 * seconds < toMs);
}

function row(one: Bins, series: number, top: number, high: number, style: Style): string[] {
  const { theme, width } = style;
  const bottom = top + LABEL + high;
  const told = toldOf(one);
  const room = width - textWidth(told, SMALL) - 30;
  return [
    seriesShape(series, 7, top + 10, style),
    words(style, 18, top + 14, fitted(one.policy, room), { "font-weight": 600 }),
    words(style, width, top + 14, told, {
      "font-size": SMALL,
      fill: one.censored > 0 ? theme.warn : theme.faint,
      "text-anchor": "end",
    }),
    element("path", { d: `M0,${bottom + 0.5}H${width}`, stroke: theme.faint, "stroke-width": 0.75 }),
    element("path", { d: barsOf(one.shares, bottom, high, width), fill: seriesColour(series, theme) }),
  ];
}

/** One path: hundreds of rectangles would weigh more than they show. */
function barsOf(shares: number[], bottom: number, high: number, width: number): string {
  const most = Math.max(...shares);
  const step = width / shares.length;
  return shares
    .flatMap((share, i) => {
      if (share === 0) return [];
      const height = Math.max(1, (share / most) * high);
      return [`M${px(i * step)},${px(bottom)}v${px(-height)}h${px(Math.max(1, step - 0.6))}v${px(height)}z`];
    })
    .join("");
}
