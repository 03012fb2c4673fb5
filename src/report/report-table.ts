// Tables of a report: the same rows for the page and for a terminal.

import { seriesMark } from "./series.js";
import { type Cell, type Column, tableLines } from "./table.js";
import type { Terminal } from "./terminal.js";

export interface TableCell {
  text: string;
  /** Below the text, in a lighter hand: an interval. */
  note?: string;
  warn?: boolean;
  /** Whose mark stands before the text. */
  series?: number;
}

export interface ReportTable {
  /** What the rows are of. */
  caption: string;
  columns: Column[];
  rows: TableCell[][];
}

export const left = (title: string, drop?: number): Column => ({ title, align: "left", drop });
export const right = (title: string, drop?: number): Column => ({ title, align: "right", drop });

/** `series` below 0: a policy without a place of its own. */
export function policyCell(policy: string, series: number): TableCell {
  return series < 0 ? { text: policy } : { text: policy, series };
}

/** Lines for a terminal, the caption first. */
export function reportTableLines({ caption, columns, rows }: ReportTable, terminal: Terminal): string[] {
  const cells = rows.flatMap((row) => {
    const values = row.map((cell) => valueCell(cell, terminal));
    const notes = row.map(({ note = "" }): Cell => ({ text: note, paint: terminal.dim }));
    return notes.every(({ text }) => text === "") ? [values] : [values, notes];
  });
  return [terminal.bold(caption), "", ...tableLines(columns, cells, terminal)];
}

function valueCell({ text, warn, series }: TableCell, terminal: Terminal): Cell {
  if (series === undefined) return { text, paint: warn ? terminal.warn : undefined };
  return { text: `${seriesMark(series)} ${text}`, paint: terminal.series(series) };
}
