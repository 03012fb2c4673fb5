// What a comparison found, as pictures: differences of quantiles with their intervals, and how often which policy is the faster.

import type { Comparison } from "../../results/result.js";
import { difference, percent } from "../format.js";
import { element } from "../svg.js";
import { type DotRow, dotPlot } from "./dots.js";
import { type Drawing, type Figure, fitted, SMALL, type Style, textWidth, words } from "./figure.js";
import { seriesColour } from "./theme.js";

const SHOWN_MAX = 6; // the table has all

/** `order`: policies as the run has them, whose marks they bear. Undefined where all differences are censored. */
export function differenceFigure(comparisons: readonly Comparison[], order: readonly string[]): Figure | undefined {
  const rows = comparisons.slice(0, SHOWN_MAX).flatMap((one) => differences(one, Math.max(0, order.indexOf(one.b))));
  if (rows.length === 0) return undefined;
  return {
    name: "differences",
    title: "Differences, with 95% intervals",
    caption: "Of means and quantiles, on the same replicas; left of the line the first-named policy is faster.",
    description: rows.map(({ label, value }) => `${label}: ${difference(value ?? 0)}.`).join(" "),
    draw: (style) => dotPlot(rows, style, "difference of times"),
  };
}

function differences({ a, b, meanMs, quantilesMs }: Comparison, series: number): DotRow[] {
  const pair = `${b} less ${a}`;
  const shown = quantilesMs.filter(({ p }) => p === 0.5 || p === 0.99);
  return [{ label: `mean, ${pair}`, series, ...meanMs }]
    .concat(shown.map(({ p, ...estimate }) => ({ label: `p${100 * p}, ${pair}`, series, ...estimate })))
    .filter(({ value }) => value !== null);
}

const ROW = 44;

export function fasterFigure(comparisons: readonly Comparison[]): Figure | undefined {
  const shown = comparisons.slice(0, SHOWN_MAX);
  if (shown.length === 0) return undefined;
  return {
    name: "faster",
    title: "Which is faster, replica by replica",
    caption:
      "The same hosts under both policies: shares of replicas in which the one, neither, or the other completes earlier.",
    description: shown.map(describe).join(" "),
    draw: (style) => ({
      height: shown.length * ROW,
      children: shown.flatMap((comparison, i) => shares(comparison, i * ROW, style)),
    }),
  };
}

function describe({ a, b, faster, equal, slower }: Comparison): string {
  return `${b} faster than ${a} in ${percent(faster.value ?? 0)}, equal in ${percent(equal)}, slower in ${percent(slower)}.`;
}

function shares({ a, b, faster, equal, slower }: Comparison, top: number, style: Style): Drawing["children"] {
  const { theme, width } = style;
  const parts = [
    { share: faster.value ?? 0, name: `${b} faster`, fill: seriesColour(0, theme), ink: theme.surface },
    { share: equal, name: "equal", fill: theme.grid, ink: theme.ink },
    { share: slower, name: `${a} faster`, fill: seriesColour(1, theme), ink: theme.surface },
  ];
  let x = 0;
  return [
    words(style, 0, top + 13, fitted(`${b} or ${a}`, width, 13), { "font-weight": 600 }),
    ...parts.flatMap(({ share, name, fill, ink }) => {
      const left = x;
      const length = share * width;
      x += length;
      if (length <= 0) return [];
      const label = fitted(`${name} ${percent(share)}`, length - 8, SMALL);
      const bar = element("rect", { x: left, y: top + 19, width: Math.max(0.8, length - 0.8), height: 18, fill });
      return length < textWidth("100%") + 8
        ? [bar]
        : [bar, words(style, left + 5, top + 32, label, { "font-size": SMALL, fill: ink })];
    }),
  ];
}
