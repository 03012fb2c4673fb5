// The validation as a Markdown table for people: a row a cell, the verdict last.

import type { CellResult, Validation } from "./validate.js";

const HEAD = [
  "file",
  "kernel",
  "variant",
  "cpus",
  "clock",
  "cell",
  "dir",
  "n",
  "cens",
  "median",
  "p90",
  "max",
  "sim cens",
  "sim median",
  "sim p90",
  "sim max",
  "KS d",
  "KS p",
  "cens p",
  "Holm p",
  "verdict",
];
const NUMERIC_FROM = 7;

export function validationTable({ alpha, verdict, rejected, cells }: Validation): string {
  const rows = cells.map(cellRow);
  const widths = HEAD.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]!.length)));
  const isNumber = (i: number) => i >= NUMERIC_FROM && i < HEAD.length - 1;
  const line = (row: string[]) =>
    `| ${row.map((text, i) => (isNumber(i) ? text.padStart(widths[i]!) : text.padEnd(widths[i]!))).join(" | ")} |`;
  const rule = `|${widths.map((width, i) => (isNumber(i) ? `${"-".repeat(width + 1)}:` : "-".repeat(width + 2))).join("|")}|`;
  const counts = (["agree", "rejected", "undecidable", "excluded"] as const).map(
    (v) => `${cells.filter((c) => c.verdict === v).length} ${v}`,
  );
  return [
    line(HEAD),
    rule,
    ...rows.map(line),
    "",
    `Times in ms. ${cells.length} cells: ${counts.join(", ")}. ${rejected} rejected at ${alpha} after Holm's correction: ${verdict}.`,
  ].join("\n");
}

function cellRow(c: CellResult): string[] {
  return [
    c.file,
    c.kernel,
    c.variant,
    String(c.cpus),
    c.clock,
    c.cell,
    c.direction,
    String(c.measured.n),
    String(c.measured.censored),
    ms(c.measured.medianMs),
    ms(c.measured.p90Ms),
    ms(c.measured.maxMs),
    share(c.simulated.censored, c.simulated.n),
    ms(c.simulated.medianMs),
    ms(c.simulated.p90Ms),
    ms(c.simulated.maxMs),
    c.ks.d === null ? "-" : c.ks.d.toFixed(2),
    p(c.ks.p),
    p(c.censoring.p),
    p(c.pHolm),
    c.reason === null ? c.verdict : `${c.verdict}: ${c.reason}`,
  ];
}

function ms(value: number | null): string {
  return value === null ? "-" : String(Math.round(value));
}

function share(part: number, whole: number): string {
  return part === 0 ? "0" : `${((100 * part) / whole).toFixed(1)}%`;
}

function p(value: number | null): string {
  if (value === null) return "-";
  return value < 0.001 ? value.toExponential(1) : value.toFixed(3);
}
