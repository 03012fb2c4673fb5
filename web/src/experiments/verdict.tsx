// Who does least harm, by the rates and by the cost of a corrupted VM.

import type { ExperimentResult } from "../../../src/browser.js";
import { left, right } from "../../../src/report/report-table.js";
import { share, side } from "../../../src/report/verdict-table.js";
import { ReportTable } from "../run/report-table.js";

export function VerdictTable({ verdict }: { verdict: NonNullable<ExperimentResult["verdict"]> }) {
  const { falsePositives, falseNegatives, cells } = verdict;
  const costs = cells[0]?.best.map(({ cost }) => cost) ?? [];
  const table = {
    caption: "Least harm: lost VMs + x times the corrupted ones, a fault",
    columns: [
      right("unannotated"),
      right("dropped"),
      ...costs.map((cost) => left(`x${cost}`)),
      left(`${falsePositives} or ${falseNegatives}`),
    ],
    rows: cells.map((cell) => [
      { text: share(cell.unannotated) },
      { text: share(cell.dropped) },
      ...cell.best.map(({ variants }) => ({ text: variants.join(" = ") })),
      { text: side(cell, verdict) },
    ]),
  };
  return <ReportTable table={table} />;
}
