// What a scenario's text says, and what is wrong with it.

import { explainedWithoutPilot } from "../../../src/analyse/explain.js";
import { EXPERIMENT_KINDS } from "../../../src/experiments.js";
import { explanationReport } from "../../../src/report/explanation.js";
import { terminalOf } from "../../../src/report/terminal.js";
import { experimentOf, type Problem, ScenarioError } from "../../../src/scenario/index.js";
import { readText } from "../../../src/scenario/source.js";
import { compileRun } from "../../../src/simulate.js";
import type { CheckedScenario } from "../protocol.js";
import type { Handler } from "./handler.js";

const COLUMNS = 88;

const NOTHING: CheckedScenario = {
  problems: [],
  experiment: null,
  value: null,
  canonical: null,
  policies: [],
  explanation: null,
};

export const check: Handler<"check"> = ({ yaml }) => {
  const found: CheckedScenario = { ...NOTHING };
  try {
    found.value = readText(yaml).value;
    found.experiment = experimentOf(yaml);
    return { ...found, ...understood(yaml, found.experiment) };
  } catch (error) {
    return { ...found, problems: problemsOf(error) };
  }
};

/** @throws ScenarioError */
function understood(yaml: string, experiment: NonNullable<CheckedScenario["experiment"]>): Partial<CheckedScenario> {
  if (experiment !== "transition") {
    const { scenario, variants } = EXPERIMENT_KINDS[experiment].load(yaml, {});
    return { canonical: scenario, policies: variants.map(({ name }) => name) };
  }
  const compiled = compileRun({ scenario: yaml });
  const explanation = explanationReport(explainedWithoutPilot(compiled), terminalOf({ columns: COLUMNS }, {}));
  return {
    canonical: compiled.scenario,
    policies: compiled.policies.map(({ name }) => name),
    explanation: explanation.join("\n"),
  };
}

function problemsOf(error: unknown): Problem[] {
  if (error instanceof ScenarioError) return error.problems;
  throw error;
}
