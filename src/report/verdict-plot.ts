// A memory-fault verdict as a picture: what each variant loses and corrupts at the scenario's own rates, then for each cost of a corrupted VM a
// map of who does least harm by the rates of unannotated and of dropped failures, and which of the two sides does less.

import { type ScaleLogarithmic, scaleLog } from "d3-scale";
import type { FaultVerdict, FaultVerdictCell } from "../results/memory-fault-verdict.js";
import type { ExperimentResult, Metric } from "../results/metrics.js";
import { element, svgDocument, text } from "./svg.js";
import { share, side } from "./verdict-table.js";

const WIDTH = 900;
const MARGIN = 24;
const BARS = { left: 110, right: 680, top: 108, row: 24, bar: 8 };
const MAPS = { across: 3, gap: 18, left: 44, cell: 30, head: 44, foot: 14 };
const MAP_WIDTH = (WIDTH - 2 * MARGIN - (MAPS.across - 1) * MAPS.gap) / MAPS.across;
const COLOUR = { ink: "#1f2328", faint: "#57606a", grid: "#e3e6ea", lost: "#1d4ed8", corrupted: "#b3400a" };
/** Fills light enough to be written on, round and round by variant. */
const FILLS = [
  "#dbe6fb",
  "#fde2c8",
  "#d7f0dc",
  "#f3dcf1",
  "#fdf3c4",
  "#d9eef2",
  "#f9d7d7",
  "#e6e0f5",
  "#cfe8c2",
  "#f1e4d4",
];
const NOBODY = "#f6f8fa";
/** Per million faults: what stands at the left edge of the bars, and what at the right. */
const LEAST = 1;
const MOST = 1e6;

export interface JudgedResult extends ExperimentResult {
  verdict: FaultVerdict;
}

export function isJudged(result: ExperimentResult): result is JudgedResult {
  return result.verdict !== undefined;
}

export function verdictPlot(result: JudgedResult): string {
  const { verdict, results } = result;
  const mapsTop = BARS.top + results.length * BARS.row + 100;
  const costs = verdict.cells[0]!.best.length;
  const mapHeight = MAPS.head + rowsOf(verdict).length * MAPS.cell + MAPS.foot;
  const height = mapsTop + Math.ceil((costs + 1) / MAPS.across) * (mapHeight + 6) + 10;
  return svgDocument({
    width: WIDTH,
    height,
    title: `${result.scenario.name}: which variant does least harm`,
    description: describe(verdict),
    children: [
      ...heading(result),
      ...bars(result),
      ...mapsHeading(mapsTop - 48, verdict),
      ...verdict.cells[0]!.best.flatMap(({ cost }, n) =>
        map(verdict, `a corrupted VM costs ${cost} lost`, place(n, mapsTop, mapHeight), (cell) =>
          winner(cell, n, result),
        ),
      ),
      ...map(
        verdict,
        `${verdict.falsePositives} or ${verdict.falseNegatives}`,
        place(costs, mapsTop, mapHeight),
        (cell) => better(cell, result),
      ),
    ],
  });
}

function describe({ cells, falsePositives }: FaultVerdict): string {
  const told = cells.map(
    (cell) =>
      `Unannotated ${share(cell.unannotated)}, dropped ${share(cell.dropped)}: ${cell.best
        .map(({ cost, variants }) => `x${cost} ${variants.join(" and ")}`)
        .join(", ")}.`,
  );
  return `Least harm by rates and by the cost of a corrupted VM; ${falsePositives} accepts false positives. ${told.join(" ")}`;
}

function heading({ scenario, replicas, seed, results }: ExperimentResult): string[] {
  const top = BARS.top - 16;
  return [
    text(MARGIN, 32, `${scenario.name}: what memory-fault exits cost`, { "font-size": 19, "font-weight": 600 }),
    text(
      MARGIN,
      53,
      `per million faults at the scenario's own rates; ${replicas} VMs a variant, seed ${seed}; lines: 95% intervals`,
      {
        "font-size": 13,
        fill: COLOUR.faint,
      },
    ),
    ...["lost", "corrupted"].flatMap((name, n) => [
      element("rect", { x: BARS.left + 130 * n, y: top - 22, width: 12, height: 8, fill: COLOUR[name as "lost"] }),
      text(BARS.left + 18 + 130 * n, top - 14, `VMs ${name}`, { "font-size": 12 }),
    ]),
    ...axis(results.length),
  ];
}

function scale(): ScaleLogarithmic<number, number> {
  return scaleLog([LEAST, MOST], [BARS.left, BARS.right]).clamp(true);
}

function axis(rows: number): string[] {
  const x = scale();
  const bottom = BARS.top + rows * BARS.row;
  return [1, 10, 100, 1e3, 1e4, 1e5, 1e6].flatMap((value) => [
    element("path", { d: `M${x(value)},${BARS.top - 6}V${bottom}`, stroke: COLOUR.grid }),
    text(x(value), bottom + 15, value.toLocaleString("en-US"), {
      "font-size": 11,
      fill: COLOUR.faint,
      "text-anchor": "middle",
    }),
  ]);
}

/** A variant a row: its name, a bar for what is lost, one for what is corrupted, the figures. */
function bars({ results }: ExperimentResult): string[] {
  return results.flatMap(({ variant, metrics }, n) => {
    const y = BARS.top + n * BARS.row;
    const lost = metrics.find(({ name }) => name === "lostVms")!;
    const corrupted = metrics.find(({ name }) => name === "corruptedVms")!;
    return [
      text(BARS.left - 10, y + 13, variant, { "font-size": 13, "text-anchor": "end" }),
      ...bar(lost, y + 1, COLOUR.lost),
      ...bar(corrupted, y + 2 + BARS.bar, COLOUR.corrupted),
      text(BARS.right + 14, y + 13, `${figure(lost)} lost, ${figure(corrupted)} corrupted`, {
        "font-size": 12,
        fill: COLOUR.faint,
      }),
    ];
  });
}

function bar({ value, low, high }: Metric, y: number, fill: string): string[] {
  const x = scale();
  const middle = y + BARS.bar / 2;
  const width = x(Math.max(LEAST, value ?? 0)) - BARS.left;
  return [
    ...(width > 0 ? [element("rect", { x: BARS.left, y, width, height: BARS.bar, fill })] : []),
    element("path", {
      d: `M${x(Math.max(LEAST, low ?? 0))},${middle}H${x(Math.max(LEAST, high ?? 0))}`,
      stroke: COLOUR.ink,
    }),
  ];
}

function figure({ value }: Metric): string {
  return Math.round(value ?? 0).toLocaleString("en-US");
}

function mapsHeading(y: number, { falsePositives, falseNegatives }: FaultVerdict): string[] {
  const told = [
    "Down: share of the paths that nobody annotates; across: share of failures that are dropped. +n: so many others do the same.",
    `Last map: ${falsePositives} accepts false positives, ${falseNegatives} false negatives; which does less harm, or below which cost the first does.`,
  ];
  return [
    text(MARGIN, y, "Who does least harm, by how often it happens", { "font-size": 15, "font-weight": 600 }),
    ...told.map((line, n) => text(MARGIN, y + 18 + 16 * n, line, { "font-size": 12, fill: COLOUR.faint })),
  ];
}

interface Corner {
  x: number;
  y: number;
}

/** The n-th map's upper left corner. */
function place(n: number, top: number, height: number): Corner {
  const across = n % MAPS.across;
  return { x: MARGIN + across * (MAP_WIDTH + MAPS.gap), y: top + Math.floor(n / MAPS.across) * (height + 6) };
}

interface Square {
  label: string;
  fill: string;
}

function map(
  verdict: FaultVerdict,
  title: string,
  { x, y }: Corner,
  look: (cell: FaultVerdictCell) => Square,
): string[] {
  const rows = rowsOf(verdict);
  const columns = columnsOf(verdict);
  const left = x + MAPS.left;
  const top = y + MAPS.head;
  const width = (MAP_WIDTH - MAPS.left) / columns.length;
  return [
    text(x, y + 18, title, { "font-size": 13, "font-weight": 600 }),
    ...columns.map((dropped, n) =>
      text(left + (n + 0.5) * width, top - 7, share(dropped), {
        "font-size": 11,
        fill: COLOUR.faint,
        "text-anchor": "middle",
      }),
    ),
    ...rows.map((unannotated, n) =>
      text(left - 7, top + (n + 0.5) * MAPS.cell + 4, share(unannotated), {
        "font-size": 11,
        fill: COLOUR.faint,
        "text-anchor": "end",
      }),
    ),
    ...verdict.cells.flatMap((cell) => {
      const at = {
        x: left + columns.indexOf(cell.dropped) * width,
        y: top + rows.indexOf(cell.unannotated) * MAPS.cell,
      };
      const { label, fill } = look(cell);
      return [
        element("rect", { ...at, width, height: MAPS.cell, fill, stroke: "#ffffff" }),
        text(at.x + width / 2, at.y + MAPS.cell / 2 + 4, label, {
          "font-size": 10.5,
          "text-anchor": "middle",
        }),
      ];
    }),
  ];
}

function rowsOf({ cells }: FaultVerdict): number[] {
  return [...new Set(cells.map(({ unannotated }) => unannotated))];
}

function columnsOf({ cells }: FaultVerdict): number[] {
  return [...new Set(cells.map(({ dropped }) => dropped))];
}

function winner(cell: FaultVerdictCell, cost: number, { results }: ExperimentResult): Square {
  const [first, ...others] = cell.best[cost]!.variants;
  return { label: others.length === 0 ? first! : `${first} +${others.length}`, fill: fillOf(first!, results) };
}

/** The side that does less harm whatever the cost; or the cost up to which, or from which on, the one that accepts false positives does. */
function better(cell: FaultVerdictCell, { verdict, results }: JudgedResult): Square {
  const costs = cell.falsePositives;
  const told = side(cell, verdict);
  if (costs === null) return { label: told, fill: told === verdict.falseNegatives ? fillOf(told, results) : NOBODY };
  const one = fillOf(verdict.falsePositives, results);
  if (costs.to === null && costs.from === 0) return { label: told, fill: one };
  const sign = costs.to === null ? ">" : "<";
  return { label: `${sign} ${told.split(" x")[1]}`, fill: NOBODY };
}

function fillOf(variant: string, results: ExperimentResult["results"]): string {
  return FILLS[results.findIndex((one) => one.variant === variant) % FILLS.length]!;
}
