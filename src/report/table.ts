// Text in columns: aligned, two spaces apart, the least important columns left out where the terminal is too narrow, then words cut.

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
  const wanted = columns.map(({ title }, i) =>
    rows.reduce((most, row) => Math.max(most, row[i].text.length), title.length),
  );
  const kept = columnsThatFit(columns, wanted, terminal.columns);
  const widths = cutToFit(columns, wanted, kept, terminal.columns);
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

const WORDS_MIN = 8;

/** Widths of all columns, of those kept the widest ones of words cut until the line fits. */
function cutToFit(columns: Column[], wanted: number[], kept: number[], room: number): number[] {
  const widths = [...wanted];
  const words = kept.filter((i) => columns[i].align === "left");
  let excess = kept.reduce((sum, i) => sum + widths[i] + GAP.length, -GAP.length) - room;
  while (excess > 0) {
    const widest = words.reduce((a, b) => (widths[b] > widths[a] ? b : a), words[0]);
    if (widest === undefined || widths[widest] <= WORDS_MIN) break;
    widths[widest]--;
    excess--;
  }
  return widths;
}

function padded({ text: whole, paint = (same) => same }: Cell, width: number, align: Column["align"]): string {
  const text = whole.length > width ? `${whole.slice(0, width - 1)}…` : whole;
  const space = " ".repeat(width - text.length);
  return align === "left" ? paint(text) + space : space + paint(text);
}
