// Litmus verdicts for people: a row a test and variant, a column a memory model; of few tests also the final states, and how the
// outcome in question comes about.

import type { Case } from "../litmus/cases.js";
import type { Checked } from "../litmus/check.js";
import type { Estimate } from "../litmus/estimate.js";
import { MEMORY_MODELS, type MemoryModel } from "../litmus/program.js";
import { duration, whole } from "./format.js";
import { groupBy } from "./group-by.js";
import { timelineLines } from "./litmus-timeline.js";
import { markdownTable } from "./markdown-table.js";
import { type Cell, type Column, tableLines } from "./table.js";
import type { Terminal } from "./terminal.js";
import { wrap } from "./wrap.js";

/** A case with its answer. */
export interface Answer {
  asked: Case;
  checked: Checked;
  /** What would make it impossible; null where that was not asked. */
  fixes: string[] | null;
  /** How likely the outcome is; null where it was not asked, or cannot be said. */
  estimate: Estimate | null;
}

/** Cases of at most so many tests are shown in full. */
const FULL = 1;
const FINALS_SHOWN = 24;

export function differs({ asked: { expected }, checked: { verdict } }: Answer): boolean {
  return expected !== null && verdict !== expected;
}

export function litmusReport(answers: readonly Answer[], terminal: Terminal): string[] {
  const tests = new Set(answers.map(caseName));
  return [
    ...verdictLines(answers, terminal),
    ...(tests.size <= FULL ? answers.flatMap((answer) => fullLines(answer, terminal)) : []),
    "",
    ...summaryLines(answers, terminal),
  ];
}

/** A row a test and variant, with where the expectation comes from. */
export function litmusMarkdown(answers: readonly Answer[]): string {
  const models = modelsOf(answers);
  const rows = groupBy(answers, caseName).map(([, row]) => [
    row[0]!.asked.name,
    row[0]!.asked.variant ?? "",
    ...models.map((model) => row.find(({ asked }) => asked.model === model)?.checked.verdict ?? ""),
    row[0]!.asked.source ?? "",
  ]);
  return markdownTable(["test", "variant", ...models, "source"], rows);
}

function modelsOf(answers: readonly Answer[]): MemoryModel[] {
  return MEMORY_MODELS.filter((model) => answers.some(({ asked }) => asked.model === model));
}

function caseName({ asked: { name, variant } }: Answer): string {
  return `${name} ${variant}`;
}

function verdictLines(answers: readonly Answer[], terminal: Terminal): string[] {
  const models = modelsOf(answers);
  const columns: Column[] = [
    { title: "test", align: "left" },
    { title: "variant", align: "left" },
    ...models.map((title): Column => ({ title, align: "left" })),
    { title: "asks whether", align: "left", drop: 1 },
  ];
  const rows = groupBy(answers, caseName);
  const cells = rows.map(([, row]): Cell[] => [
    { text: row[0]!.asked.name },
    { text: row[0]!.asked.variant ?? "" },
    ...models.map((model) => verdictCell(row, model, terminal)),
    { text: row[0]!.asked.title ?? "", paint: terminal.dim },
  ]);
  return tableLines(columns, cells, terminal);
}

function verdictCell(row: readonly Answer[], model: MemoryModel, terminal: Terminal): Cell {
  const answer = row.find(({ asked }) => asked.model === model);
  if (answer === undefined) return { text: "" };
  const { verdict } = answer.checked;
  if (differs(answer)) return { text: `${verdict}, expected ${answer.asked.expected}`, paint: terminal.warn };
  return verdict === "Never" ? { text: verdict } : { text: verdict, paint: terminal.bold };
}

/** One case whole. */
function fullLines({ asked, checked, fixes, estimate }: Answer, terminal: Terminal): string[] {
  const { title, variant, source, litmus, model } = asked;
  const { reason, states, finals, names, witness } = checked;
  const variantText = variant === null ? "" : `, ${variant}`;
  const counted = model === "lkmm" ? "candidate executions" : "states";
  const lines = ["", terminal.bold(`${litmus.name}${variantText}, ${model}: ${checked.verdict}`)];
  if (title !== null) lines.push(wrap(title, terminal.columns));
  if (source !== null) lines.push(terminal.dim(wrap(source, terminal.columns)));
  if (reason !== null) return [...lines, reason];
  lines.push(`${whole(states)} ${counted}`, ...finalLines(names, finals, model, terminal));
  if (witness.length > 0) {
    const cpus = litmus.programs[0]!.cpus.map(({ name }, cpu) => `CPU${cpu} (${name})`);
    lines.push("", ...timelineLines(cpus, witness, terminal));
  }
  if (estimate !== null) lines.push("", ...estimateLines(estimate, terminal));
  if (fixes !== null && checked.verdict !== "Never") lines.push("", ...fixLines(fixes));
  return lines;
}

function fixLines(fixes: string[]): string[] {
  if (fixes.length === 0) return ["No single barrier or order makes it impossible."];
  return ["Any of these makes it impossible:", ...fixes.map((fix) => `  ${fix}`)];
}

function estimateLines(
  { probability, low, high, replicas, effectiveHits, window, warning }: Estimate,
  terminal: Terminal,
): string[] {
  const chance = `Probability in one transition: ${scientific(probability)} (95%: ${scientific(low)} to ${scientific(high)})`;
  const from = `${whole(replicas)} replicas, worth ${whole(Math.round(effectiveHits))} hits; CPUs come within ${duration(window / 1e6)} (docs/litmus.md has the durations)`;
  return [chance, terminal.dim(from), ...(warning === null ? [] : [terminal.warn(wrap(warning, terminal.columns))])];
}

function scientific(probability: number): string {
  return probability === 0 || probability >= 0.001
    ? String(Number(probability.toPrecision(3)))
    : probability.toExponential(2);
}

function finalLines(names: string[], finals: Checked["finals"], model: MemoryModel, terminal: Terminal): string[] {
  const columns: Column[] = [
    ...names.map((title): Column => ({ title, align: "right" })),
    { title: "blocked", align: "left" },
    { title: model === "lkmm" ? "executions" : "ends", align: "right" },
  ];
  const rows = finals
    .slice(0, FINALS_SHOWN)
    .map(({ values, blocked, count }): Cell[] => [
      ...values.map((value) => ({ text: String(value) })),
      { text: blockedCpus(blocked) },
      { text: whole(count) },
    ]);
  const more = finals.length - rows.length;
  return [...tableLines(columns, rows, terminal), ...(more > 0 ? [`${whole(more)} more (--json has all)`] : [])];
}

function blockedCpus(bits: number): string {
  const cpus = Array.from({ length: 32 }, (_, cpu) => cpu).filter((cpu) => (bits >>> cpu) & 1);
  return cpus.map((cpu) => `P${cpu}`).join(" ");
}

function summaryLines(answers: readonly Answer[], terminal: Terminal): string[] {
  const wrong = answers.filter(differs).length;
  const asked = answers.filter(({ asked: { expected } }) => expected !== null).length;
  const unsupported = answers.filter(({ checked }) => checked.verdict === "Unsupported").length;
  const states = answers.reduce((sum, { checked }) => sum + checked.states, 0);
  const parts = [
    `${whole(answers.length)} verdict${answers.length === 1 ? "" : "s"}`,
    `${whole(states)} states and executions`,
  ];
  if (unsupported > 0) parts.push(`${whole(unsupported)} unsupported`);
  const head = parts.join(", ");
  if (asked === 0) return [head];
  if (wrong === 0) return [`${head}; all ${whole(asked)} that are known beforehand are as expected`];
  return [head, terminal.warn(`${whole(wrong)} of ${whole(asked)} differ from what is expected`)];
}
