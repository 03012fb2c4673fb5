// Text in columns: aligned, two spaces apart, the least important columns left out where the terminal is too narrow.

import type { Paint, Terminal } from "./terminal.js";

export interface Column {
  title: string;
  align: "left" | "right";
  /** Left out in this order, 1 first and equals together, where there is no room; never if absent. */
  drop?: number;
}

export interface Cell {
  text: string;
  paint?: Paint;
}

const GAP = "  ";

/** The table's lines, titles first. Every row has a cell a column. */
export function tableLines(columns: Column[], rows: Cell[][], terminal: Terminal): string[] {
  const widths = columns.map(({ title }, i) => Math.max(title.length, ...rows.map((row) => row[i].text.length)));
  const kept = columnsThatFit(columns, widths, terminal.columns);
  const line = (cells: Cell[]) =>
    kept
      .map((i) => padded(cells[i], widths[i], columns[i].align))
      .join(GAP)
      .trimEnd();
  const titles = columns.map(({ title }) => ({ text: title, paint: terminal.bold }));
  return [line(titles), ...rows.map(line)];
}

function columnsThatFit(columns: Column[], widths: number[], room: number): number[] {
  let kept = columns.map((_, i) => i);
  const ranks = [...new Set(columns.flatMap(({ drop }) => drop ?? []))].sort((a, b) => a - b);
  const width = () => kept.reduce((sum, i) => sum + widths[i] + GAP.length, -GAP.length);
  while (width() > room && ranks.length > 0) {
    const rank = ranks.shift();
    kept = kept.filter((i) => columns[i].drop !== rank);
  }
  return kept;
}

function padded({ text, paint = (same) => same }: Cell, width: number, align: Column["align"]): string {
  const space = " ".repeat(width - text.length);
  return align === "left" ? paint(text) + space : space + paint(text);
}
