// What klpsim fit found, as text: the answer, what to mind, what the recording cannot tell, files, classes and phases.

import type { FitResult } from "../results/fit-result.js";
import { fitAnswer } from "./fit-answer.js";
import { reportTableLines } from "./report-table.js";
import { classTable, phaseTable, traceTable, unreadableTable } from "./tables/fit-tables.js";
import type { Terminal } from "./terminal.js";
import { wrap } from "./wrap.js";

/** More are for the page, and for programs. */
const PHASES_MAX = 30;

/** Lines of text for a terminal. */
export function fitReport(result: FitResult, terminal: Terminal): string[] {
  const { headline, findings, warnings } = fitAnswer(result);
  const wrapped = (words: string) => wrap(words, terminal.columns, 2).split("\n");
  const tables = [traceTable(result), unreadableTable(result), classTable(result), phaseTable(result, PHASES_MAX)];
  return [
    terminal.bold(headline),
    ...warnings.flatMap((warning) => wrapped(warning).map(terminal.warn)),
    ...tables.flatMap((table) => (table === undefined ? [] : ["", ...reportTableLines(table, terminal)])),
    "",
    terminal.bold("What this recording cannot tell"),
    ...findings.flatMap(wrapped),
  ];
}
