// Latency against disturbance, a mark a policy: those that no other beats in both are joined by a line and named.

import type { CompareResult } from "../../results/result.js";
import { count, duration } from "../format.js";
import { element } from "../svg.js";
import {
  type Axis,
  axisTitle,
  gridAcross,
  gridDown,
  labelsBelow,
  labelsLeft,
  logAxis,
  plainLabel,
  timeLabel,
} from "./axes.js";
import { type Drawing, type Figure, fitted, px, type Style, textWidth, withHint, words } from "./figure.js";
import { seriesShape } from "./marks.js";

type Point = CompareResult["pareto"][number];

const LEFT = 52;
const TOP = 26;
const NAMED_MAX = 24;
/** Beyond that only those on the front have names. */
const ALL_NAMED_MAX = 12;

/** `order`: policies as the run has them, whose marks they bear. Undefined where there is nothing to weigh. */
export function paretoFigure(points: readonly Point[], order: readonly string[]): Figure | undefined {
  if (points.length < 2) return undefined;
  return {
    name: "pareto",
    title: "Latency against disturbance",
    caption:
      "Each mark is a policy; further left is faster, further down disturbs less (guest exits, EINTRs and IPIs per transition). The line joins those that no other beats in both.",
    description: points.map(describe).join(" "),
    draw: (style) => draw(points, order, style),
  };
}

function describe({ policy, p99Ms, disturbance, onFront }: Point): string {
  const time = p99Ms === null ? "p99 censored" : `p99 ${duration(p99Ms)}`;
  return `${policy}: ${time}, disturbance ${count(disturbance)}${onFront ? ", on the front" : ""}.`;
}

function draw(points: readonly Point[], order: readonly string[], style: Style): Drawing {
  const right = style.width - 12;
  const bottom = TOP + (style.width < 500 ? 250 : 330);
  const times = points.map(({ p99Ms }) => p99Ms);
  const costs = points.map(({ disturbance }) => disturbance);
  const x = logAxis(times, { from: LEFT, to: right }, timeLabel, "censored");
  const y = logAxis(costs, { from: bottom, to: TOP }, plainLabel, "");
  return {
    height: bottom + 42,
    children: [
      gridAcross(y, { from: LEFT, to: right }, style),
      gridDown(x, { from: TOP, to: bottom }, style),
      front(points, x, y, style),
      ...points.map((point) => mark(point, order.indexOf(point.policy), x, y, style)),
      ...names(points, x, y, right, style),
      ...labelsLeft(y, LEFT - 6, style),
      ...labelsBelow(x, bottom + 16, style),
      axisTitle(right, bottom + 34, "p99 of the time to completion", style),
      axisTitle(0, 12, "disturbance per transition", style, "start"),
    ],
  };
}

function mark(point: Point, series: number, x: Axis, y: Axis, style: Style): string {
  const at = seriesShape(Math.max(0, series), x(point.p99Ms), y(point.disturbance), style, point.onFront ? 90 : 52);
  return withHint(describe(point), [at]);
}

/** A staircase through the front: between two of its policies nothing is better than both corners. */
function front(points: readonly Point[], x: Axis, y: Axis, { theme }: Style): string {
  const [start, ...rest] = frontCorners(points, x, y);
  if (start === undefined || rest.length === 0) return "";
  const [startX, startY] = start;
  const d = `M${px(startX)},${px(startY)}${rest.map(([cx, cy]) => `H${px(cx)}V${px(cy)}`).join("")}`;
  return element("path", { d, stroke: theme.faint, "stroke-width": 1.5, "stroke-dasharray": "5 3" });
}

function frontCorners(points: readonly Point[], x: Axis, y: Axis): [number, number][] {
  const corners = points
    .filter(({ onFront }) => onFront)
    .map(({ p99Ms, disturbance }): [number, number] => [x(p99Ms), y(disturbance)]);
  return corners.sort(([ax, ay], [bx, by]) => ax - bx || ay - by);
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Beside each mark where there is room, the front first; a name for which there is none is left to the table. */
function names(points: readonly Point[], x: Axis, y: Axis, right: number, style: Style): string[] {
  const taken = [
    ...points.map(({ p99Ms, disturbance }) => around(x(p99Ms), y(disturbance))),
    ...frontBoxes(points, x, y),
  ];
  const wanted = points.filter(({ onFront }) => onFront || points.length <= ALL_NAMED_MAX);
  wanted.sort((a, b) => Number(b.onFront) - Number(a.onFront));
  return wanted.slice(0, NAMED_MAX).flatMap((point) => {
    const name = fitted(point.policy, 160);
    const place = places(x(point.p99Ms), y(point.disturbance), textWidth(name)).find(
      (box) => box.left >= LEFT && box.right <= right + 10 && box.top >= 0 && !taken.some((other) => touch(box, other)),
    );
    if (place === undefined) return [];
    taken.push(place);
    return [words(style, place.left, place.bottom - 4, name, point.onFront ? { "font-weight": 600 } : {})];
  });
}

/** Where the front's line runs. */
function frontBoxes(points: readonly Point[], x: Axis, y: Axis): Box[] {
  const corners = frontCorners(points, x, y);
  return corners.slice(1).flatMap(([cx, cy], i) => {
    const [fromX, fromY] = corners[i]!;
    return [
      { left: fromX, right: cx, top: fromY - 2, bottom: fromY + 2 },
      { left: cx - 2, right: cx + 2, top: Math.min(fromY, cy), bottom: Math.max(fromY, cy) },
    ];
  });
}

function around(x: number, y: number): Box {
  return { left: x - 6, right: x + 6, top: y - 6, bottom: y + 6 };
}

/** Right, left, above, below, then further off. */
function places(x: number, y: number, width: number): Box[] {
  const at = (left: number, middle: number) => ({ left, right: left + width, top: middle - 8, bottom: middle + 8 });
  return [0, 16, -16, 32, -32, 48, -48].flatMap((off) => [
    at(x + 10, y + off),
    at(x - 10 - width, y + off),
    ...(off === 0 ? [] : [at(x - width / 2, y + off)]),
  ]);
}

function touch(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
