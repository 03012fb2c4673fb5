// klpsim explain: what a scenario will simulate, in words, before it is run.

import type { Command } from "commander";
import { explain } from "../analyse/explain.js";
import { explanationReport } from "../report/explanation.js";
import { terminalOf } from "../report/terminal.js";
import { experimentOf } from "../scenario/index.js";
import { untilInterrupted } from "./interrupt.js";
import { nameOfInput, readScenario } from "./read-text.js";
import { type SimulationOptions, simulateOptions, simulationOptions } from "./simulation-options.js";
import { UsageError } from "./usage-error.js";

const HELP = `
Examples:
  klpsim explain examples/busy-vcpus.yaml
  klpsim explain host.yaml --policy linux-6.1 --patch-functions pipe_read
  klpsim explain host.yaml --json

Exit status: 0 done, 1 failure, 2 the scenario or an option is wrong, 130 interrupted.`;

export function explainCommand(program: Command): void {
  const command = program
    .command("explain")
    .summary("say what a scenario will simulate")
    .description(
      "Says what klpsim run would simulate: where tasks are in the long run, on how many of each class the first try fails, who can switch how under each policy and who never can, how long the run will take, and what may be a mistake.",
    );
  simulationOptions(command).addHelpText("after", HELP).action(run);
}

async function run(path: string, options: SimulationOptions): Promise<void> {
  const scenario = await readScenario(path);
  const file = nameOfInput(path);
  const experiment = experimentOf(scenario, file);
  if (experiment !== "transition")
    throw new UsageError(`${file} is about ${experiment}: only a transition is explained`);
  const job = await simulateOptions(scenario, file, options);
  const explanation = await untilInterrupted((signal) => explain({ ...job, signal }));
  const text = options.json
    ? JSON.stringify(explanation)
    : explanationReport(explanation, terminalOf(process.stdout)).join("\n");
  process.stdout.write(`${text}\n`);
}
