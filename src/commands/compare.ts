// klpsim compare: policies against each other on the same replicas, as an answer in words and tables or as JSON.

import type { Command } from "commander";
import { type CompareOptions, compareWhole, planCompare } from "../compare.js";
import type { ExecuteOptions } from "../execute/executor.js";
import { compareReport } from "../report/compare-table.js";
import { type ProgressLine, progressLine } from "../report/progress.js";
import { terminalOf } from "../report/terminal.js";
import type { CompareResult } from "../results/result.js";
import { experimentOf } from "../scenario/index.js";
import { append } from "./arguments.js";
import { kept, newRecord, type OutOptions, outOptions } from "./out.js";
import { nameOfInput, readScenario } from "./read-text.js";
import { type SimulationOptions, simulateOptions, simulationOptions } from "./simulation-options.js";
import { UsageError } from "./usage-error.js";
import { watched } from "./watched.js";

const EXIT_HOLDS = 3;

/** Who is compared with whom, and what must not come of it. */
export interface ComparisonOptions {
  allPairs?: boolean;
  failIf?: string[];
}

interface CompareCommandOptions extends SimulationOptions, OutOptions, ComparisonOptions {
  until?: string[];
}

const HELP = `
Examples:
  klpsim compare examples/busy-vcpus.yaml --policy linux-5.13 --policy linux-5.19 --policy kvm-v2
  klpsim compare examples/blocked-readers.yaml --policy linux-6.1 --policy mine.yaml --replicas 100000
  klpsim compare host.yaml --policy linux-6.1 --policy linux-6.4 \\
                 --fail-if "p99 linux-6.4 > 1.1 * p99 linux-6.1" --fail-if "P(>60s) B > 1%"
  klpsim compare examples/overcommit.yaml --policy linux-5.19 --policy linux-6.4 --until "p99 ci < 1%"

Figures that --fail-if knows: mean, p50, p99.9 and so on, P(>60s), censored (a share); disturbance,
eintr, restarts, guestExits, ipis, kthreadWakes, signalPasses, isolatedInterrupts, tries, rounds
(means of a transition); violations, warnings, gaveUp (counts). Operators: + - * / ( ) and
< <= > >= == !=. A, B, ... are the first, second, ... policy. docs/compare.md explains them all.

Exit status: 0 done, 1 failure, 2 the scenario or an option is wrong, 3 a condition of --fail-if holds
or cannot be told, 130 interrupted.`;

export function compareCommand(program: Command): void {
  const command = program
    .command("compare")
    .summary("compare policies on the same replicas")
    .description(
      "Simulates a livepatch transition many times under each policy, the same hosts and the same chance under each, and says which policy is faster, by how much, how surely and at what price. All policies are compared with the first.",
    );
  comparisonOptions(simulationOptions(command)).option(
    "--until <rule>",
    "go on until this is known of the policies, as klpsim run does (repeatable)",
    append,
  );
  outOptions(command).addHelpText("after", HELP).action(run);
}

export function comparisonOptions(command: Command): Command {
  return command
    .option("--all-pairs", "compare each policy with each")
    .option("--fail-if <condition>", "exit with 3 if it holds (repeatable)", append);
}

async function run(path: string, options: CompareCommandOptions): Promise<void> {
  const scenario = await readScenario(path);
  const file = nameOfInput(path);
  const experiment = experimentOf(scenario, file);
  if (experiment !== "transition")
    throw new UsageError(`${file} is about ${experiment}, whose variants klpsim run shows side by side`);
  const { allPairs, failIf, until } = options;
  return runCompare({ ...(await simulateOptions(scenario, file, options)), allPairs, failIf, until }, options);
}

/** Compares, or goes on with it, and prints what comes of it. */
export async function runCompare(job: CompareOptions, options: OutOptions & { json?: boolean }): Promise<void> {
  const { allPairs, failIf, until, build = "release" } = job;
  const onCompared = comparisonsLine();
  const { result } = await kept(options, {
    record: () => newRecord("compare", planCompare(job).compiled, { allPairs, failIf, until }, build),
    work: (keeping) => watched("transitions", (watch) => compareWhole({ ...job, ...watch, onCompared }), keeping),
    finished: (compared) => compared,
    restored: (stored) => ({ result: stored.result as CompareResult, histograms: stored.histograms }),
  });
  const text = options.json ? JSON.stringify(result) : compareReport(result, terminalOf(process.stdout)).join("\n");
  process.stdout.write(`${text}\n`);
  if (result.failIf.some(({ holds }) => holds !== false)) process.exitCode = EXIT_HOLDS;
}

/** Begins with the first comparison; until then transitions are what there is to count. */
function comparisonsLine(): ExecuteOptions["onProgress"] {
  let line: ProgressLine | undefined;
  return ({ done, total, rate }) => {
    line ??= progressLine(process.stderr, "comparisons");
    if (done < total) line.show(done, total, rate);
    else line.end();
  };
}
