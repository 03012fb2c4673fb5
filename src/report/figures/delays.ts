// Where the time goes: mean and tail of the latency as stacked parts, and what would be won without a class, a function or a mechanism.

import type { DelayParts, Delays, PolicyResult, WhatIf } from "../../results/result.js";
import { duration } from "../format.js";
import { element } from "../svg.js";
import { type DotRow, dotPlot } from "./dots.js";
import { type Drawing, type Figure, fitted, SMALL, type Style, textWidth, words } from "./figure.js";
import { seriesShape } from "./marks.js";
import { seriesColour } from "./theme.js";

export const PARTS: { part: keyof DelayParts; title: string }[] = [
  { part: "roundMs", title: "until the round that moved the last task" },
  { part: "taskMs", title: "until that task switched" },
  { part: "tryMs", title: "until the try that noticed" },
  { part: "completionMs", title: "completion's own waits" },
];
const BAR = 18;
const ROW = 26;
const LABEL = 64;

export interface Delayed {
  policy: string;
  series: number;
  delays: Delays;
  /** Of all that completed, and of those in the tail if there is one. */
  bars: { label: string; parts: DelayParts }[];
}

/** Those results of which the parts are known. */
export function delayed(results: readonly PolicyResult[]): Delayed[] {
  return results.flatMap(({ policy, delays }, series) => {
    if (!delays?.mean) return [];
    const tail = delays.tail === null ? [] : [{ label: "tail", parts: delays.tail }];
    return [{ policy, series, delays, bars: [{ label: "mean", parts: delays.mean }, ...tail] }];
  });
}

export function delayFigure(results: readonly PolicyResult[]): Figure | undefined {
  const some = delayed(results);
  if (some.length === 0) return undefined;
  const told = some.map(
    ({ policy, bars }) => `${policy}: ${bars.map(({ label, parts }) => `${label} ${listed(parts)}`).join("; ")}.`,
  );
  return {
    name: "delays",
    title: "Where the time goes",
    caption: "Mean over completed transitions, and over those from the 99th percentile on, as the sum of four waits.",
    description: told.join(" "),
    draw: (style) => draw(some, style),
  };
}

function listed(parts: DelayParts): string {
  return PARTS.map(({ part, title }) => `${duration(parts[part])} ${title}`).join(", ");
}

function draw(some: Delayed[], style: Style): Drawing {
  const most = Math.max(...some.flatMap(({ bars }) => bars.map(({ parts }) => total(parts))), 1e-9);
  const key = keyLines(style);
  const height = 24 + 2 * ROW + 6;
  const rows = some.flatMap(({ policy, series, bars }, i) => {
    const top = key.height + i * height;
    return [
      seriesShape(series, 7, top + 11, style),
      words(style, 18, top + 15, fitted(policy, style.width - 18, 14), { "font-weight": 600 }),
      ...bars.flatMap(({ label, parts }, n) => stack(label, parts, top + 24 + n * ROW, most, style)),
    ];
  });
  return { height: key.height + some.length * height, children: [...key.children, ...rows] };
}

function total(parts: DelayParts): number {
  return PARTS.reduce((sum, { part }) => sum + parts[part], 0);
}

/** The parts' numbers, as they are written into the bars, and their names. */
function keyLines(style: Style): Drawing {
  const children = PARTS.flatMap(({ title }, i) => [
    element("rect", { x: 0, y: i * 20 + 2, width: 16, height: 14, fill: seriesColour(i, style.theme) }),
    words(style, 8, i * 20 + 13, String(i + 1), {
      fill: style.theme.surface,
      "text-anchor": "middle",
      "font-size": SMALL,
    }),
    words(style, 24, i * 20 + 13, title),
  ]);
  return { height: PARTS.length * 20 + 10, children };
}

function stack(label: string, parts: DelayParts, top: number, most: number, style: Style): string[] {
  const sum = duration(total(parts));
  const room = style.width - LABEL - textWidth(sum) - 10;
  let x = LABEL;
  const children = PARTS.flatMap(({ part }, i) => {
    const width = (parts[part] / most) * room;
    const left = x;
    x += width;
    if (width <= 0) return [];
    const number = words(style, left + width / 2, top + BAR / 2 + 4, String(i + 1), {
      fill: style.theme.surface,
      "text-anchor": "middle",
      "font-size": SMALL,
    });
    const fill = seriesColour(i, style.theme);
    const rect = element("rect", { x: left, y: top, width: Math.max(0.8, width - 0.8), height: BAR, fill });
    return width > 12 ? [rect, number] : [rect];
  });
  return [words(style, 18, top + BAR / 2 + 4, label), ...children, words(style, x + 8, top + BAR / 2 + 4, sum)];
}

export function whatIfFigure(results: readonly PolicyResult[]): Figure | undefined {
  const rows = delayed(results).flatMap(({ policy, series, delays }) =>
    delays.whatIf.map(
      ({ without, p99Ms }): DotRow => ({
        label: results.length === 1 ? withoutWhat(without) : `${policy}: ${withoutWhat(without)}`,
        series,
        ...p99Ms,
      }),
    ),
  );
  if (rows.every(({ value }) => value === null)) return undefined;
  return {
    name: "what-if",
    title: "What would be won",
    caption:
      "How much the 99th percentile falls if something were not there, by the same replicas again; bars: 95% intervals. Right of the line: time won.",
    description: rows.map(({ label, value }) => `${label}: ${value === null ? "unknown" : duration(value)}.`).join(" "),
    draw: (style) => dotPlot(rows, style, "less at p99"),
  };
}

export function withoutWhat({ kind, name }: WhatIf["without"]): string {
  return kind === "class"
    ? `without class ${name}`
    : kind === "function"
      ? `without ${name}() patched`
      : `without ${name}`;
}
