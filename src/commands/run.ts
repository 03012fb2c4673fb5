// klpsim run: a scenario under its policies, as tables and a plot or as JSON; other experiments have variants instead.

import { availableParallelism } from "node:os";
import { type Command, Option } from "commander";
import { WORKERS_MAX } from "../execute/with-executor.js";
import { ccdfLines } from "../report/ccdf-plot.js";
import { duration, whole } from "../report/format.js";
import { progressLine } from "../report/progress.js";
import { runReport } from "../report/run-table.js";
import { type Terminal, terminalOf } from "../report/terminal.js";
import { experimentOf, type PolicyFile } from "../scenario/index.js";
import { type Simulation, simulateWhole } from "../simulate.js";
import { BUILDS, type Build } from "../wasm.js";
import { append, seed, wholeNumber } from "./arguments.js";
import { untilInterrupted } from "./interrupt.js";
import { nameOfInput, readPolicy, readScenario } from "./read-text.js";
import { runExperiment } from "./run-experiment.js";
import { UsageError } from "./usage-error.js";

const REPLICAS_MAX = 1e9;
const QUIET_MS = 2000;
const TICKS_PER_SECOND = 1e6;

interface RunOptions {
  policy?: string[];
  variant?: string[];
  replicas?: number;
  seed?: bigint;
  workers: number;
  set?: string[];
  build: Build;
  plot: boolean;
  plots?: string;
  json?: boolean;
}

const HELP = `
Values of --set are YAML, at any path of the scenario:
  klpsim run examples/busy-vcpus.yaml --set workload.vcpu.count=32 --set host.hz=1000
  klpsim run examples/busy-vcpus.yaml --set 'patch.functions=[kvm_arch_vcpu_ioctl_run]'

Other examples:
  klpsim run examples/overcommit.yaml --policy linux-5.13 --policy linux-6.1
  klpsim run examples/overcommit.yaml --policy mine.yaml    where mine.yaml says
                                                            {extends: linux-6.1, signalEveryTries: 5}
  klpsim run examples/blocked-readers.yaml --replicas 1000000 --seed 7 --json > result.json
  klpsim examples           what can be tried
  klpsim policies           what --policy takes

The same scenario, seed and replicas give the same result, to the digest, whatever --workers and --build are.

Exit status: 0 done, 1 failure, 2 the scenario or an option is wrong, 130 interrupted.`;

export function runCommand(program: Command): void {
  program
    .command("run")
    .summary("simulate a scenario")
    .description(
      "Simulates a livepatch transition of the scenario many times under each policy and shows how long it takes, what holds it up and what it costs. A scenario with another experiment (experiment: rseq) is simulated in each of its variants.",
    )
    .argument("<scenario>", "scenario file in YAML or JSON; - reads it from stdin")
    .option(
      "--policy <name>",
      "policy to simulate instead of the scenario's own, or a .yaml or .json file with one (repeatable)",
      append,
    )
    .option("--variant <name...>", "variants to simulate instead of all of the scenario's, where it has such")
    .option(
      "--replicas <n>",
      "transitions a policy, or replicas a variant (default: the scenario's run.replicas)",
      wholeNumber(1, REPLICAS_MAX),
    )
    .option("--seed <n>", "all chance follows from it, 0 to 2^64 - 1 (default: the scenario's run.seed)", seed)
    .option("--workers <n>", "threads; 0 works in the main one", wholeNumber(0, WORKERS_MAX), availableParallelism())
    .option("--set <path=yaml>", "change a value of the scenario (repeatable)", append)
    .addOption(
      new Option("--build <build>", "engine to use; debug checks its assertions").choices(BUILDS).default("release"),
    )
    .option("--no-plot", "tables only")
    .option("--plots <directory>", "write the picture of an experiment's sweep or verdict there, as SVG")
    .option("--json", "print JSON instead of tables and plot")
    .addHelpText("after", HELP)
    .action(run);
}

async function run(path: string, options: RunOptions): Promise<void> {
  const scenario = await readScenario(path);
  const file = nameOfInput(path);
  const experiment = experimentOf(scenario, file);
  if (experiment !== "transition") {
    if (options.policy !== undefined) throw new UsageError(`--policy: ${file} is about ${experiment}: see --variant`);
    const { set, replicas, seed, workers, build, json, plots, variant: variants } = options;
    return runExperiment(scenario, file, { set, variants, replicas, seed, workers, build, json, plots });
  }
  if (options.plots !== undefined) throw new UsageError("--plots: a transition is plotted in the terminal");
  if (options.variant !== undefined) throw new UsageError(`--variant: ${file} is about a transition: see --policy`);
  const policies = options.policy && (await Promise.all(options.policy.map(policyOf)));
  const progress = progressLine(process.stderr, "transitions");
  const simulation = await untilInterrupted((signal) =>
    simulateWhole({
      scenario,
      file,
      set: options.set,
      policies,
      replicas: options.replicas,
      seed: options.seed,
      workers: options.workers,
      build: options.build,
      signal,
      onProgress: ({ done, total, rate }) => progress.show(done, total, rate),
    }),
  ).finally(() => progress.end());
  if (options.json) {
    process.stdout.write(`${JSON.stringify(simulation.result)}\n`);
    return;
  }
  process.stdout.write(`${reportText(simulation, options.plot, terminalOf(process.stdout))}\n`);
  tellTime(simulation);
}

/** A name stays one; a file is read. */
async function policyOf(policy: string): Promise<string | PolicyFile> {
  return /\.(ya?ml|json)$/i.test(policy) ? { file: policy, text: await readPolicy(policy) } : policy;
}

function reportText({ result, latencies, horizonTicks }: Simulation, plot: boolean, terminal: Terminal): string {
  const lines = runReport(result, horizonTicks / TICKS_PER_SECOND, terminal);
  if (plot) {
    const curves = result.results.map(({ policy, replicas }, i) => ({ name: policy, replicas, buckets: latencies[i] }));
    lines.push("", ...ccdfLines(curves, horizonTicks, terminal));
  }
  return lines.join("\n");
}

/** On stderr: the same run prints the same on stdout. */
function tellTime({ result: { results, replicas, timing } }: Simulation): void {
  if (!process.stderr.isTTY && timing.wallMs < QUIET_MS) return;
  const threads = timing.workers === 1 ? "1 worker" : `${timing.workers} workers`;
  const speed = `${whole(timing.transitionsPerSecond)}/s on ${timing.workers === 0 ? "the main thread" : threads}`;
  process.stderr.write(`\n${whole(results.length * replicas)} transitions in ${duration(timing.wallMs)}, ${speed}\n`);
}
