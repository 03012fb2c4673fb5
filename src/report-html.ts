// The report of results as a page, for programs.

import type { ExperimentResult } from "./results/metrics.js";
import type { CompareResult, RunResult, SweepResult } from "./results/result.js";

/**
 * One self-contained HTML page of results as simulate() and the other functions return them, those of one scenario side by side.
 * @throws ScenarioError where one of them is no result.
 */
export async function reportHtml(
  results: readonly (RunResult | CompareResult | SweepResult | ExperimentResult)[],
): Promise<string> {
  const [{ reportPage }, { checkResult }] = await Promise.all([
    import("./report/page/report.js"),
    import("./results/recognise.js"),
  ]);
  return reportPage(
    results.map((result, i) => ({ name: `result ${i + 1}`, content: checkResult(result, `result ${i + 1}`) })),
  );
}
