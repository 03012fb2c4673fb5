// P(T > t) by policy, both axes logarithmic, with kpatch's deadlines, the horizon, intervals and rare tails. Of many policies a few are
// drawn in colour, the rest in grey.

import type { PolicyResult, RareTail } from "../../results/result.js";
import { DEADLINES } from "../deadlines.js";
import { duration, percent, whole } from "../format.js";
import { shareName } from "../headline.js";
import type { Staircase } from "../staircase.js";
import { element } from "../svg.js";
import { type Axis, axisTitle, gridAcross, gridDown, labelsBelow, labelsLeft, logTicks, timeLabel } from "./axes.js";
import { type Drawing, type Figure, px, SMALL, type Style, textWidth, words } from "./figure.js";
import { type LegendItem, legend, seriesShape } from "./marks.js";
import { seriesColour } from "./theme.js";

/** A policy: its curve, and what the run's JSON says of it. */
export interface Curve {
  staircase: Staircase;
  result: PolicyResult;
}

export const COLOURED_MAX = 8;
const SECONDS_MIN = 1e-6; // a tick
const SECONDS_SHOWN = 100;
const DECADES_MAX = 6; // that counting reaches; rare tails go further
const MARK_SPACING = 70;
const LEFT = 46;
const TOP = 36;

interface Plot {
  style: Style;
  x: (seconds: number) => number;
  y: (probability: number) => number;
  xAxis: Axis;
  yAxis: Axis;
  right: number;
  bottom: number;
  last: number; // seconds
}

export function ccdfFigure(curves: Curve[], horizonSeconds: number | undefined): Figure {
  const exact = curves.every(({ staircase }) => staircase.exact);
  return {
    name: "ccdf",
    title: "P(transition takes longer than t)",
    caption: captionOf(curves, exact),
    description: curves.map(({ result }) => describe(result)).join(" "),
    draw: (style) => draw(curves, horizonSeconds, style),
  };
}

function captionOf(curves: Curve[], exact: boolean): string {
  const sentences = ["Both axes are logarithmic; lower and further left is better."];
  if (!exact) {
    sentences.push(
      "Drawn from quantiles and exceedances: known at the steps, at most this between them. A run directory holds the whole distribution.",
    );
  }
  if (curves.length <= COLOURED_MAX)
    sentences.push("Thin bars: 95% intervals of quantiles (across) and exceedances (down).");
  else sentences.push(`Grey: the other ${curves.length - coloured(curves).length} policies.`);
  const atOnce = curves.filter(
    ({ staircase: { steps } }) => steps.length > 0 && steps.every(({ seconds }) => seconds === 0),
  );
  if (atOnce.length > 0)
    sentences.push(`Complete at once, so without a line: ${atOnce.map(({ result }) => result.policy).join(", ")}.`);
  if (curves.some(({ result }) => result.rare !== undefined)) {
    sentences.push("Large hollow marks with bars: estimated tails beyond what counting reaches.");
  }
  return sentences.join(" ");
}

function describe({ policy, latencyMs, exceed, censored, replicas }: PolicyResult): string {
  const quantiles = latencyMs.quantiles
    .filter(({ p }) => p === 0.5 || p === 0.99)
    .map(({ p, value }) => `${shareName(p)} within ${value === null ? "more than the horizon" : duration(value)}`);
  const tails = exceed.flatMap(({ seconds, probability }) =>
    probability === null ? [] : [`P(> ${seconds} s) ${percent(probability)}`],
  );
  const stuck = censored === 0 ? [] : [`${percent(censored / replicas)} censored`];
  return `${policy}: ${[...quantiles, ...tails, ...stuck].join(", ")}.`;
}

/** Places of the policies drawn in colour: all of a few; of many the first, the quickest and the slowest. */
export function coloured(curves: Curve[]): number[] {
  if (curves.length <= COLOURED_MAX) return curves.map((_, i) => i);
  const byTime = curves.map((_, i) => i).sort((a, b) => p99(curves[a]!) - p99(curves[b]!));
  return [...new Set([0, byTime[0]!, byTime.at(-1)!])].sort((a, b) => a - b);
}

function p99({ result: { latencyMs, censored, replicas } }: Curve): number {
  const value = latencyMs.quantiles.find(({ p }) => p === 0.99)?.value ?? null;
  return value ?? 1e15 * (1 + censored / replicas);
}

function draw(curves: Curve[], horizonSeconds: number | undefined, style: Style): Drawing {
  const plot = plotOf(curves, horizonSeconds, style);
  const shown = coloured(curves);
  const grey = curves.map((_, i) => i).filter((i) => !shown.includes(i));
  const paths = curves.map(({ staircase }, i) => pathOf(staircase, plot, shown.includes(i) ? 0.7 : 5));
  const names: LegendItem[] = shown.map((i) => ({ series: i, label: curves[i]!.result.policy }));
  const below = legend(names, style, plot.bottom + 46);
  return {
    height: plot.bottom + 50 + below.height,
    children: [
      gridAcross(plot.yAxis, { from: LEFT, to: plot.right }, style),
      gridDown(plot.xAxis, { from: TOP, to: plot.bottom }, style),
      ...deadlines(plot, horizonSeconds, curves),
      ...grey.map((i) => line(paths[i]!, style.theme.faint, 0.6)),
      ...shown.map((i) => line(paths[i]!, seriesColour(i, style.theme), 2)),
      ...(curves.length <= COLOURED_MAX ? shown.flatMap((i) => intervals(curves[i]!, i, plot)) : []),
      ...shown.flatMap((i) => (curves[i]!.result.rare ?? []).flatMap((tail) => rareMark(tail, i, plot))),
      ...shown.flatMap((i, n) => marks(paths[i]!, i, n, shown.length, style)),
      ...labelsLeft(plot.yAxis, LEFT - 6, style),
      ...labelsBelow(plot.xAxis, plot.bottom + 16, style),
      axisTitle(plot.right, plot.bottom + 34, "t, since the flags were set", style),
      ...below.children,
    ],
  };
}

function plotOf(curves: Curve[], horizonSeconds: number | undefined, style: Style): Plot {
  const right = style.width - 10;
  const bottom = TOP + (style.width < 500 ? 230 : 320);
  const { first, last } = timesOf(curves, horizonSeconds);
  const decades = decadesOf(curves);
  const x = (seconds: number) =>
    LEFT + ((right - LEFT) * Math.log(Math.max(seconds, first) / first)) / Math.log(last / first);
  const y = (probability: number) =>
    probability <= 0 ? bottom : Math.min(bottom, TOP + ((bottom - TOP) * -Math.log10(probability)) / decades);
  const step = decades > 8 ? 2 : 1;
  const powers = Array.from({ length: Math.floor(decades / step) + 1 }, (_, i) => i * step);
  return {
    style,
    x,
    y,
    right,
    bottom,
    last,
    xAxis: Object.assign((s: number | null) => x(s ?? last), {
      ticks: logTicks(first, last).map((seconds) => ({ at: x(seconds), label: timeLabel(1000 * seconds) })),
    }),
    yAxis: Object.assign((p: number | null) => y(p ?? 0), {
      ticks: powers.map((power) => ({
        at: y(10 ** -power),
        label: power <= 3 ? (10 ** -power).toFixed(power) : `1e-${power}`,
      })),
    }),
  };
}

function timesOf(curves: Curve[], horizonSeconds = SECONDS_SHOWN): { first: number; last: number } {
  const times = curves.flatMap(({ staircase, result }) => [
    ...staircase.steps.map(({ seconds }) => seconds),
    ...(result.rare ?? []).map(({ seconds }) => seconds),
  ]);
  const positive = times.filter((seconds) => seconds > 0);
  const slowest = positive.reduce((most, seconds) => Math.max(most, seconds), Math.min(horizonSeconds, SECONDS_SHOWN));
  const quickest = positive.reduce((least, seconds) => Math.min(least, seconds), 1);
  const first = Math.max(SECONDS_MIN, quickest / 1.25);
  return { first, last: Math.max(slowest * 1.12, first * 4) };
}

function decadesOf(curves: Curve[]): number {
  const replicas = curves.reduce((most, { result }) => Math.max(most, result.replicas), 10);
  const rare = curves.flatMap(({ result }) =>
    (result.rare ?? []).flatMap(({ low, probability }) => low || probability || []),
  );
  const counted = Math.min(DECADES_MAX, Math.ceil(Math.log10(replicas)));
  return Math.max(1, counted, ...rare.map((probability) => Math.min(20, Math.ceil(-Math.log10(probability)))));
}

type Point = [x: number, y: number];

/**
 * The corners of a falling staircase up to the horizon, those closer than `apart` pixels left out. It ends a little below the odds of one
 * replica: what lies lower was not counted.
 */
function pathOf({ steps, censored, replicas }: Staircase, { x, y: heightOf, right }: Plot, apart: number): Point[] {
  const y = (longer: number) => heightOf(longer > 0 ? longer : 1 / (2 * replicas));
  const path: Point[] = [[LEFT, y(steps.filter(({ seconds }) => seconds <= 0).at(-1)?.longer ?? 1)]];
  for (const { seconds, longer } of steps) {
    const [, height] = path.at(-1)!;
    const at = x(seconds);
    const isLast = longer === steps.at(-1)!.longer;
    if (!isLast && at - path.at(-1)![0] < apart && y(longer) - height < apart) continue;
    path.push([at, height], [at, y(longer)]);
  }
  if (censored > 0 || steps.length === 0) path.push([right, path.at(-1)![1]]);
  return path;
}

function line(path: Point[], stroke: string, width: number): string {
  const [[startX, startY], ...rest] = path as [Point, ...Point[]];
  let d = `M${px(startX)},${px(startY)}`;
  let before = startY;
  for (const [x, y] of rest) {
    d += y === before ? `H${px(x)}` : `V${px(y)}`;
    before = y;
  }
  return element("path", { d, stroke, "stroke-width": width, "stroke-linejoin": "round" });
}

/** Along a curve, in turns, so that curves that coincide show all their marks. */
function marks(path: Point[], series: number, turn: number, turns: number, style: Style): string[] {
  const spacing = Math.max(MARK_SPACING, 22 * turns);
  const children: string[] = [];
  let along = -10 - (spacing * turn) / turns;
  for (let i = 1; i < path.length; i++) {
    const [fromX, fromY] = path[i - 1]!;
    const [toX, toY] = path[i]!;
    const length = Math.abs(toX - fromX) + Math.abs(toY - fromY);
    while (along + length >= 0 && along <= 0 && length > 0) {
      const share = -along / length;
      children.push(seriesShape(series, fromX + share * (toX - fromX), fromY + share * (toY - fromY), style));
      along -= spacing;
    }
    along += length;
  }
  return children;
}

function intervals({ result, staircase }: Curve, series: number, { x, y, style }: Plot): string[] {
  const across = result.latencyMs.quantiles.flatMap(({ p, value, low, high }) =>
    value === null || low === null || high === null || low === high
      ? []
      : [`M${px(x(low / 1000))},${px(y(1 - p))}H${px(x(high / 1000))}`],
  );
  const down = result.exceed.flatMap(({ seconds, probability, low, high }) =>
    !probability || low === null || high === null || high === 1 || staircase.replicas < 2
      ? []
      : [`M${px(x(seconds))},${px(y(low))}V${px(y(high))}`],
  );
  const d = [...across, ...down].join("");
  return d === ""
    ? []
    : [element("path", { d, stroke: seriesColour(series, style.theme), "stroke-width": 1, "stroke-opacity": 0.8 })];
}

function rareMark({ seconds, probability, low, high }: RareTail, series: number, { x, y, style }: Plot): string[] {
  if (!probability) return [];
  const stroke = seriesColour(series, style.theme);
  const at = x(seconds);
  return [
    element("path", { d: `M${px(at)},${px(y(high ?? 1))}V${px(y(low || probability))}`, stroke, "stroke-width": 1.5 }),
    element("circle", { cx: at, cy: y(probability), r: 6, stroke, "stroke-width": 1.5, fill: style.theme.surface }),
    seriesShape(series, at, y(probability), style, 24),
  ];
}

/** kpatch's deadlines, and the horizon where somebody is left there. */
function deadlines(
  { x, style, right, bottom, last }: Plot,
  horizonSeconds: number | undefined,
  curves: Curve[],
): string[] {
  const lines = DEADLINES.map((deadline) => ({ ...deadline, colour: style.theme.deadline }));
  if (horizonSeconds !== undefined && curves.some(({ result }) => result.censored > 0)) {
    lines.push({ seconds: horizonSeconds, label: "horizon", short: "horizon", colour: style.theme.faint });
  }
  let free = 0;
  return lines
    .filter(({ seconds }) => seconds < last && x(seconds) > LEFT + 2)
    .flatMap(({ seconds, label, short, colour }, i) => {
      const content = `${style.width < 500 ? short : label} ${whole(seconds)} s`;
      const half = textWidth(content, SMALL) / 2;
      const at = Math.min(Math.max(x(seconds), half), right - half);
      const raised = at - half < free ? 14 : 0;
      if (raised === 0) free = at + half + 8;
      return [
        element("path", {
          d: `M${px(x(seconds))},${TOP - 2}V${bottom}`,
          stroke: colour,
          "stroke-dasharray": i < 2 ? "4 3" : "1 3",
          "stroke-width": 1.25,
        }),
        words(style, at, TOP - 8 - raised, content, { "font-size": SMALL, fill: colour, "text-anchor": "middle" }),
      ];
    });
}
