// P(transition takes longer than t) on a terminal: both axes logarithmic, a line a policy, kpatch's deadlines across.
//
//   1 ┤──●──╮ ▲      ┊        y: decades down to one replica
//     │     ╰────●───┊        line: a policy, with its mark every few columns, so that equal lines show both marks
// 0.1 ┤         ╰────┊──
//     └┬──────┬──────┬──      x: seconds, at 1, 2 and 5 of each decade

import type { Bucket } from "../results/words.js";
import { seriesMark } from "./series.js";
import type { Paint, Terminal } from "./terminal.js";

/** A policy's completions in ticks, shortest first; `replicas` counts the censored ones in. */
export interface Curve {
  name: string;
  replicas: number;
  buckets: Bucket[];
  /** Whose mark and colour it bears: its place, unless it says otherwise. */
  series?: number;
}

const TICKS_PER_SECOND = 1e6;
const COLUMNS_MIN = 30;
const COLUMNS_MAX = 110;
const ROWS_PER_DECADE = [9, 7, 5, 4, 3, 3]; // by number of decades, from 1
const SECONDS_MIN = 0.001;
/** kpatch sends signals after 15 s and gives up 60 s later (KF 1.9). */
const DEADLINES = [
  { seconds: 15, label: "kpatch signals" },
  { seconds: 75, label: "gives up" },
];
const MARGIN = 7;
const MARK_SPACING = 3;

interface Scale {
  columns: number;
  decades: number;
  rows: number;
  from: number; // seconds at the first column
  to: number;
}

interface CellOfPlot {
  char: string;
  paint: Paint;
}

/** Lines of text; none where nothing was run. `horizon` is in ticks. */
export function ccdfLines(curves: Curve[], horizon: number, terminal: Terminal): string[] {
  if (curves.length === 0) return [];
  const scale = scaleOf(curves, horizon, terminal.columns);
  const grid = emptyGrid(scale);
  const deadlines = DEADLINES.filter(({ seconds }) => seconds > scale.from && seconds < scale.to);
  for (const { seconds } of deadlines) drawDeadline(grid, columnOf(seconds, scale), terminal.dim);
  const paths = curves.map((curve) => pathOf(curve, horizon, scale));
  const numbers = curves.map(({ series }, i) => series ?? i);
  drawCurves(grid, paths, numbers, terminal);
  return [
    terminal.bold("P(transition takes longer than t)"),
    deadlineLabels(deadlines, scale, terminal),
    ...grid.map(
      (row, r) =>
        yLabel(r, scale) +
        row
          .map(({ char, paint }) => paint(char))
          .join("")
          .trimEnd(),
    ),
    ...xAxis(scale),
    "",
    ...legendLines(curves, numbers, terminal),
  ];
}

/** Marks and names, as many to a line as fit. */
function legendLines(curves: Curve[], numbers: number[], { columns, series }: Terminal): string[] {
  const lines: string[] = [];
  let free = 0;
  curves.forEach(({ name }, i) => {
    const entry = `${seriesMark(numbers[i])} ${name}`;
    if (lines.length === 0 || entry.length + 3 > free) {
      lines.push(series(numbers[i])(entry));
      free = columns - entry.length;
    } else {
      lines.push(`${lines.pop()}   ${series(numbers[i])(entry)}`);
      free -= entry.length + 3;
    }
  });
  return lines;
}

function scaleOf(curves: Curve[], horizon: number, terminalColumns: number): Scale {
  const times = curves.flatMap(({ buckets }) => buckets.map(({ mean }) => mean / TICKS_PER_SECOND));
  const last = Math.max(...times, Math.min(horizon / TICKS_PER_SECOND, 100));
  const first = Math.max(SECONDS_MIN, Math.min(...times, 1));
  const decades = Math.min(6, Math.max(1, Math.ceil(Math.log10(Math.max(...curves.map(({ replicas }) => replicas))))));
  return {
    columns: Math.max(COLUMNS_MIN, Math.min(COLUMNS_MAX, terminalColumns - MARGIN - 1)),
    decades,
    rows: decades * ROWS_PER_DECADE[decades - 1] + 1,
    from: first / 1.25,
    to: Math.max(last * 1.1, first * 2),
  };
}

function emptyGrid({ rows, columns }: Scale): CellOfPlot[][] {
  const blank = { char: " ", paint: (text: string) => text };
  return Array.from({ length: rows }, () => new Array<CellOfPlot>(columns).fill(blank));
}

function columnOf(seconds: number, { from, to, columns }: Scale): number {
  return Math.round(((columns - 1) * Math.log(seconds / from)) / Math.log(to / from));
}

/** Seconds at a column's middle; columnOf() backwards. */
function secondsAt(column: number, { from, to, columns }: Scale): number {
  return from * (to / from) ** (column / (columns - 1));
}

/** Row 0 is probability 1; what lies below the last decade is `rows`. */
function rowOf(probability: number, { rows, decades }: Scale): number {
  if (probability === 0) return rows;
  return Math.min(rows, Math.round((-Math.log10(probability) * (rows - 1)) / decades));
}

function drawDeadline(grid: CellOfPlot[][], column: number, paint: Paint): void {
  for (const row of grid) row[column] = { char: "┊", paint };
}

/** A curve as the cells it goes through, in order. */
type Path = { row: number; column: number; char: string }[];

/** A falling staircase up to the horizon, or to where it leaves the plot below. */
function pathOf(curve: Curve, horizon: number, scale: Scale): Path {
  const end = Math.min(scale.columns - 1, columnOf(horizon / TICKS_PER_SECOND, scale));
  const path: Path = [];
  let before = 0;
  for (let column = 0; column <= end && before < scale.rows; column++) {
    const row = rowOf(longerThan(secondsAt(column, scale), curve), scale);
    if (row === before) path.push({ row, column, char: "─" });
    else {
      path.push({ row: before, column, char: "╮" });
      for (let r = before + 1; r < Math.min(row, scale.rows); r++) path.push({ row: r, column, char: "│" });
      if (row < scale.rows) path.push({ row, column, char: "╰" });
    }
    before = row;
  }
  return path;
}

/** All lines, then all marks: curves that coincide share the line and take turns with their marks. */
function drawCurves(grid: CellOfPlot[][], paths: Path[], numbers: number[], { series }: Terminal): void {
  paths.forEach((path, i) => {
    for (const { row, column, char } of path) grid[row][column] = { char, paint: series(numbers[i]) };
  });
  const spacing = MARK_SPACING * paths.length;
  paths.forEach((path, i) => {
    for (let at = MARK_SPACING * i + 2; at < path.length; at += spacing) {
      const { row, column } = path[at];
      grid[row][column] = { char: seriesMark(numbers[i]), paint: series(numbers[i]) };
    }
  });
}

function longerThan(seconds: number, { replicas, buckets }: Curve): number {
  let completed = 0;
  for (const { count, mean } of buckets) if (mean <= seconds * TICKS_PER_SECOND) completed += count;
  return 1 - completed / replicas;
}

function yLabel(row: number, { rows, decades }: Scale): string {
  const step = (rows - 1) / decades;
  if (row % step !== 0) return "│".padStart(MARGIN);
  const exponent = row / step;
  const label = exponent === 0 ? "1" : exponent <= 3 ? (10 ** -exponent).toFixed(exponent) : `1e-${exponent}`;
  return `${label} ┤`.padStart(MARGIN);
}

function xAxis(scale: Scale): string[] {
  const axis = new Array<string>(scale.columns).fill("─");
  const labels = new Array<string>(scale.columns + 8).fill(" ");
  let free = 0;
  for (const seconds of axisTicks(scale)) {
    const column = columnOf(seconds, scale);
    const text = seconds < 1 ? `${Math.round(1000 * seconds)} ms` : `${seconds} s`;
    const first = Math.max(0, column - Math.floor(text.length / 2));
    axis[column] = "┬";
    if (first < free) continue;
    labels.splice(first, text.length, ...text);
    free = first + text.length + 2;
  }
  return [`${"└".padStart(MARGIN)}${axis.join("")}`, `${" ".repeat(MARGIN)}${labels.join("")}`.trimEnd()];
}

function axisTicks({ from, to }: Scale): number[] {
  const result: number[] = [];
  for (let decade = -3; decade <= 4; decade++) {
    for (const digit of [1, 2, 5]) {
      const seconds = digit * 10 ** decade;
      if (seconds >= from && seconds <= to) result.push(seconds);
    }
  }
  return result;
}

/** The deadlines' names above their lines; the bare seconds where names do not fit side by side. */
function deadlineLabels(deadlines: typeof DEADLINES, scale: Scale, { dim }: Terminal): string {
  const lineOf = (textOf: (deadline: (typeof DEADLINES)[number]) => string) => {
    let line = "";
    for (const deadline of deadlines) {
      const text = textOf(deadline);
      const centred = MARGIN + columnOf(deadline.seconds, scale) - Math.floor(text.length / 2);
      const first = Math.min(centred, MARGIN + scale.columns - text.length);
      line = line.padEnd(first) + (line.length > first ? "  " : "") + text;
    }
    return line;
  };
  const named = lineOf(({ label, seconds }) => `${label} ${seconds} s`);
  const fits = named.length <= MARGIN + scale.columns;
  return dim(fits ? named : lineOf(({ seconds }) => `${seconds} s`));
}
