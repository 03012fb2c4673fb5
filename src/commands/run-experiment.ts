// klpsim run for the experiments besides transition: variants and their metrics, as tables or JSON, and a picture where there is one.

import { metricReport } from "../report/metric-table.js";
import { progressLine } from "../report/progress.js";
import { terminalOf } from "../report/terminal.js";
import { type SimulateExperimentOptions, simulateExperiment } from "../simulate-experiment.js";
import { untilInterrupted } from "./interrupt.js";

/** What `klpsim run` was asked for besides the scenario itself. */
export type ExperimentRunOptions = Pick<
  SimulateExperimentOptions,
  "set" | "variants" | "replicas" | "seed" | "workers" | "build"
> & { json?: boolean };

export async function runExperiment(scenario: string, file: string, options: ExperimentRunOptions): Promise<void> {
  const { json, ...rest } = options;
  const progress = progressLine(process.stderr, "replicas");
  const result = await untilInterrupted((signal) =>
    simulateExperiment({
      scenario,
      file,
      ...rest,
      signal,
      onProgress: ({ done, total, rate }) => progress.show(done, total, rate),
    }),
  ).finally(() => progress.end());
  const text = json ? JSON.stringify(result) : metricReport(result, terminalOf(process.stdout)).join("\n");
  process.stdout.write(`${text}\n`);
}
