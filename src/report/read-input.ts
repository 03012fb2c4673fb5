// Files and run directories -> inputs of a report.

import { stringify } from "yaml";
import { printable } from "../results/printable.js";
import { type Result, recognise } from "../results/recognise.js";
import { readRun } from "../results/run-directory.js";
import type { AnyResult } from "../results/tables.js";
import type { Scenario } from "../scenario/index.js";
import type { ReportInput } from "./report-input.js";

/** Of a run directory: from this any replica can be run again. */
export interface DirectoryInput extends ReportInput {
  scenario: Scenario;
}

const TICKS_PER_SECOND = 1e6;

/** @throws ScenarioError */
export function readInputText(text: string, name: string): ReportInput {
  return { name, content: recognise(text, name) };
}

/** With the whole distribution, the horizon and the scenario. @throws ScenarioError */
export async function readInputDirectory(name: string): Promise<DirectoryInput> {
  const { record, result, histograms, compiled } = await readRun(name);
  return {
    name,
    content: contentOf(printable(result) as AnyResult),
    latencies: "points" in result ? undefined : histograms.map(({ buckets }) => buckets),
    horizonSeconds: compiled.model.horizon / TICKS_PER_SECOND,
    scenario: record.scenario,
    scenarioText: stringify(printable(record.scenario)),
  };
}

function contentOf(result: AnyResult): Result {
  if ("points" in result) return { kind: "sweep", result };
  return "comparisons" in result ? { kind: "compare", result } : { kind: "run", result };
}
