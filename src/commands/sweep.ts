// klpsim sweep: a scenario at many points of its parameters, as tables or as JSON.

import { type Command, Option } from "commander";
import { asWritten, planSweep, type SweepOptions, type Swept, sweepPlanned } from "../analyse/sweep.js";
import { sweepReport } from "../report/sweep-table.js";
import { terminalOf } from "../report/terminal.js";
import type { SweepResult } from "../results/result.js";
import { experimentOf } from "../scenario/index.js";
import { DESIGNS, POINTS_MAX } from "../scenario/sweep-schema.js";
import { append, wholeNumber } from "./arguments.js";
import { kept, newRecord, type OutOptions, outOptions } from "./out.js";
import { nameOfInput, readScenario } from "./read-text.js";
import { type SimulationOptions, simulateOptions, simulationOptions } from "./simulation-options.js";
import { UsageError } from "./usage-error.js";
import { watched } from "./watched.js";

/** What varies, and how. */
export interface SweepSettingOptions {
  vary?: string[];
  design?: string;
  points?: number;
}

interface SweepCommandOptions extends SimulationOptions, OutOptions, SweepSettingOptions {}

const HELP = `
What varies stands in the scenario's sweep, or in --vary: values with commas between them, any path that --set takes.
  1,2,4..64      goes on to 64 as the values before it do: by their ratio if that leads there, else by their difference
  4..64          doubles, or counts by ones where that leads there
  10ms..1s log   all between: a range, for --design latin-hypercube and sobol

Examples:
  klpsim sweep examples/sweep-overcommit.yaml
  klpsim sweep examples/busy-vcpus.yaml --vary workload.vcpu.count=1,2,4..64 --policy linux-5.19 --replicas 1000
  klpsim sweep examples/overcommit.yaml --vary 'policies[1].signalEveryTries=5,10,15' --vary host.cpus=16,32,64 --json
  klpsim sweep examples/blocked-readers.yaml --design sobol --points 32 --vary workload.reader.count=16..1024
         --vary 'workload.reader.behaviour.phases.read.duration.exponential=100ms..20s log'
  klpsim sweep examples/sweep-overcommit.yaml --out swept && klpsim export swept -o swept.csv

Every point runs the same replicas: points differ by their settings, not by chance.

Exit status: 0 done, 1 failure, 2 the scenario, the sweep or an option is wrong, 130 interrupted.`;

export function sweepCommand(program: Command): void {
  const command = program
    .command("sweep")
    .summary("simulate a scenario at many points of its parameters")
    .description(
      "Simulates a scenario again and again with other values at the paths that are varied: a row a point, how far each path moves the figures, and a heat map where there are two of them.",
    );
  outOptions(sweepSettingOptions(simulationOptions(command)))
    .addHelpText("after", HELP)
    .action(run);
}

export function sweepSettingOptions(command: Command): Command {
  return command
    .option("--vary <path=values>", "what to vary, instead of the scenario's sweep (repeatable)", append)
    .addOption(
      new Option(
        "--design <design>",
        "how values are combined (default: the scenario's sweep.design, or grid)",
      ).choices(DESIGNS),
    )
    .option(
      "--points <n>",
      "points of a latin-hypercube; of sobol a power of two, of which there are (paths + 2) times as many (default: the scenario's sweep.points, or 64)",
      wholeNumber(1, POINTS_MAX),
    );
}

async function run(path: string, options: SweepCommandOptions): Promise<void> {
  const scenario = await readScenario(path);
  const file = nameOfInput(path);
  rejectVariants(experimentOf(scenario, file), file);
  const { vary, design, points } = options;
  return runSweep({ ...(await simulateOptions(scenario, file, options)), vary, design, points }, options);
}

/** Runs the points, or goes on with them, and prints what comes of it. */
export async function runSweep(job: SweepOptions, options: OutOptions & { json?: boolean }): Promise<void> {
  const { vary, design, points, build = "release" } = job;
  const plan = await watched("points checked", (watch) => planSweep({ ...job, ...watch }));
  const histograms = options.out !== undefined;
  const { result } = await kept<Swept>(options, {
    record: () => newRecord("sweep", asWritten(plan, job), { vary, design, points }, build),
    work: (keeping) => watched("transitions", (watch) => sweepPlanned(plan, { ...job, ...watch, histograms }), keeping),
    finished: (swept) => swept,
    restored: (stored) => ({ result: stored.result as SweepResult, histograms: stored.histograms }),
  });
  const text = options.json ? JSON.stringify(result) : sweepReport(result, terminalOf(process.stdout)).join("\n");
  process.stdout.write(`${text}\n`);
}

/** Other experiments compare variants in one run. */
function rejectVariants(experiment: string, file: string): void {
  if (experiment === "transition") return;
  const has = experiment === "rseq" ? "its own sweep over delays and its variants" : "its variants";
  throw new UsageError(`${file} is about ${experiment}: klpsim run ${file} simulates ${has}`);
}
