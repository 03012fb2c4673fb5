// A duration and the law fitted to it: how often it is longer than so much, both axes logarithmic, and quantile against quantile. Side
// by side where there is room.

import type { CurvePoint, DurationReport } from "../../results/fit-result.js";
import { familyWords } from "../duration-words.js";
import { nanoseconds, percent } from "../format.js";
import { element } from "../svg.js";
import { type Axis, axisTitle, gridAcross, gridDown, labelsBelow, labelsLeft, logAxis, type Span } from "./axes.js";
import { type Drawing, type Figure, px, type Style, words } from "./figure.js";
import { legend } from "./marks.js";
import { seriesColour } from "./theme.js";

const LEFT = 52;
const TOP = 26;
const BELOW = 40; // labels, and what the axis is
const GAP = 28;
const HIGH = 240;
const SIDE_BY_SIDE_FROM = 700;
const DATA = 0;
const LAW = 1;

/** Undefined where too little was seen to draw. */
export function fitFigure(
  { curve, laws }: DurationReport,
  named: Pick<Figure, "name" | "title" | "caption">,
): Figure | undefined {
  const points = curve.filter(({ lengthNs, survival }) => lengthNs > 0 && survival > 0);
  const law = familyWords(laws[0]?.family ?? "law");
  if (points.length < 2) return undefined;
  return {
    ...named,
    description: describe(points, law),
    draw: (style) => draw(points, law, style),
  };
}

function describe(points: CurvePoint[], law: string): string {
  const apart = Math.max(...points.map(({ survival, law: own }) => Math.abs(survival - own)));
  const shown = [0.5, 0.1, 0.01].flatMap((share) => {
    const at = points.find(({ survival }) => survival <= share);
    return at === undefined ? [] : [`${percent(share)} last longer than ${nanoseconds(at.lengthNs)}`];
  });
  return `Seen: ${shown.join(", ") || "too little for quantiles"}. The ${law} law is off by ${percent(Math.min(1, apart))} at most.`;
}

/** Where a panel is drawn. */
interface Panel {
  x: Span;
  y: Span;
  style: Style;
}

function draw(points: CurvePoint[], law: string, style: Style): Drawing {
  const beside = style.width >= SIDE_BY_SIDE_FROM;
  const width = beside ? (style.width - GAP) / 2 : style.width;
  const panel = (left: number, top: number): Panel => ({
    x: { from: left + LEFT, to: left + width - 8 },
    y: { from: top + HIGH, to: top },
    style,
  });
  const second = beside ? panel(width + GAP, TOP) : panel(0, TOP + HIGH + BELOW + TOP);
  const bottom = second.y.from + BELOW;
  const names = legend(
    [
      { series: DATA, label: "seen (band: 95%)" },
      { series: LAW, label: law },
    ],
    style,
    bottom,
  );
  return {
    height: bottom + names.height,
    children: [...survivalPanel(points, panel(0, TOP)), ...quantilePanel(points, second), ...names.children],
  };
}

function survivalPanel(points: CurvePoint[], panel: Panel): string[] {
  const { style } = panel;
  const x = logAxis(
    points.map(({ lengthNs }) => lengthNs),
    panel.x,
    nanoseconds,
    "",
  );
  const least = Math.min(...points.map(({ survival }) => survival));
  const y = logAxis([least, 1], panel.y, shareLabel, "");
  const shown = (share: number) => Math.max(share, least / 2);
  const steps = stairs(points.map(({ lengthNs, survival }) => [x(lengthNs), y(survival)]));
  const edge = (of: "low" | "high") => stairs(points.map((point) => [x(point.lengthNs), y(shown(point[of]))]));
  const band = [...edge("high"), ...edge("low").reverse()];
  const fitted = points.filter(({ law }) => law >= least / 2).map(({ lengthNs, law }): Point => [x(lengthNs), y(law)]);
  return [
    ...frame(panel, x, y, "longer than", "share that lasts"),
    element("path", { d: `${line(band)}z`, fill: seriesColour(DATA, style.theme), "fill-opacity": 0.18 }),
    element("path", { d: line(steps), stroke: seriesColour(DATA, style.theme), "stroke-width": 1.5 }),
    element("path", { d: line(fitted), stroke: seriesColour(LAW, style.theme), "stroke-width": 2 }),
  ];
}

function quantilePanel(points: CurvePoint[], panel: Panel): string[] {
  const { style } = panel;
  const pairs = points.flatMap(({ lengthNs, lawLengthNs }): Point[] =>
    lawLengthNs === null || lawLengthNs <= 0 ? [] : [[lawLengthNs, lengthNs]],
  );
  if (pairs.length === 0)
    return [
      words(style, panel.x.from, panel.y.to + 14, "No quantiles: this law has none.", { fill: style.theme.faint }),
    ];
  const all = pairs.flat();
  const x = logAxis(all, panel.x, nanoseconds, "");
  const y = logAxis(all, panel.y, nanoseconds, "");
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const dots = pairs.map(([law, seen]) =>
    element("circle", {
      cx: Number(px(x(law))),
      cy: Number(px(y(seen))),
      r: 2.5,
      fill: seriesColour(DATA, style.theme),
    }),
  );
  const diagonal: Point[] = [
    [x(low), y(low)],
    [x(high), y(high)],
  ];
  return [
    ...frame(panel, x, y, "quantile of the law", "quantile seen"),
    element("path", { d: line(diagonal), stroke: seriesColour(LAW, style.theme), "stroke-width": 2 }),
    ...dots,
  ];
}

type Point = [x: number, y: number];

function frame({ x: across, y: down, style }: Panel, x: Axis, y: Axis, below: string, above: string): string[] {
  return [
    gridAcross(y, across, style),
    gridDown(x, down, style),
    ...labelsLeft(y, across.from - 6, style),
    ...labelsBelow(x, down.from + 16, style),
    axisTitle(across.to, down.from + 34, below, style),
    axisTitle(across.from - LEFT + 2, down.to - 10, above, style, "start"),
  ];
}

function shareLabel(share: number): string {
  return share >= 0.001 ? String(share) : share.toExponential();
}

/** A value holds until the next one. */
function stairs(points: Point[]): Point[] {
  return points.flatMap(([x, y], i): Point[] =>
    i === 0
      ? [[x, y]]
      : [
          [x, points[i - 1]![1]],
          [x, y],
        ],
  );
}

function line(points: Point[]): string {
  return points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${px(x)},${px(y)}`).join("");
}
