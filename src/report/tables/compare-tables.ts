// A comparison's figures as tables: differences on the same replicas, what each policy disturbs more, the conditions to fail on.

import type { CompareResult, Comparison, Estimate } from "../../results/result.js";
import { quantileName } from "../compare-verdict.js";
import { COSTS } from "../costs.js";
import { count, percent, percentInterval, whole } from "../format.js";
import { left, type ReportTable, right, type TableCell } from "../report-table.js";
import { wonCell } from "./run-tables.js";

const DOMINANCE = { a: "a everywhere", b: "b everywhere", equal: "equal", none: "they cross" };

const SHOWN = [0.5, 0.9, 0.99, 0.999];

export function comparisonTable({ comparisons }: CompareResult): ReportTable {
  const ps = [...new Set(comparisons.flatMap(({ quantilesMs }) => quantilesMs.map(({ p }) => p)))].filter((p) =>
    SHOWN.includes(p),
  );
  return {
    caption: "Differences, b less a: below 0 b is faster",
    columns: [
      left("a"),
      left("b"),
      right("mean"),
      ...ps.map((p) => right(quantileName(p), p === 0.5 || p === 0.99 ? undefined : 3)),
      right("b faster"),
      right("equal", 2),
      left("nowhere slower", 1),
      right("variance reduction", 1),
    ],
    rows: comparisons.map((one) => comparisonRow(one, ps)),
  };
}

function comparisonRow(one: Comparison, ps: number[]): TableCell[] {
  const { a, b, meanMs, quantilesMs, faster, equal, dominance, varianceReduction } = one;
  return [
    { text: a },
    { text: b },
    wonCell(meanMs),
    ...ps.map((p) => wonCell(quantilesMs.find((quantile) => quantile.p === p) ?? NOTHING)),
    shareCell(faster),
    { text: percent(equal) },
    { text: DOMINANCE[dominance] },
    { text: varianceReduction === null ? "" : `${count(varianceReduction)}x` },
  ];
}

const NOTHING: Estimate = { value: null, low: null, high: null };

function shareCell({ value, low, high }: Estimate): TableCell {
  if (value === null) return { text: "unknown" };
  return { text: percent(value), note: low === null || high === null ? undefined : percentInterval(low, high) };
}

/** What b disturbs more than a, by kind; undefined where no kind differs. */
export function disturbanceTable({ comparisons }: CompareResult): ReportTable | undefined {
  const kinds = COSTS.filter(({ kind }) => comparisons.some(({ disturbance }) => disturbance[kind].value !== 0));
  if (kinds.length === 0) return undefined;
  return {
    caption: "Disturbance, b less a, means per transition",
    columns: [left("a"), left("b"), ...kinds.map(({ short }) => right(short)), right("violations")],
    rows: comparisons.map(({ a, b, disturbance, violations }) => [
      { text: a },
      { text: b },
      ...kinds.map(({ kind }) => amountCell(disturbance[kind])),
      { text: signed(violations, whole), warn: violations > 0 },
    ]),
  };
}

function amountCell({ value, low, high }: Estimate): TableCell {
  if (value === null) return { text: "unknown" };
  const note =
    low === null || high === null || low === high ? undefined : `${signed(low, count)} to ${signed(high, count)}`;
  return { text: signed(value, count), note };
}

function signed(value: number, shown: (value: number) => string): string {
  if (value === 0) return "0";
  return `${value > 0 ? "+" : "-"}${shown(Math.abs(value))}`;
}

const HOLDS: Record<string, string> = { true: "yes: failed", false: "no", null: "unknown: failed" };

export function conditionTable({ failIf }: CompareResult): ReportTable | undefined {
  if (failIf.length === 0) return undefined;
  return {
    caption: "Conditions to fail on",
    columns: [left("condition"), left("holds"), left("because")],
    rows: failIf.map(({ condition, holds, detail }) => [
      { text: condition },
      { text: HOLDS[String(holds)]!, warn: holds !== false },
      { text: detail },
    ]),
  };
}
