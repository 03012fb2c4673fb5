#!/usr/bin/env node
// argv -> command. stdout is data, stderr is progress and errors. Exit status: 0 done, 1 failure, 2 the caller's mistake
// (an option, a file, a scenario), 3 a comparison failed, 130 interrupted.

import { Command, CommanderError } from "commander";
import { Failure } from "./commands/failure.js";
import { Interrupted } from "./commands/interrupt.js";
import { forTerminal, tell } from "./commands/tell.js";
import { UsageError } from "./commands/usage-error.js";
import { ThreadError } from "./execute/thread-error.js";
import { ScenarioError } from "./scenario/index.js";
import { version } from "./version.js";

type Add = (program: Command) => void;

/** In the order of --help. Each is loaded where it is asked for: all of them would be a fifth of every start. */
const COMMANDS: Record<string, () => Promise<Add>> = {
  init: async () => (await import("./commands/init.js")).initCommand,
  fit: async () => (await import("./commands/fit.js")).fitCommand,
  run: async () => (await import("./commands/run.js")).runCommand,
  compare: async () => (await import("./commands/compare.js")).compareCommand,
  sweep: async () => (await import("./commands/sweep.js")).sweepCommand,
  resume: async () => (await import("./commands/resume.js")).resumeCommand,
  replay: async () => (await import("./commands/replay.js")).replayCommand,
  report: async () => (await import("./commands/report.js")).reportCommand,
  export: async () => (await import("./commands/export.js")).exportCommand,
  query: async () => (await import("./commands/query.js")).queryCommand,
  explain: async () => (await import("./commands/explain.js")).explainCommand,
  plan: async () => (await import("./commands/plan.js")).planCommand,
  shard: async () => (await import("./commands/shard.js")).shardCommand,
  merge: async () => (await import("./commands/merge.js")).mergeCommand,
  validate: async () => (await import("./commands/validate.js")).validateCommand,
  litmus: async () => (await import("./commands/litmus.js")).litmusCommand,
  ui: async () => (await import("./commands/ui.js")).uiCommand,
  worker: async () => (await import("./commands/worker.js")).workerCommand,
  policies: async () => (await import("./commands/presets.js")).policiesCommand,
  behaviours: async () => (await import("./commands/presets.js")).behavioursCommand,
  examples: async () => (await import("./commands/presets.js")).examplesCommand,
  completions: async () => (await import("./commands/completions.js")).completionsCommand,
  doctor: async () => (await import("./commands/doctor.js")).doctorCommand,
  manual: async () => (await import("./commands/completions.js")).manualCommand,
};
/** They tell of all commands. */
const OF_ALL = ["completions", "manual"];

const HELP = `
Examples:
  klpsim init                                        a scenario of your host, to begin with
  klpsim examples                                    what can be tried
  klpsim run examples/busy-vcpus.yaml                a host under four policies: table and plot
  klpsim run --help                                  a command in full

Exit status: 0 done, 1 failure, 2 the caller's mistake, 3 a comparison failed, 130 interrupted.`;

/** With the command that is asked for, or with all where it takes all to say what there is. */
async function klpsim(asked: string | undefined): Promise<Command> {
  const program = new Command("klpsim")
    .description(
      "Simulates Linux livepatch transitions: how long they take, what holds them up, what chasing stragglers costs.",
    )
    .version(version)
    .showSuggestionAfterError()
    .showHelpAfterError("(--help says more)")
    .configureOutput({ outputError: (text, write) => write(forTerminal(text.replace(/^error: /, "klpsim: "))) })
    .addHelpText("after", HELP)
    .exitOverride();
  const alone = asked !== undefined && Object.hasOwn(COMMANDS, asked) && !OF_ALL.includes(asked);
  const loaded = await Promise.all((alone ? [asked] : Object.keys(COMMANDS)).map((name) => COMMANDS[name]!()));
  for (const add of loaded) add(program);
  return program;
}

/** Prints what went wrong, if commander has not, and returns the exit status. */
function statusOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof Interrupted) return told(error.message, 130);
  if (error instanceof ScenarioError || error instanceof UsageError) return told(error.message, 2);
  if (error instanceof Failure || error instanceof ThreadError) return told(error.message, 1);
  return told(error instanceof Error ? (error.stack ?? error.message) : String(error), 1);
}

function told(message: string, status: number): number {
  tell(message);
  return status;
}

// A reader that has seen enough, as `head`, is no error; a disk that is full is one.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? undefined : told(`cannot write the output: ${error.message}`, 1));
});
// Nobody listens: the exit status still tells.
process.stderr.on("error", () => {});

try {
  await (await klpsim(process.argv[2])).parseAsync();
} catch (error) {
  process.exitCode = statusOf(error);
}
