// Bars on a terminal: eighths of a block where there are blocks, words and numbers beside them.

import type { Paint, Terminal } from "../terminal.js";

export interface BarLine {
  label: string;
  value: number;
  /** The value as people read it. */
  text: string;
  paint?: Paint;
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const LABEL_MAX = 36;

/** Bars to one scale, the longest as long as there is room; `most` is what fills it. */
export function barLines(bars: readonly BarLine[], terminal: Terminal, most: number, indent = 2): string[] {
  const labelWidth = Math.min(LABEL_MAX, Math.max(0, ...bars.map(({ label }) => label.length)));
  const textWidth = Math.max(0, ...bars.map(({ text }) => text.length));
  const room = Math.max(4, terminal.columns - indent - labelWidth - textWidth - 4);
  return bars.map(({ label, value, text, paint = (same) => same }) => {
    const bar = blocks(most > 0 ? (value / most) * room : 0);
    return `${" ".repeat(indent)}${shortened(label, labelWidth).padEnd(labelWidth)}  ${paint(bar)}${bar === "" ? "" : " "}${text}`;
  });
}

/** Something, however little, shows. */
function blocks(length: number): string {
  if (length <= 0) return "";
  const eighths = Math.max(1, Math.round(8 * length));
  return "█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!;
}

export function shortened(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
