// How a forbidden outcome comes about, as comments in the kernel draw it: a column a CPU, time downwards.

import type { Terminal } from "./terminal.js";

/** A step as it is drawn. */
export interface TimelineStep {
  cpu: number;
  text: string;
  /** What was read or written, if anything was. */
  value: number | null;
  writes: boolean;
  kind: "execute" | "flush" | "late";
  cycleStarts?: boolean;
}

const GAP = 3;
const COLUMN_MIN = 16;

/** Lines; texts that are too long for a column go on below. */
export function timelineLines(cpus: string[], steps: TimelineStep[], terminal: Terminal): string[] {
  const texts = steps.map(stepText);
  const width = columnWidth(cpus, texts, terminal.columns);
  const row = (cpu: number, text: string) => `${" ".repeat(cpu * (width + GAP))}${text}`;
  const heads = (of: (name: string) => string) => cpus.map((name) => of(name).padEnd(width)).join(" ".repeat(GAP));
  return [
    terminal.bold(heads((name) => name).trimEnd()),
    terminal.dim(heads((name) => "-".repeat(Math.max(name.length, 8))).trimEnd()),
    ...steps.flatMap(({ cpu, cycleStarts }, i) => [
      ...(cycleStarts ? [terminal.dim("from here on, for ever:")] : []),
      ...pieces(texts[i]!, width).map((piece) => row(cpu, piece)),
    ]),
  ];
}

/** What a step does, and to or from which value. */
export function stepText({ text, value, writes, kind }: TimelineStep): string {
  const shown =
    value === null || (writes && text.endsWith(`${value})`)) ? text : `${text} ${writes ? ":=" : "->"} ${value}`;
  if (kind === "flush") return `[to memory] ${shown}`;
  return kind === "late" ? `[late] ${shown}` : shown;
}

/** As wide as the longest step, unless the terminal is too narrow for all CPUs. */
function columnWidth(cpus: string[], texts: string[], columns: number): number {
  const wanted = Math.max(...cpus.map((name) => name.length), ...texts.map((text) => text.length));
  const room = Math.floor((columns - GAP * (cpus.length - 1)) / cpus.length);
  return Math.max(COLUMN_MIN, Math.min(wanted, room));
}

/** Text in pieces of at most `width`, the later ones indented. */
export function pieces(text: string, width: number): string[] {
  if (text.length <= width) return [text];
  const cut = text.lastIndexOf(" ", width);
  const at = cut > 2 ? cut : width;
  return [text.slice(0, at), ...pieces(`  ${text.slice(at).trimStart()}`, width)];
}
