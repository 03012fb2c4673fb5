// A sweep along its paths: a panel a figure where there is one path, else a panel a path; a line or a cloud of marks a policy.

import { scaleLinear, scaleLog, scalePoint } from "d3-scale";
import type { Estimate, SweepPoint, SweepResult } from "../../results/result.js";
import { element } from "../svg.js";
import { capital, type Measure, numberOf, policiesOf, valueLabel, valuesOf } from "../sweep-measures.js";
import {
  type Axis,
  axisTitle,
  gridAcross,
  labelsBelow,
  labelsLeft,
  linearAxis,
  logAxis,
  logTicks,
  plainLabel,
  timeLabel,
} from "./axes.js";
import { type Drawing, type Figure, px, SMALL, type Style, withHint, words } from "./figure.js";
import { legend, seriesShape } from "./marks.js";
import { seriesColour } from "./theme.js";

const LEFT = 62;
const PLOT = 150;
const HEIGHT = PLOT + 66;
const GAP = 24;
const TICKS_MAX = 12;
const US_PER_MS = 1000;
const LOG_FROM = 20; // a ratio of extremes from which an axis is logarithmic

interface PanelOf {
  sweep: SweepResult;
  measure: Measure;
  path: string;
  title: string;
  /** Whether neighbours along the path are joined. */
  lines: boolean;
}

/** Along one path: every measure. */
export function lineFigure(sweep: SweepResult, measures: Measure[]): Figure {
  const path = sweep.axes[0]!.path;
  const panels = measures.map(
    (measure): PanelOf => ({ sweep, measure, path, title: capital(measure.title), lines: true }),
  );
  return {
    name: "sweep",
    title: `Along ${path}`,
    caption: "A mark a point of the sweep; bars: 95% intervals. Censored values stand at the upper edge.",
    description: describe(panels),
    draw: (style) => draw(sweep, panels, style),
  };
}

/** Many paths at once: one measure against each of them. */
export function scatterFigure(sweep: SweepResult, measure: Measure): Figure {
  const panels = sweep.axes.map(({ path }): PanelOf => ({ sweep, measure, path, title: path, lines: false }));
  return {
    name: `sweep-${measure.name}`,
    title: `${capital(measure.title)}, against each path`,
    caption: "A mark a point of the sweep; the other paths vary as well. Censored values stand at the upper edge.",
    description: describe(panels),
    draw: (style) => draw(sweep, panels, style),
  };
}

function describe(panels: PanelOf[]): string {
  return panels
    .map(({ sweep, measure, title }) => {
      const values = sweep.points.flatMap(({ results }) => results.flatMap((result) => measure.of(result).value ?? []));
      if (values.length === 0) return `${title}: all ${measure.missing}.`;
      const [least, most] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
      return `${title}: from ${measure.shown(least)} to ${measure.shown(most)}.`;
    })
    .join(" ");
}

function draw(sweep: SweepResult, panels: PanelOf[], style: Style): Drawing {
  const beside = style.width >= 620 && panels.length > 1 ? 2 : 1;
  const width = (style.width - (beside - 1) * GAP) / beside;
  const key = legend(
    policiesOf(sweep).map((label, series) => ({ label, series })),
    style,
    0,
  );
  const children = panels.map((panel, i) => {
    const at = `translate(${Math.round((i % beside) * (width + GAP))},${key.height + 12 + Math.floor(i / beside) * HEIGHT})`;
    return element("g", { transform: at }, panelOf(panel, { ...style, width }));
  });
  return {
    height: key.height + 12 + Math.ceil(panels.length / beside) * HEIGHT,
    children: [...key.children, ...children],
  };
}

function panelOf(panel: PanelOf, style: Style): string[] {
  const { sweep, measure, path, title } = panel;
  const top = 26;
  const bottom = top + PLOT;
  const right = style.width - 12;
  const x = pathAxis(sweep, path, LEFT + 8, right - 8);
  const y = measureAxis(sweep, measure, bottom, top);
  return [
    words(style, 0, 14, title, { "font-weight": 600 }),
    gridAcross(y, { from: LEFT, to: right }, style),
    ...policiesOf(sweep).flatMap((policy, series) => seriesOf(policy, series, panel, x, y, style)),
    ...labelsLeft(y, LEFT - 6, style),
    ...labelsBelow(x.axis, bottom + 18, style),
    ...(title === path ? [] : [axisTitle(right, bottom + 34, path, style)]),
  ];
}

interface PathAxis {
  axis: Axis;
  at: (value: unknown) => number;
}

/** Numbers and times stand by their size, other values side by side. */
function pathAxis(sweep: SweepResult, path: string, from: number, to: number): PathAxis {
  const values = valuesOf(sweep, path);
  const at = scaleOf(values, from, to);
  const ticks = ticksOf(values).map(({ value, label }) => ({ at: at(value), label }));
  return { at, axis: Object.assign(() => from, { ticks }) };
}

/** Each value of a few, else round ones between the extremes. */
function ticksOf(values: unknown[]): { value: unknown; label: string }[] {
  const numbers = values.map(numberOf);
  if (values.length <= TICKS_MAX || numbers.includes(undefined))
    return values.map((value) => ({ value, label: valueLabel(value) }));
  const [least, most] = [numbers[0]!, numbers.at(-1)!];
  const round = isLog(least, most) ? logTicks(least, most) : scaleLinear([least, most]).ticks(5);
  const isTime = typeof values[0] === "string";
  return round.map((value) => ({ value, label: isTime ? timeLabel(value / US_PER_MS) : plainLabel(value) }));
}

function isLog(least: number, most: number): boolean {
  return least > 0 && most / least >= LOG_FROM;
}

function scaleOf(values: unknown[], from: number, to: number): (value: unknown) => number {
  const numbers = values.map(numberOf);
  const [least, most] = [numbers[0], numbers.at(-1)];
  if (numbers.includes(undefined) || least === most) {
    const points = scalePoint(values.map(valueLabel), [from, to]).padding(0.5);
    return (value) => points(valueLabel(value)) ?? from;
  }
  const scale = isLog(least!, most!) ? scaleLog([least!, most!], [from, to]) : scaleLinear([least!, most!], [from, to]);
  return (value) => scale(numberOf(value)!);
}

function measureAxis(sweep: SweepResult, measure: Measure, bottom: number, top: number): Axis {
  const estimates = sweep.points.flatMap(({ results }) => results.map((result) => measure.of(result)));
  const values = estimates.map(({ value }) => value);
  const positive = values.filter((value): value is number => value !== null && value > 0);
  const [least, most] = [Math.min(...positive), Math.max(...positive)];
  if (most / least >= LOG_FROM || values.includes(null))
    return logAxis(values, { from: bottom, to: top }, measure.tick, measure.missing);
  return linearAxis(
    Math.max(0, ...estimates.map(({ value, high }) => high ?? value ?? 0)),
    { from: bottom, to: top },
    measure.tick,
  );
}

function seriesOf(
  policy: string,
  series: number,
  { sweep, measure, path, lines }: PanelOf,
  x: PathAxis,
  y: Axis,
  style: Style,
): string[] {
  const found = sweep.points.flatMap((point) => {
    const result = point.results.find((one) => one.policy === policy);
    return result === undefined ? [] : [{ point, estimate: measure.of(result), at: x.at(point.settings[path]) }];
  });
  found.sort((a, b) => a.at - b.at);
  const stroke = seriesColour(series, style.theme);
  const d = found.map(({ estimate, at }, i) => `${i === 0 ? "M" : "L"}${px(at)},${px(y(estimate.value))}`).join("");
  return [
    ...(lines && found.length > 1 ? [element("path", { d, stroke, "stroke-width": 1.75 })] : []),
    ...found.flatMap(({ point, estimate, at }) => mark(policy, series, point, estimate, at, measure, y, style)),
  ];
}

function mark(
  policy: string,
  series: number,
  { settings }: SweepPoint,
  { value, low, high }: Estimate,
  at: number,
  { missing, shown }: Measure,
  y: Axis,
  style: Style,
): string[] {
  const told = Object.entries(settings).map(([path, one]) => `${path}=${valueLabel(one)}`);
  const bar =
    value === null || low === null || high === null
      ? ""
      : element("path", { d: `M${px(at)},${px(y(low))}V${px(y(high))}`, stroke: seriesColour(series, style.theme) });
  const hint = `${policy}, ${told.join(", ")}: ${value === null ? missing : shown(value)}`;
  return [withHint(hint, [bar, seriesShape(series, at, y(value), style, SMALL * 4)].filter(Boolean))];
}
