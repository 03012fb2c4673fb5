#!/usr/bin/env node
// argv -> command. stdout is data, stderr is progress and errors. Exit status: 0 done, 1 failure, 2 the caller's mistake
// (an option, a file, a scenario), 3 a comparison failed, 130 interrupted.

import { Command, CommanderError } from "commander";
import { compareCommand } from "./commands/compare.js";
import { completionsCommand, manualCommand } from "./commands/completions.js";
import { doctorCommand } from "./commands/doctor.js";
import { explainCommand } from "./commands/explain.js";
import { exportCommand } from "./commands/export.js";
import { Failure } from "./commands/failure.js";
import { initCommand } from "./commands/init.js";
import { Interrupted } from "./commands/interrupt.js";
import { litmusCommand } from "./commands/litmus.js";
import { behavioursCommand, examplesCommand, policiesCommand } from "./commands/presets.js";
import { queryCommand } from "./commands/query.js";
import { replayCommand } from "./commands/replay.js";
import { reportCommand } from "./commands/report.js";
import { runCommand } from "./commands/run.js";
import { sweepCommand } from "./commands/sweep.js";
import { UsageError } from "./commands/usage-error.js";
import { validateCommand } from "./commands/validate.js";
import { ScenarioError } from "./scenario/index.js";
import { version } from "./version.js";

const COMMANDS = [
  initCommand,
  runCommand,
  compareCommand,
  sweepCommand,
  replayCommand,
  reportCommand,
  exportCommand,
  queryCommand,
  explainCommand,
  validateCommand,
  litmusCommand,
  policiesCommand,
  behavioursCommand,
  examplesCommand,
  completionsCommand,
  doctorCommand,
  manualCommand,
];

const HELP = `
Examples:
  klpsim init                                        a scenario of your host, to begin with
  klpsim examples                                    what can be tried
  klpsim run examples/busy-vcpus.yaml                a host under four policies: table and plot
  klpsim run --help                                  a command in full

Exit status: 0 done, 1 failure, 2 the caller's mistake, 3 a comparison failed, 130 interrupted.`;

function klpsim(): Command {
  const program = new Command("klpsim")
    .description(
      "Simulates Linux livepatch transitions: how long they take, what holds them up, what chasing stragglers costs.",
    )
    .version(version)
    .showSuggestionAfterError()
    .showHelpAfterError("(--help says more)")
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "klpsim: ")) })
    .addHelpText("after", HELP)
    .exitOverride();
  for (const add of COMMANDS) add(program);
  return program;
}

/** Prints what went wrong, if commander has not, and returns the exit status. */
function statusOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof Interrupted) return tell(error.message, 130);
  if (error instanceof ScenarioError || error instanceof UsageError) return tell(error.message, 2);
  if (error instanceof Failure) return tell(error.message, 1);
  return tell(error instanceof Error ? (error.stack ?? error.message) : String(error), 1);
}

function tell(message: string, status: number): number {
  process.stderr.write(`klpsim: ${message}\n`);
  return status;
}

// A reader that has seen enough, as `head`, is no error; a disk that is full is one.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? undefined : tell(`cannot write the output: ${error.message}`, 1));
});
// Nobody listens: the exit status still tells.
process.stderr.on("error", () => {});

try {
  await klpsim().parseAsync();
} catch (error) {
  process.exitCode = statusOf(error);
}
