// A sweep over two axes: a map a policy, a cell a point, coloured by one scale for all maps and with its value written in.

import type { SweepResult } from "../../results/result.js";
import { shortPaths } from "../axis-names.js";
import { element } from "../svg.js";
import { capital, type Measure, policiesOf, valueLabel, valuesOf } from "../sweep-measures.js";
import { type Drawing, type Figure, fitted, SMALL, type Style, textWidth, withHint, words } from "./figure.js";
import { seriesShape } from "./marks.js";
import type { Theme } from "./theme.js";

const CELL = 30;
const GAP = 24;

interface MapAxis {
  path: string;
  /** As short as can be. */
  name: string;
  values: unknown[];
}

interface Maps {
  measure: Measure;
  policies: string[];
  /** Paths and values down and across. */
  rows: MapAxis;
  columns: MapAxis;
  /** undefined: no such point; null: censored. */
  valueAt(policy: string, row: unknown, column: unknown): number | null | undefined;
  levelOf(value: number): number;
  range: [number, number] | undefined;
}

/** For sweeps over two paths. */
export function heatMapFigure(sweep: SweepResult, measure: Measure, levels: number): Figure {
  const maps = mapsOf(sweep, measure, levels);
  const { rows, columns, policies } = maps;
  return {
    name: `sweep-${measure.name}`,
    title: `${capital(measure.title)}, over ${columns.path} and ${rows.path}`,
    caption:
      "A cell a point of the sweep; darker (on a dark screen: brighter) is more, by one logarithmic scale for all maps.",
    description: policies.map((policy) => describe(policy, maps)).join(" "),
    draw: (style) => draw(maps, style),
  };
}

function mapsOf(sweep: SweepResult, measure: Measure, levels: number): Maps {
  const names = shortPaths(sweep.axes);
  const [down, across] = sweep.axes.map(({ path }, i) => ({
    path,
    name: names[i]!,
    values: valuesOf(sweep, path),
  })) as [MapAxis, MapAxis];
  const found = new Map(
    sweep.points.flatMap(({ settings, results }) =>
      results.map((result) => [
        keyOf(result.policy, settings[down.path], settings[across.path]),
        measure.of(result).value,
      ]),
    ),
  );
  const positive = [...found.values()].filter((value): value is number => value !== null && value > 0);
  const range: Maps["range"] =
    positive.length === 0
      ? undefined
      : [positive.reduce((a, b) => Math.min(a, b)), positive.reduce((a, b) => Math.max(a, b))];
  return {
    measure,
    policies: policiesOf(sweep),
    rows: down,
    columns: across,
    valueAt: (policy, row, column) => found.get(keyOf(policy, row, column)),
    levelOf: (value) => levelOf(value, range, levels),
    range,
  };
}

function keyOf(policy: string, row: unknown, column: unknown): string {
  return JSON.stringify([policy, row, column]);
}

function levelOf(value: number, range: Maps["range"], levels: number): number {
  if (range === undefined || value <= 0) return 0;
  const [least, most] = range;
  if (most === least) return Math.floor(levels / 2);
  return Math.min(levels - 1, Math.floor((levels * Math.log(value / least)) / Math.log(most / least)));
}

function describe(policy: string, { rows, columns, measure, valueAt }: Maps): string {
  const told = rows.values.flatMap((row) =>
    columns.values.flatMap((column) => {
      const value = valueAt(policy, row, column);
      return value === undefined ? [] : [`${valueLabel(column)}, ${valueLabel(row)}: ${told1(value, measure)}`];
    }),
  );
  return `${policy}: ${told.join("; ")}.`;
}

function told1(value: number | null, { missing, shown }: Measure): string {
  return value === null ? missing : shown(value);
}

function draw(maps: Maps, style: Style): Drawing {
  const { policies, rows } = maps;
  const beside = style.width >= 620 && policies.length > 1 ? 2 : 1;
  const width = (style.width - (beside - 1) * GAP) / beside;
  const height = 62 + rows.values.length * CELL;
  const scale = scaleKey(maps, style);
  const children = policies.map((policy, i) => {
    const at = `translate(${Math.round((i % beside) * (width + GAP))},${scale.height + Math.floor(i / beside) * height})`;
    return element("g", { transform: at }, mapOf(policy, i, maps, { ...style, width }));
  });
  return {
    height: scale.height + Math.ceil(policies.length / beside) * height,
    children: [...scale.children, ...children],
  };
}

/** The colours and what they begin with. */
function scaleKey({ range, measure }: Maps, style: Style): Drawing {
  if (range === undefined) return { height: 0, children: [] };
  const { heat } = style.theme;
  const [least, most] = range;
  const low = measure.shown(least);
  const left = textWidth(low, SMALL) + 8;
  const swatches = heat.map(({ fill }, i) => element("rect", { x: left + i * 22, y: 0, width: 22, height: 14, fill }));
  const label = (x: number, content: string) =>
    words(style, x, 11, content, { "font-size": SMALL, fill: style.theme.faint });
  return {
    height: 30,
    children: [label(0, low), ...swatches, label(left + heat.length * 22 + 8, measure.shown(most))],
  };
}

function mapOf(policy: string, series: number, maps: Maps, style: Style): string[] {
  const { rows, columns } = maps;
  const { theme, width } = style;
  const labels = rows.values.map(valueLabel);
  const left = Math.min(width * 0.35, Math.max(0, ...labels.map((label) => textWidth(label, SMALL))) + 12);
  const cell = (width - left) / Math.max(1, columns.values.length);
  const quiet = { "font-size": SMALL, fill: theme.faint };
  return [
    seriesShape(series, 7, 9, style),
    words(style, 18, 13, fitted(policy, width - 18, 13), { "font-weight": 600 }),
    words(style, 0, 30, fitted(`↓ ${rows.name}   → ${columns.name}`, width, SMALL), quiet),
    ...columns.values.map((value, i) =>
      words(style, left + (i + 0.5) * cell, 44, fitted(valueLabel(value), cell - 2, SMALL), {
        ...quiet,
        "text-anchor": "middle",
      }),
    ),
    ...rows.values.flatMap((row, r) => [
      words(style, left - 8, 52 + r * CELL + CELL / 2, fitted(labels[r]!, left - 10, SMALL), {
        ...quiet,
        "text-anchor": "end",
      }),
      ...columns.values.map((column, c) =>
        square(policy, row, column, { x: left + c * cell, y: 48 + r * CELL, width: cell }, maps, style),
      ),
    ]),
  ];
}

/** Nothing and censored are no shades of the scale. */
function coloursOf(
  value: number | null,
  maps: Maps,
  { surface, warn, faint, grid, heat }: Theme,
): { fill: string; ink: string; stroke: string } {
  if (value === null) return { fill: surface, ink: warn, stroke: warn };
  if (value === 0) return { fill: surface, ink: faint, stroke: grid };
  return { ...heat[maps.levelOf(value)]!, stroke: "none" };
}

function square(
  policy: string,
  row: unknown,
  column: unknown,
  { x, y, width }: { x: number; y: number; width: number },
  maps: Maps,
  { theme }: Style,
): string {
  const value = maps.valueAt(policy, row, column);
  if (value === undefined) return "";
  const { fill, ink, stroke } = coloursOf(value, maps, theme);
  const label = told1(value, maps.measure);
  const size = [SMALL, 10, 9].find((one) => textWidth(label, one) <= width - 4);
  const hint = `${policy}, ${maps.columns.path}=${valueLabel(column)}, ${maps.rows.path}=${valueLabel(row)}: ${label}`;
  const frame = { x: x + 0.5, y: y + 0.5, width: width - 1.5, height: CELL - 1.5 };
  return withHint(hint, [
    element("rect", { ...frame, fill, stroke, "stroke-dasharray": value === null ? "3 2" : "none" }),
    ...(size === undefined
      ? []
      : [
          words({ theme, width }, x + width / 2, y + CELL / 2 + 4, label, {
            "font-size": size,
            fill: ink,
            "text-anchor": "middle",
          }),
        ]),
  ]);
}
