// Axes of pictures: logarithmic ones with places of their own for nothing and for what lies beyond, linear ones, and their labels.

import { scaleLinear, scaleLog } from "d3-scale";
import { whole } from "../format.js";
import { element } from "../svg.js";
import { px, SMALL, type Style, textWidth, words } from "./figure.js";

/** From value to pixel, with the values worth a label. */
export interface Axis {
  (value: number | null): number;
  ticks: { at: number; label: string }[];
}

export interface Span {
  from: number;
  to: number;
}

const LANE = 34; // for what has no place on a logarithmic axis

/**
 * A logarithmic axis over the positive ones of `values`; if there are any, 0 stands left (or below) of it under `0`, and null beyond its
 * end under `beyond`.
 */
export function logAxis(
  values: readonly (number | null)[],
  { from, to }: Span,
  shown: (value: number) => string,
  beyond: string,
): Axis {
  const positive = values.filter((value): value is number => value !== null && value > 0);
  const towards = Math.sign(to - from);
  const first = values.includes(0) ? from + towards * LANE : from;
  const last = values.includes(null) ? to - towards * LANE : to;
  const [low, high] = positive.length === 0 ? [1, 10] : widened(Math.min(...positive), Math.max(...positive));
  const scale = scaleLog([low, high], [first, last]).clamp(true);
  const axis = (value: number | null) => {
    if (value === null) return to - (towards * LANE) / 3;
    return value > 0 ? scale(value) : from + (towards * LANE) / 3;
  };
  const ticks =
    positive.length === 0 ? [] : logTicks(low, high).map((value) => ({ at: scale(value), label: shown(value) }));
  if (values.includes(0)) ticks.unshift({ at: axis(0), label: "0" });
  if (values.includes(null)) ticks.push({ at: axis(null), label: beyond });
  return Object.assign(axis, { ticks });
}

/** Room around the extremes, at least a factor of two. */
function widened(low: number, high: number): [number, number] {
  return high > 2 * low ? [low / 1.15, high * 1.15] : [low / 2, high * 2];
}

export function linearAxis(most: number, { from, to }: Span, shown: (value: number) => string): Axis {
  const scale = scaleLinear([0, most > 0 ? most : 1], [from, to]).nice(4);
  const axis = (value: number | null) => (value === null ? to : scale(value));
  return Object.assign(axis, { ticks: scale.ticks(4).map((value) => ({ at: scale(value), label: shown(value) })) });
}

/** 1, 2 and 5 of each decade; decades alone, or some of them, where that would be many. */
export function logTicks(low: number, high: number): number[] {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const step = Math.max(1, Math.ceil((last - first) / 8));
  const digits = last - first > 4 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let decade = first; decade <= last; decade += step) {
    ticks.push(...digits.map((digit) => Number(`${digit}e${decade}`)).filter((tick) => tick >= low && tick <= high));
  }
  return ticks;
}

/** `5 ms`, `0.5 s`, `20 s`, `20,000 s`, `1e9 s`: times as an axis has them, in ms. */
export function timeLabel(ms: number): string {
  if (ms < 1) return `${Number((1000 * ms).toPrecision(3))} us`;
  if (ms < 1000) return `${Number(ms.toPrecision(3))} ms`;
  const seconds = Number((ms / 1000).toPrecision(3));
  if (seconds < 1000) return `${seconds} s`;
  return seconds < 1e6 ? `${whole(seconds)} s` : `${plainExponent(seconds)} s`;
}

/** `0.01`, `0.25`, `100`, `1e-6`. */
export function plainLabel(value: number): string {
  if (value !== 0 && (value < 0.001 || value >= 1e6)) return plainExponent(value);
  return Number(value.toPrecision(3)).toLocaleString("en-US", { maximumFractionDigits: 6 });
}

function plainExponent(value: number): string {
  return value
    .toExponential()
    .replace("e+", "e")
    .replace(/(\.\d\d)\d+/, "$1");
}

/** Labels under an axis, as many as fit without touching; the last is the one to keep where it names what lies beyond. */
export function labelsBelow(axis: Axis, y: number, style: Style): string[] {
  const children: string[] = [];
  let free = -6;
  for (const { at, label } of axis.ticks) {
    const half = textWidth(label, SMALL) / 2;
    const x = Math.min(at, style.width - half);
    if (x - half < free) continue;
    free = x + half + 8;
    children.push(words(style, x, y, label, { "font-size": SMALL, fill: style.theme.faint, "text-anchor": "middle" }));
  }
  return children;
}

/** Labels left of an axis, from the bottom up. */
export function labelsLeft(axis: Axis, x: number, style: Style): string[] {
  const children: string[] = [];
  let free = Number.POSITIVE_INFINITY;
  for (const { at, label } of [...axis.ticks].sort((a, b) => b.at - a.at)) {
    if (at > free) continue;
    free = at - 14;
    children.push(
      words(style, x, at + 4, label, { "font-size": SMALL, fill: style.theme.faint, "text-anchor": "end" }),
    );
  }
  return children;
}

export function gridAcross(axis: Axis, { from, to }: Span, { theme }: Style): string {
  return element("path", {
    d: axis.ticks.map(({ at }) => `M${px(from)},${px(at)}H${px(to)}`).join(""),
    stroke: theme.grid,
  });
}

export function gridDown(axis: Axis, { from, to }: Span, { theme }: Style): string {
  return element("path", {
    d: axis.ticks.map(({ at }) => `M${px(at)},${px(from)}V${px(to)}`).join(""),
    stroke: theme.grid,
  });
}

/** What an axis measures, at its end. */
export function axisTitle(x: number, y: number, title: string, style: Style, anchor = "end"): string {
  return words(style, x, y, title, { "font-size": SMALL, fill: style.theme.faint, "text-anchor": anchor });
}
