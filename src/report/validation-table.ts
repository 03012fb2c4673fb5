// The validation for people: on a terminal a summary and the cells that need a look, or every cell; in Markdown every cell with
// every number.

import { NOT_SAID } from "../validate/measurements.js";
import type { CellResult, Validation, Verdict } from "../validate/validate.js";
import { whole } from "./format.js";
import { groupBy } from "./group-by.js";
import { type Cell, type Column, tableLines } from "./table.js";
import type { Paint, Terminal } from "./terminal.js";
import { wrap } from "./wrap.js";

const FEW = 20;

/** Lines for a terminal. All cells where they are few or `all` are wanted, else the rejected ones. */
export function validationReport(validation: Validation, terminal: Terminal, all = false): string[] {
  const { cells } = validation;
  const listed = all || cells.length <= FEW ? cells : cells.filter(({ verdict }) => verdict === "rejected");
  return [
    terminal.bold(heading(validation)),
    ...(cells.length > FEW ? ["", ...summaryLines(cells, terminal)] : []),
    ...cellLines(listed, terminal),
    ...asideLines(cells, terminal),
    "",
    ...verdictLines(validation, terminal),
  ];
}

function heading({ cells }: Validation): string {
  const rows = cells.reduce((sum, { measured }) => sum + measured.n, 0);
  const replicas = Math.max(...cells.map(({ simulated }) => simulated.n));
  return `${count(cells.length, "cell")}, ${count(rows, "measured transition")}, ${whole(replicas)} simulated a cell`;
}

function count(n: number, what: string): string {
  return `${whole(n)} ${what}${n === 1 ? "" : "s"}`;
}

/** Kernels down, workloads across; where that is too wide, one column for all workloads. */
function summaryLines(cells: readonly CellResult[], terminal: Terminal): string[] {
  const families = [...new Set(cells.map(({ workload }) => workload))].sort();
  const wide = summaryTable(cells, families, terminal);
  const lines =
    wide.width <= terminal.columns
      ? wide.lines
      : summaryTable(
          cells.map((cell) => ({ ...cell, workload: "cells" })),
          ["cells"],
          terminal,
        ).lines;
  const legend = "Cells that agree; 3/5: three of five, the others are rejected; (2): two more do not count.";
  return [...lines, terminal.dim(legend)];
}

function summaryTable(cells: readonly CellResult[], families: string[], terminal: Terminal) {
  const columns: Column[] = [
    { title: "kernel", align: "left" },
    { title: "clock", align: "left" },
    ...families.map((title): Column => ({ title, align: "right" })),
  ];
  const rows = groupBy(cells, machineName).map(([, own]): Cell[] => [
    { text: kernelName(own[0]!) },
    { text: own[0]!.clock },
    ...families.map((family) =>
      tally(
        own.filter(({ workload }) => workload === family),
        terminal,
      ),
    ),
  ]);
  const bare = columns.map(({ title }, i) => Math.max(title.length, ...rows.map((row) => row[i]!.text.length)));
  return { lines: tableLines(columns, rows, terminal), width: bare.reduce((sum, one) => sum + one + 2, -2) };
}

function tally(cells: readonly CellResult[], { warn, dim }: Terminal): Cell {
  if (cells.length === 0) return { text: ".", paint: dim };
  const agree = cells.filter(({ verdict }) => verdict === "agree").length;
  const rejected = cells.filter(({ verdict }) => verdict === "rejected").length;
  const aside = cells.length - agree - rejected;
  const counted = rejected > 0 ? `${agree}/${agree + rejected}` : agree > 0 ? String(agree) : "";
  const text = [counted, aside > 0 ? `(${aside})` : ""].filter(Boolean).join(" ");
  return rejected > 0 ? { text, paint: warn } : { text };
}

const MARK: Record<Verdict, string> = { agree: "✓", rejected: "✗", undecidable: "?", excluded: "-" };

const CELL_COLUMNS: Column[] = [
  { title: "", align: "left" },
  { title: "cell", align: "left" },
  { title: "direction", align: "left" },
  { title: "CPUs", align: "right", drop: 6 },
  { title: "n", align: "right" },
  { title: "cens", align: "right", drop: 4 },
  { title: "sim", align: "right", drop: 4 },
  { title: "median", align: "right" },
  { title: "sim", align: "right" },
  { title: "p90", align: "right", drop: 5 },
  { title: "sim", align: "right", drop: 5 },
  { title: "max", align: "right", drop: 2 },
  { title: "sim", align: "right", drop: 2 },
  { title: "KS d", align: "right", drop: 7 },
  { title: "Holm p", align: "right" },
  { title: "verdict", align: "left", drop: 1 },
  { title: "file", align: "left", drop: 3 },
];

/** By machine and policy, each measured number with the simulated one beside it. */
function cellLines(cells: readonly CellResult[], terminal: Terminal): string[] {
  return groupBy(cells, (cell) => `${machineName(cell)} as ${cell.policy}`).flatMap(([title, own]) => [
    "",
    `${terminal.bold(title)}  ${terminal.dim("times in ms, simulated (sim) beside measured")}`,
    ...tableLines(
      CELL_COLUMNS,
      own.map((cell) => cellRow(cell, terminal)),
      terminal,
    ),
  ]);
}

function cellRow(c: CellResult, { warn, dim }: Terminal): Cell[] {
  const paint: Paint | undefined = c.verdict === "rejected" ? warn : c.verdict === "agree" ? undefined : dim;
  const { measured: m, simulated: s } = c;
  return [
    MARK[c.verdict],
    c.cell,
    c.direction,
    String(c.cpus),
    String(m.n),
    share(m.censored, m.n),
    share(s.censored, s.n),
    ms(m.medianMs),
    ms(s.medianMs),
    ms(m.p90Ms),
    ms(s.p90Ms),
    ms(m.maxMs),
    ms(s.maxMs),
    distance(c.ks.d),
    p(c.pHolm),
    c.verdict,
    c.file.replace(/\.jsonl$/, ""),
  ].map((text) => ({ text, ...(paint === undefined ? {} : { paint }) }));
}

/** What does not count: reasons, machines, cells, directions. */
function asideLines(cells: readonly CellResult[], terminal: Terminal): string[] {
  const aside = cells.filter(({ reason }) => reason !== null);
  return groupBy(aside, ({ reason }) => reason!).flatMap(([reason, own]) => [
    "",
    wrap(`${count(own.length, "cell")} not counted: ${reason}`, terminal.columns),
    ...groupBy(own, machineName).map(([machine, there]) => {
      const names = groupBy(there, ({ cell }) => cell).map(
        ([cell, both]) => `${cell} (${[...new Set(both.map(({ direction }) => direction))].join(", ")})`,
      );
      return terminal.dim(wrap(`${machine}: ${names.join(", ")}`, terminal.columns, 2));
    }),
  ]);
}

function verdictLines({ alpha, verdict, rejected, cells }: Validation, { bold, warn }: Terminal): string[] {
  const counted = cells.filter(({ pHolm }) => pHolm !== null).length;
  const level = `at ${Number((100 * alpha).toPrecision(6))}% after Holm's correction`;
  if (verdict === "undecidable") return [`${bold("Verdict: undecidable.")} No cell counts.`];
  if (verdict === "agree")
    return [`${bold("Verdict: agree.")} Of ${count(counted, "cell")} none is rejected ${level}.`];
  return [
    `${warn("Verdict: rejected.")} In ${rejected} of ${count(counted, "cell")} the measured transitions are not distributed as the simulated ones, ${level}.`,
    ...unrejectedPolicies(cells),
  ];
}

/** Where the same rows stand beside several policies, which of them they do not contradict. */
function unrejectedPolicies(cells: readonly CellResult[]): string[] {
  const samples = groupBy(cells, (c) => JSON.stringify([c.file, machineName(c), c.cell, c.cpus, c.tasks, c.direction]));
  if (samples.every(([, own]) => own.length === 1)) return [];
  const good = groupBy(cells, ({ policy }) => policy).filter(([, own]) =>
    own.some(({ verdict }) => verdict === "agree"),
  );
  const names = good.filter(([, own]) => own.every(({ verdict }) => verdict !== "rejected")).map(([policy]) => policy);
  return [names.length === 0 ? "Each policy is rejected." : `Not rejected: ${names.join(", ")}.`];
}

function machineName(cell: CellResult): string {
  return `${kernelName(cell)}, ${cell.clock}`;
}

function kernelName({ kernel, variant }: CellResult): string {
  return [kernel, variant].filter((name) => name !== NOT_SAID).join(" ") || "unknown kernel";
}

const MARKDOWN_HEAD = [
  "file",
  "kernel",
  "variant",
  "policy",
  "CPUs",
  "tasks",
  "clock",
  "cell",
  "direction",
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
const NUMBERS_FROM = 9;

/** Every cell, as a Markdown table, the verdict last. */
export function validationMarkdown({ alpha, verdict, rejected, cells }: Validation): string[] {
  const rows = cells.map((cell) => markdownRow(cell).map((text) => text.replaceAll("|", "\\|")));
  const widths = MARKDOWN_HEAD.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]!.length)));
  const isNumber = (i: number) => i >= NUMBERS_FROM && i < MARKDOWN_HEAD.length - 1;
  const line = (row: string[]) =>
    `| ${row.map((text, i) => (isNumber(i) ? text.padStart(widths[i]!) : text.padEnd(widths[i]!))).join(" | ")} |`;
  const rule = widths.map((width, i) => (isNumber(i) ? `${"-".repeat(width + 1)}:` : "-".repeat(width + 2)));
  const counts = (["agree", "rejected", "undecidable", "excluded"] as const).map(
    (v) => `${cells.filter((c) => c.verdict === v).length} ${v}`,
  );
  return [
    line(MARKDOWN_HEAD),
    `|${rule.join("|")}|`,
    ...rows.map(line),
    "",
    `Times in ms. ${cells.length} cells: ${counts.join(", ")}. ${rejected} rejected at ${alpha} after Holm's correction: ${verdict}.`,
  ];
}

function markdownRow(c: CellResult): string[] {
  return [
    c.file,
    c.kernel,
    c.variant,
    c.policy,
    String(c.cpus),
    String(c.tasks),
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
    distance(c.ks.d),
    p(c.ks.p),
    p(c.censoring.p),
    p(c.pHolm),
    c.reason === null ? c.verdict : `${c.verdict}: ${c.reason}`,
  ];
}

function ms(value: number | null): string {
  return value === null ? "-" : String(Math.round(value));
}

function share(part: number, total: number): string {
  return part === 0 ? "0" : `${((100 * part) / total).toFixed(part === total ? 0 : 1)}%`;
}

function distance(d: number | null): string {
  return d === null ? "-" : d.toFixed(2);
}

function p(value: number | null): string {
  if (value === null) return "-";
  return value < 0.001 ? value.toExponential(1) : value.toFixed(3);
}
