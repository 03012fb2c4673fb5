// A memory-fault verdict as a table: a pair of rates a row, for each cost who does least harm, and which side of the disagreement does less.

import type { FaultVerdict, FaultVerdictCell } from "../results/memory-fault-verdict.js";
import { type Column, tableLines } from "./table.js";
import type { Terminal } from "./terminal.js";

export function verdictReport(verdict: FaultVerdict, terminal: Terminal): string[] {
  const { bold, dim } = terminal;
  const { falsePositives: accepts, falseNegatives: rejects, cells } = verdict;
  const costs = cells[0]!.best.map(({ cost }) => cost);
  const columns: Column[] = [
    { title: "unannotated", align: "right" },
    { title: "dropped", align: "right" },
    ...costs.map((cost): Column => ({ title: `x${cost}`, align: "left" })),
    { title: `${accepts} or ${rejects}`, align: "left" },
  ];
  const rows = cells.map((cell) => [
    { text: share(cell.unannotated) },
    { text: share(cell.dropped) },
    ...cell.best.map(({ variants }) => ({ text: variants.join(" = ") })),
    { text: side(cell, verdict) },
  ]);
  return [
    `${bold("Least harm")}  ${dim("lost VMs + x times the corrupted ones, per fault; by the share of unannotated paths and of dropped failures")}`,
    "",
    ...tableLines(columns, rows, terminal),
  ];
}

/** Which of the two does less harm, by the cost of a corrupted VM. */
export function side(cell: FaultVerdictCell, { falsePositives, falseNegatives }: FaultVerdict): string {
  const better = cell.falsePositives;
  if (better === null) return isEqual(cell, falsePositives, falseNegatives) ? "the same" : falseNegatives;
  const { from, to } = better;
  if (to !== null) return `${falsePositives} below x${digits(to)}`;
  return from > 0 ? `${falsePositives} above x${digits(from)}` : falsePositives;
}

function isEqual({ harm }: FaultVerdictCell, ...names: string[]): boolean {
  const [a, b] = names.map((name) => harm.find(({ variant }) => variant === name)!);
  return a!.lost === b!.lost && a!.corrupted === b!.corrupted;
}

export function share(value: number): string {
  return `${Number((100 * value).toPrecision(6))}%`;
}

function digits(value: number): string {
  return String(Number(value.toPrecision(2)));
}
