// The 99th percentile over a grid of two axes, a block a point: the darker, the longer, on a logarithmic scale that all policies share.

import type { SweepResult } from "../results/result.js";
import { shownValue } from "./axis-names.js";
import { duration } from "./format.js";
import type { Terminal } from "./terminal.js";

const SHADES = ["░", "▒", "▓", "█"];
const CENSORED = "×";
const GAP = 2;

/** Times in ms by row (the first axis) and column; null: censored. */
type Grid = (number | null)[][];

/** A map a policy, each with a line above it; nothing where the design is no grid of two axes with something to tell. */
export function heatMaps(result: SweepResult, names: readonly string[], terminal: Terminal): string[] {
  const [down, across] = result.axes.map(({ values }) => values?.map(shownValue) ?? []);
  if (result.design !== "grid" || result.axes.length !== 2 || down!.length < 2 || across!.length < 2) return [];
  const grids = gridsOf(result, across!.length);
  const times = grids.flatMap(({ grid }) => grid.flat()).filter((time) => time !== null);
  const scale = { least: Math.min(...times), most: Math.max(...times) };
  return grids.flatMap(({ policy, grid }) => [
    "",
    terminal.bold(`p99 under ${policy}, by ${names[0]} (down) and ${names[1]} (across)`),
    ...mapLines(grid, down!, across!, scale, terminal.columns),
  ]);
}

function gridsOf({ points }: SweepResult, columns: number): { policy: string; grid: Grid }[] {
  const policies = Math.min(...points.map(({ results }) => results.length));
  return Array.from({ length: policies }, (_, place) => {
    const times = points.map(({ results }) => results[place]!.latencyMs.quantiles.find(({ p }) => p === 0.99)!.value);
    const grid = Array.from({ length: times.length / columns }, (_, row) =>
      times.slice(row * columns, (row + 1) * columns),
    );
    return { policy: points[0]!.results[place]!.policy, grid };
  });
}

interface Scale {
  least: number;
  most: number;
}

function mapLines(grid: Grid, down: string[], across: string[], scale: Scale, room: number): string[] {
  const margin = Math.max(...down.map((label) => label.length));
  const texts = grid.map((row) =>
    row.map((time) => `${block(time, scale).repeat(2)} ${time === null ? "censored" : duration(time)}`),
  );
  const width = Math.max(...across.map((label) => label.length), ...texts.flat().map((text) => text.length)) + GAP;
  if (margin + across.length * width <= room) {
    const line = (label: string, cells: string[]) =>
      `${label.padStart(margin)}${cells.map((cell) => `  ${cell.padEnd(width - GAP)}`).join("")}`.trimEnd();
    return [line("", across), ...texts.map((cells, row) => line(down[row]!, cells))];
  }
  const blocks = Math.max(1, Math.min(2, Math.floor((room - margin - GAP) / across.length)));
  if (margin + GAP + across.length > room) return ["(too wide for this terminal)"];
  return [
    `${" ".repeat(margin + GAP)}${across[0]} to ${across.at(-1)}`,
    ...grid.map(
      (row, i) => `${down[i]!.padStart(margin)}  ${row.map((time) => block(time, scale).repeat(blocks)).join("")}`,
    ),
    `${SHADES[0]} ${duration(scale.least)}  ${SHADES.at(-1)} ${duration(scale.most)}  ${CENSORED} censored`,
  ];
}

function block(time: number | null, { least, most }: Scale): string {
  if (time === null) return CENSORED;
  if (most <= least || least <= 0) return SHADES[0]!;
  const share = Math.log(time / least) / Math.log(most / least);
  return SHADES[Math.min(SHADES.length - 1, Math.floor(share * SHADES.length))]!;
}
