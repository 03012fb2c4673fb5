// Rare tails as a table: how often a transition takes longer than a time that no counting reaches.

import type { PolicyResult, RareTail, RunResult } from "../results/result.js";
import { whole } from "./format.js";
import { seriesMark } from "./series.js";
import { type Cell, type Column, tableLines } from "./table.js";
import type { Terminal } from "./terminal.js";
import { wrap } from "./wrap.js";

const COLUMNS: Column[] = [
  { title: "  policy", align: "left" },
  { title: "longer than", align: "right" },
  { title: "probability", align: "right" },
  { title: "95% interval", align: "left" },
  { title: "by", align: "left", drop: 2 },
  { title: "replicas", align: "right", drop: 1 },
  { title: "worth", align: "right", drop: 1 },
];

const DIGITS = 3;

/** Lines for a terminal, and what speaks against a figure; none where no rare tail was asked for. */
export function rareLines(run: RunResult, terminal: Terminal): string[] {
  const rows = run.results.flatMap((result, i) =>
    (result.rare ?? []).map((tail) => cells(result, tail, terminal.series(i), seriesMark(i), terminal)),
  );
  if (rows.length === 0) return [];
  const warnings = run.results.flatMap(({ policy, rare = [] }) =>
    rare.flatMap(({ seconds, warning }) => (warning === null ? [] : [`${policy}, ${seconds} s: ${warning}.`])),
  );
  const examples = run.results.flatMap(({ policy, rare = [] }) =>
    rare.flatMap(({ seconds, example }) => (example === null ? [] : [exampleLine(policy, seconds, example)])),
  );
  const branchings = run.results.flatMap(({ policy, rare = [] }) =>
    rare.flatMap(({ seconds, branching }) =>
      branching?.by === "stragglers" ? [branchingLine(policy, seconds, branching.gain)] : [],
    ),
  );
  const explained = terminal.dim("worth: as many independent replicas would tell as much by counting.");
  const wrapped = (lines: string[]) => lines.flatMap((line) => wrap(line, terminal.columns).split("\n"));
  return [
    ...tableLines(COLUMNS, rows, terminal),
    ...wrapped(warnings).map(terminal.warn),
    ...wrapped(branchings).map(terminal.dim),
    ...wrapped(examples).map(terminal.dim),
    explained,
  ];
}

function cells(
  { policy }: PolicyResult,
  { seconds, probability, low, high, method, replicas, effectiveSampleSize: worth }: RareTail,
  paint: Cell["paint"],
  mark: string,
  { warn }: Terminal,
): Cell[] {
  return [
    { text: `${mark} ${policy}`, paint },
    { text: `${seconds} s` },
    probability === null ? { text: "unknown", paint: warn } : { text: small(probability) },
    { text: interval(low, high) },
    { text: method },
    { text: whole(replicas) },
    { text: worth === null ? "" : small(worth) },
  ];
}

/** Why some have more branches than others. */
function branchingLine(policy: string, seconds: number, gain: number | null): string {
  const saved =
    gain === null ? "" : `: by tries alone the variance would be ${Number(gain.toPrecision(2))} times as large`;
  return `${policy}, ${seconds} s: branches by stragglers left${saved}, as the pilot saw it.`;
}

/** How to get one of the late again. */
function exampleLine(policy: string, seconds: number, { replica, branches }: NonNullable<RareTail["example"]>): string {
  const branched = branches === "" ? "" : ` with branches ${branches}`;
  return `${policy}, ${seconds} s: later, for example, is replica ${replica}${branched}.`;
}

function interval(low: number | null, high: number | null): string {
  if (high === null) return "";
  return low === null ? `<${small(high)}` : `${small(low)} to ${small(high)}`;
}

/** `1.05e-9`, `0.0312`, `1.34e+11`. */
function small(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(DIGITS - 1);
  return String(Number(value.toPrecision(DIGITS)));
}
