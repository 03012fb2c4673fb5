// Results as Markdown tables, for mails, issues and pages: fewer columns than the flat tables have, figures as people read them.

import type { CompareResult, Estimate, PolicyResult } from "../results/result.js";
import { type AnyResult, pointsOf, type Row, type Table } from "../results/tables.js";
import { count, duration, durationInterval, percent, percentInterval, whole } from "./format.js";
import { markdownTable } from "./markdown-table.js";

/** A row a policy, at each point of a sweep; below, of a comparison, a row a pair. */
export function resultMarkdown(result: AnyResult): string {
  const points = pointsOf(result);
  const settings = [...new Set(points.flatMap((point) => Object.keys(point.settings)))];
  const seconds = points[0]!.results[0]!.exceed.map((exceed) => `> ${exceed.seconds} s`);
  const head = [
    ...settings,
    "policy",
    "censored",
    "mean",
    "median",
    "p99",
    ...seconds,
    "EINTR",
    "violations",
    "held up by",
  ];
  const rows = points.flatMap(({ settings: of, results }) =>
    results.map((one) => [...settings.map((path) => told(of, path)), ...policyCells(one)]),
  );
  const lines = [
    `${words(result.scenario.name)}: ${whole(result.replicas)} transitions a policy, seed ${result.seed}`,
    "",
  ];
  lines.push(markdown(head, rows));
  if ("comparisons" in result) lines.push("", comparisonMarkdown(result), "", words(result.verdict));
  return `${lines.join("\n")}\n`;
}

/** Every column as it is. */
export function tableMarkdown({ columns, rows }: Table): string {
  const names = columns.map(({ name }) => name);
  return `${markdown(
    names,
    rows.map((row) => names.map((name) => told(row, name))),
  )}\n`;
}

function told(row: Row, name: string): string {
  return row[name] === null || row[name] === undefined ? "" : String(row[name]);
}

function policyCells({
  policy,
  replicas,
  censored,
  latencyMs,
  exceed,
  disturbance,
  violations,
  blame,
}: PolicyResult): string[] {
  const quantile = (p: number) => latencyMs.quantiles.find((one) => one.p === p) ?? NOTHING;
  const { mean: value, meanLow: low, meanHigh: high } = latencyMs;
  return [
    policy,
    percent(censored / replicas),
    time({ value, low, high }),
    time(quantile(0.5)),
    time(quantile(0.99)),
    ...exceed.map(({ probability, ...ends }) => probabilityCell({ value: probability, ...ends })),
    count(disturbance.eintr),
    whole(violations),
    blame[0] === undefined
      ? ""
      : `${blame[0].class} ${blame[0].phase}, ${blame[0].mechanism} ${percent(blame[0].share)}`,
  ];
}

const NOTHING: Estimate = { value: null, low: null, high: null };

function time({ value, low, high }: Estimate): string {
  if (value === null) return "censored";
  return low === null || high === null ? duration(value) : `${duration(value)} (${durationInterval(low, high)})`;
}

function probabilityCell({ value, low, high }: Estimate): string {
  if (value === null) return "unknown";
  return low === null || high === null ? percent(value) : `${percent(value)} (${percentInterval(low, high)})`;
}

function comparisonMarkdown({ comparisons }: CompareResult): string {
  const head = ["b", "against a", "mean b - a", "p99 b - a", "P(b faster)", "variance reduction"];
  const rows = comparisons.map(({ a, b, meanMs, quantilesMs, faster, varianceReduction }) => [
    b,
    a,
    difference(meanMs),
    difference(quantilesMs.find(({ p }) => p === 0.99) ?? NOTHING),
    probabilityCell(faster),
    varianceReduction === null ? "" : `${varianceReduction.toPrecision(3)}x`,
  ]);
  return markdown(head, rows);
}

/** Its sign told, zero included in the interval or not. */
function difference({ value, low, high }: Estimate): string {
  if (value === null) return "unknown";
  const ends = low === null || high === null ? "" : ` (${signed(low)} to ${signed(high)})`;
  return `${signed(value)}${ends}`;
}

function signed(ms: number): string {
  return ms < 0 ? `-${duration(-ms)}` : `+${duration(ms)}`;
}

/** A bar within a cell would end it. */
function markdown(head: string[], rows: string[][]): string {
  const cells = (row: string[]) => row.map((cell) => words(cell).replaceAll("|", "\\|"));
  return markdownTable(cells(head), rows.map(cells));
}

/** A name from elsewhere as words in one line: no markup, no link, no picture. */
function words(text: string): string {
  return text.replace(/[\\<[]/g, "\\$&").replaceAll("\n", " ");
}
