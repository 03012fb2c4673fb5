// A run of an experiment with variants as tables: a metric a row, a variant a column, intervals below the values.

import type { ExperimentResult, Metric, VariantResult } from "../results/metrics.js";
import { whole } from "./format.js";
import { type Cell, type Column, tableLines } from "./table.js";
import type { Terminal } from "./terminal.js";
import { verdictReport } from "./verdict-table.js";

const UNKNOWN = "unknown";
const DIGITS = 4;

/** Lines of text for a terminal: as many variants side by side as there is room for. */
export function metricReport(run: ExperimentResult, terminal: Terminal): string[] {
  const { bold, dim } = terminal;
  const heading = `${bold(run.scenario.name)}  ${whole(run.replicas)} replicas a variant, seed ${run.seed}`;
  const lines = [`${heading}  ${dim("(below each value: its 95% interval)")}`];
  for (const results of sideBySide(run.results, terminal.columns)) {
    lines.push("", ...tableLines(columnsOf(results), rowsOf(results, terminal), terminal));
  }
  if (run.verdict !== undefined) lines.push("", ...verdictReport(run.verdict, terminal));
  return lines;
}

/** The results in groups whose tables fit. */
function sideBySide(results: readonly VariantResult[], room: number): VariantResult[][] {
  const groups: VariantResult[][] = [];
  let left = 0;
  for (const result of results) {
    const width =
      2 +
      Math.max(
        result.variant.length,
        ...result.metrics
          .flatMap((metric) => [metricValue(metric.value), metricInterval(metric)])
          .map((text) => text.length),
      );
    if (groups.length === 0 || width > left) {
      groups.push([]);
      left = room - Math.max(...result.metrics.map(({ name }) => words(name).length));
    }
    groups.at(-1)!.push(result);
    left -= width;
  }
  return groups;
}

function columnsOf(results: readonly VariantResult[]): Column[] {
  return [{ title: "", align: "left" }, ...results.map(({ variant }) => ({ title: variant, align: "right" }) as const)];
}

function rowsOf(results: readonly VariantResult[], { dim }: Terminal): Cell[][] {
  return results[0]!.metrics.flatMap(({ name }, row) => {
    const metrics = results.map(({ metrics }) => metrics[row]!);
    const values = [{ text: words(name) }, ...metrics.map(({ value }) => ({ text: metricValue(value) }))];
    const intervals = [{ text: "" }, ...metrics.map((metric) => ({ text: metricInterval(metric), paint: dim }))];
    return intervals.every(({ text }) => text === "") ? [values] : [values, intervals];
  });
}

/** `retriesPerSuccess` as people write it. */
export function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Empty where there is none, or none worth a word. */
export function metricInterval({ low, high, value }: Metric): string {
  if (value === null || low === null) return "";
  if (high === null) return "";
  return metricValue(low) === metricValue(high) ? "" : `${metricValue(low)}-${metricValue(high)}`;
}

/** Four digits, large numbers whole, tiny ones as 1.2e-7. */
export function metricValue(value: number | null): string {
  if (value === null) return UNKNOWN;
  if (value === 0 || Number.isInteger(value)) return whole(value);
  if (Math.abs(value) >= 10 ** (DIGITS - 1)) return whole(value);
  return String(Number(value.toPrecision(DIGITS)));
}
