// klpsim run for the experiments besides transition: variants and their metrics, as tables or JSON, and a picture where there is one.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { metricReport } from "../report/metric-table.js";
import { rseqPlot } from "../report/rseq-plot.js";
import { terminalOf } from "../report/terminal.js";
import { isJudged, verdictPlot } from "../report/verdict-plot.js";
import type { ExperimentResult } from "../results/metrics.js";
import { type SimulateExperimentOptions, simulateExperiment } from "../simulate-experiment.js";
import { makeDirectory } from "./make-directory.js";
import { UsageError } from "./usage-error.js";
import { watched } from "./watched.js";

/** What `klpsim run` was asked for besides the scenario itself. */
export type ExperimentRunOptions = Pick<
  SimulateExperimentOptions,
  "set" | "variants" | "replicas" | "seed" | "workers" | "build"
> & { json?: boolean; plots?: string };

export async function runExperiment(scenario: string, file: string, options: ExperimentRunOptions): Promise<void> {
  const { json, plots, ...rest } = options;
  const result = await watched("replicas", (watch) => simulateExperiment({ scenario, file, ...rest, ...watch }));
  if (plots !== undefined) await writePicture(plots, result);
  const text = json ? JSON.stringify(result) : metricReport(result, terminalOf(process.stdout)).join("\n");
  process.stdout.write(`${text}\n`);
}

/** `--plots`: the run's picture, called after the scenario, over what is there. */
async function writePicture(directory: string, result: ExperimentResult): Promise<void> {
  const picture = isJudged(result) ? verdictPlot(result) : rseqPlot(result);
  if (picture === undefined)
    throw new UsageError("--plots: there is a picture of a sweep over delays, and of a verdict");
  await makeDirectory(directory);
  await writeFile(join(directory, `${result.scenario.name.replace(/[^A-Za-z0-9._-]/g, "_")}.svg`), picture);
}
