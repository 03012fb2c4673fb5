// Figures with their intervals, a row each, around a line at 0: differences, and what would be won.

import { scaleLinear } from "d3-scale";
import type { Estimate } from "../../results/result.js";
import { difference } from "../format.js";
import { element } from "../svg.js";
import { axisTitle, gridDown, labelsBelow, timeLabel } from "./axes.js";
import { type Drawing, fitted, px, SMALL, type Style, textWidth, words } from "./figure.js";
import { seriesShape } from "./marks.js";
import { seriesColour } from "./theme.js";

/** Milliseconds. */
export interface DotRow extends Estimate {
  label: string;
  series: number;
}

const ROW = 24;

export function dotPlot(rows: readonly DotRow[], style: Style, title: string): Drawing {
  const { theme, width } = style;
  const texts = rows.map(({ value }) => (value === null ? "unknown" : difference(value)));
  const textRoom = Math.max(...texts.map((text) => textWidth(text))) + 10;
  const left = Math.min(width * 0.45, Math.max(...rows.map(({ label }) => textWidth(label))) + 12);
  const ends = rows.flatMap(({ value, low, high }) => [value ?? 0, low ?? 0, high ?? 0]);
  const [least, most] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const x = scaleLinear(least === most ? [-1, 1] : [least, most], [left + 8, width - textRoom - 8]).nice(4);
  const bottom = rows.length * ROW + 4;
  const axis = Object.assign((ms: number | null) => x(ms ?? 0), {
    ticks: x.ticks(width < 500 ? 3 : 5).map((ms) => ({ at: x(ms), label: signedLabel(ms) })),
  });
  return {
    height: bottom + 40,
    children: [
      gridDown(axis, { from: 0, to: bottom }, style),
      element("path", { d: `M${px(x(0))},0V${bottom}`, stroke: theme.faint, "stroke-width": 1.5 }),
      ...rows.flatMap((row, i) => [
        words(style, 0, i * ROW + 16, fitted(row.label, left - 8), {}),
        ...dot(row, i * ROW + 12, x, style),
        words(style, width, i * ROW + 16, texts[i]!, { "text-anchor": "end", "font-size": SMALL + 1 }),
      ]),
      ...labelsBelow(axis, bottom + 16, style),
      axisTitle(width - textRoom, bottom + 34, title, style),
    ],
  };
}

function signedLabel(ms: number): string {
  return ms === 0 ? "0" : `${ms > 0 ? "+" : "-"}${timeLabel(Math.abs(ms))}`;
}

/** An end that nothing bounds runs to the edge. */
function dot({ value, low, high, series }: DotRow, y: number, x: (ms: number) => number, style: Style): string[] {
  if (value === null) return [];
  const ends = [low ?? value, high ?? value].map((end) => px(x(end)));
  return [
    element("path", { d: `M${ends[0]},${y}H${ends[1]}`, stroke: seriesColour(series, style.theme), "stroke-width": 2 }),
    seriesShape(series, x(value), y, style),
  ];
}
