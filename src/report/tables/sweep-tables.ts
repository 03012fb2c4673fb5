// A sweep's figures as tables: a row a point and policy, and how much each path matters.

import type { Estimate, SweepResult } from "../../results/result.js";
import { percent } from "../format.js";
import { left, policyCell, type ReportTable, right, type TableCell } from "../report-table.js";
import { measuresOf, policiesOf, valueLabel } from "../sweep-measures.js";

const ROWS_MAX = 400;

export function pointTable(sweep: SweepResult): ReportTable {
  const measures = measuresOf(sweep);
  const policies = policiesOf(sweep);
  const rows = sweep.points.flatMap(({ settings, results }) =>
    results.map((result) => [
      ...sweep.axes.map(({ path }) => ({ text: valueLabel(settings[path]) })),
      policyCell(result.policy, policies.indexOf(result.policy)),
      ...measures.map((measure): TableCell => {
        const { value } = measure.of(result);
        return value === null ? { text: measure.missing, warn: true } : { text: measure.shown(value) };
      }),
    ]),
  );
  const left0 = rows.length > ROWS_MAX ? ` (the first ${ROWS_MAX} of ${rows.length}; the file has all)` : "";
  return {
    caption: `The sweep's points${left0}`,
    columns: [
      ...sweep.axes.map(({ path }) => left(path)),
      left("policy"),
      ...measures.map(({ title }) => right(shortTitle(title))),
    ],
    rows: rows.slice(0, ROWS_MAX),
  };
}

function shortTitle(title: string): string {
  return title.replace(" of the time to completion", "").replace(/ per transition.*/, "");
}

/** Undefined where the design tells nothing. */
export function sensitivityTable({ sensitivity }: SweepResult, policies: string[]): ReportTable | undefined {
  if (sensitivity.length === 0) return undefined;
  const hasIndices = sensitivity.some(({ first, total }) => first !== null || total !== null);
  return {
    caption: "How much each path matters",
    columns: [
      left("policy"),
      left("path"),
      left("figure"),
      right("last over first"),
      ...(hasIndices ? [right("alone explains"), right("with others")] : []),
    ],
    rows: sensitivity.map(({ policy, path, figure, ratio, first, total }) => [
      policyCell(policy, policies.indexOf(policy)),
      { text: path },
      { text: figure },
      { text: ratio === null ? "unknown" : `x${Number(ratio.toPrecision(3))}` },
      ...(hasIndices ? [shareCell(first), shareCell(total)] : []),
    ]),
  };
}

function shareCell(estimate: Estimate | null): TableCell {
  if (estimate === null || estimate.value === null) return { text: "" };
  const { value, low, high } = estimate;
  const note = low === null || high === null ? undefined : `${percent(low)} to ${percent(high)}`;
  return { text: percent(value), note };
}
