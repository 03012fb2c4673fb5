// Reports as pages, for programs.

import type { Fit } from "./fit/fit.js";
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

/** One self-contained HTML page of what fit() found: the quality of the traces, classes, and a plot of every duration and its law. */
export async function fitReportHtml({ result, profile }: Fit): Promise<string> {
  const { fitPage } = await import("./report/page/fit-report.js");
  return fitPage(result, profile);
}
