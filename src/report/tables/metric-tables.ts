// An experiment's metrics as a table: a metric a row, a variant a column, intervals below.

import type { ExperimentResult, Metric } from "../../results/metrics.js";
import { metricInterval, metricValue, words } from "../metric-table.js";
import { left, type ReportTable, right, type TableCell } from "../report-table.js";

export function metricTable({ results }: ExperimentResult): ReportTable {
  const [first] = results;
  return {
    caption: "Metrics",
    columns: [left("metric"), ...results.map(({ variant }) => right(variant))],
    rows: (first?.metrics ?? []).map(({ name }, row) => [
      { text: words(name) },
      ...results.map(({ metrics }) => metricCell(metrics[row]!)),
    ]),
  };
}

function metricCell(metric: Metric): TableCell {
  return { text: metricValue(metric.value), note: metricInterval(metric) };
}
