// klpsim run: a scenario under its policies, as tables and a plot or as JSON; other experiments have variants instead.

import type { Command } from "commander";
import { hasSweep } from "../scenario/axes.js";
import { experimentOf } from "../scenario/index.js";
import { sourceOf } from "../scenario/source.js";
import { append } from "./arguments.js";
import { type BlameOptions, blameOf, blameOptions } from "./blame-options.js";
import { outOptions } from "./out.js";
import { givenPatchOption } from "./patch-options.js";
import { checkRare, rareOptions } from "./rare-options.js";
import { nameOfInput, readScenario } from "./read-text.js";
import { runExperiment } from "./run-experiment.js";
import { runTransition, type TransitionOptions } from "./run-transition.js";
import { type SimulationOptions, simulateOptions, simulationOptions } from "./simulation-options.js";
import { UsageError } from "./usage-error.js";

interface RunOptions extends SimulationOptions, TransitionOptions, BlameOptions {
  variant?: string[];
  plots?: string;
}

const HELP = `
Values of --set are YAML, at any path of the scenario. The same scenario, seed and replicas give the same result, to the digest,
whatever --workers and --build are. What can be tried: klpsim examples; what --policy takes: klpsim policies.

Examples:
  klpsim run examples/overcommit.yaml --policy linux-5.13 --policy linux-6.1
  klpsim run examples/busy-vcpus.yaml --set workload.vcpu.count=32 --set host.hz=1000
  klpsim run examples/blocked-readers.yaml --patch-functions pipe_read,tcp_recvmsg
  klpsim run examples/blocked-readers.yaml --patch-module livepatch-fix.ko      the functions that it replaces
  klpsim run examples/overcommit.yaml --policy mine.yaml      mine.yaml: {extends: linux-6.1, signalEveryTries: 5}
  klpsim run examples/blocked-readers.yaml --replicas 1000000 --seed 7 --json > result.json
  klpsim run examples/blocked-readers.yaml --blame --what-if function:pipe_read
  klpsim run examples/overcommit.yaml --out overcommit        keeps the run
  klpsim run examples/patch-lite.yaml --rare 52s              how often longer than that: about 1e-9
  klpsim run examples/blocked-readers.yaml --until "p99 ci < 1%" --until "P(>15s) < 5% @ 99% or time < 20s"

Rules of --until, each for all policies or for one that it names; --replicas is the limit then:
  "p99 ci < 1%"              the 95% interval of p99 (mean, p50, p90, p95, p99.9) is narrower than 1% of it; also < 50ms
  "P(>60s) < 1% @ 99%"       it is decided, at 99%, whether transitions take longer than 60 s with less or more than 1%
  "time < 30s"               a limit: the run stops at a look, and says which --replicas comes to the same
Looks are at 1,000 replicas, 2,000, 4,000 and so on; the intervals shown hold at all looks together (docs/statistics.md).

Exit status: 0 done, 1 failure, 2 the scenario or an option is wrong, 130 interrupted.`;

export function runCommand(program: Command): void {
  const command = program
    .command("run")
    .summary("simulate a scenario")
    .description(
      "Simulates a livepatch transition of the scenario many times under each policy and shows how long it takes, what holds it up and what it costs. A scenario with another experiment (experiment: rseq) is simulated in each of its variants.",
    );
  simulationOptions(command)
    .option(
      "--until <rule>",
      "go on until this is known, instead of a number of replicas: see below (repeatable; all must hold)",
      append,
    )
    .option("--variant <name...>", "variants to simulate instead of all of the scenario's, where it has such")
    .option("--no-plot", "tables only")
    .option("--plots <directory>", "write the picture of an experiment's sweep or verdict there, as SVG");
  blameOptions(command);
  rareOptions(command);
  outOptions(command).addHelpText("after", HELP).action(run);
}

async function run(path: string, options: RunOptions): Promise<void> {
  const scenario = await readScenario(path);
  const file = nameOfInput(path);
  const experiment = experimentOf(scenario, file);
  if (experiment !== "transition") {
    if (options.policy !== undefined) throw new UsageError(`--policy: ${file} is about ${experiment}: see --variant`);
    if (options.rare !== undefined) throw new UsageError(`--rare: ${file} is about ${experiment}, not a transition`);
    const patch = givenPatchOption(options);
    if (patch !== undefined) throw new UsageError(`${patch}: ${file} is about ${experiment}, not a transition`);
    if (options.blame) throw new UsageError(`--blame: ${file} is about ${experiment}, not a transition`);
    if (options.until !== undefined)
      throw new UsageError(`--until: ${file} is about ${experiment}, which takes --replicas alone`);
    if (options.executor !== undefined)
      throw new UsageError(`--executor: ${file} is about ${experiment}, which is simulated here alone`);
    if (options.out !== undefined) throw new UsageError(`--out: ${file} is about ${experiment}: keep its --json`);
    const { set, replicas, seed, workers, build, json, plots, variant: variants } = options;
    return runExperiment(scenario, file, { set, variants, replicas, seed, workers, build, json, plots });
  }
  if (options.plots !== undefined) throw new UsageError("--plots: a transition is plotted in the terminal");
  if (options.variant !== undefined) throw new UsageError(`--variant: ${file} is about a transition: see --policy`);
  checkRare(options);
  const blame = blameOf(options);
  const job = { ...(await simulateOptions(scenario, file, options)), blame };
  tellSweep(scenario, file);
  if (blame && options.until !== undefined)
    throw new UsageError(
      "--until: not with --blame, which must know its replicas: give it the --replicas that --until comes to",
    );
  return runTransition(job, options);
}

/** A sweep is not run by accident, nor left out without a word. */
function tellSweep(scenario: string, file: string): void {
  if (!hasSweep(sourceOf(scenario, file))) return;
  process.stderr.write(
    `klpsim: ${file} has a sweep: this is the scenario as it stands; klpsim sweep ${file} runs its points\n`,
  );
}
