// klpsim plan: into which shards a run is parted, what they cost, and how long the whole takes on so many cores.

import { availableParallelism } from "node:os";
import { type Command, Option } from "commander";
import { knownJobs } from "../analyse/known-jobs.js";
import { planWork } from "../analyse/plan-work.js";
import { asWritten, planSweep } from "../analyse/sweep.js";
import { planCompare } from "../compare.js";
import { planReport } from "../report/plan-table.js";
import { terminalOf } from "../report/terminal.js";
import { COMMANDS, type RecordedCommand, type RunRecord } from "../results/run-record.js";
import { experimentOf } from "../scenario/index.js";
import { compileRun, type SimulateOptions } from "../simulate.js";
import { wholeNumber } from "./arguments.js";
import { type ComparisonOptions, comparisonOptions } from "./compare.js";
import { begun, newRecord } from "./out.js";
import { nameOfInput, readScenario } from "./read-text.js";
import { type SimulationOptions, scenarioOptions, settingOptions, simulateOptions } from "./simulation-options.js";
import { type SweepSettingOptions, sweepSettingOptions } from "./sweep.js";
import { UsageError } from "./usage-error.js";
import { watched } from "./watched.js";

interface PlanCommandOptions extends Omit<SimulationOptions, "workers">, SweepSettingOptions, ComparisonOptions {
  for: RecordedCommand;
  cores: number;
  shards?: number;
  out?: string;
}

const CORES_MAX = 1e6;
const SHARDS_MAX = 1e6;

const HELP = `
Costs are measured here and now, for about a second: replicas from all over the run, on one core.

Examples:
  klpsim plan examples/busy-vcpus.yaml --replicas 1e7 --cores 64
  klpsim plan examples/busy-vcpus.yaml --replicas 1e7 --cores 512 --shards 512
  klpsim plan examples/sweep-overcommit.yaml --for sweep --cores 64 --json
  klpsim plan examples/busy-vcpus.yaml --replicas 1e8 --out run       and then klpsim shard run, in an array: docs/scale.md

Exit status: 0 done, 1 failure, 2 the scenario or an option is wrong, 130 interrupted.`;

export function planCommand(program: Command): void {
  const command = program
    .command("plan")
    .summary("say what a run costs, in shards and on many cores")
    .description(
      "Says into how many shards a run is parted, what each costs, how long the whole takes on so many cores, and with how many shards it would be done sooner.",
    );
  settingOptions(scenarioOptions(command))
    .addOption(new Option("--for <command>", "whose run it shall be").choices(COMMANDS).default("run"))
    .addOption(
      new Option("--cores <n>", "cores to do it, of however many machines")
        .argParser(wholeNumber(1, CORES_MAX))
        .default(availableParallelism(), "as many as there are here"),
    )
    .option(
      "--shards <n>",
      "so many shards a policy and point (default: as many as their work makes worthwhile)",
      wholeNumber(1, SHARDS_MAX),
    )
    .option(
      "--out <directory>",
      "begin the run there, for klpsim shard to make its shards: how an array of jobs begins",
    );
  comparisonOptions(sweepSettingOptions(command)).addHelpText("after", HELP).action(run);
}

async function run(path: string, options: PlanCommandOptions): Promise<void> {
  const scenario = await readScenario(path);
  const file = nameOfInput(path);
  const experiment = experimentOf(scenario, file);
  if (experiment !== "transition")
    throw new UsageError(`${file} is about ${experiment}, which is not parted into shards`);
  const record = await recordFor(await simulateOptions(scenario, file, options), options);
  const { cores, shards, build, out } = options;
  const plan = await watched("samples", (watch) =>
    planWork(record.command, knownJobs(record, file), { ...watch, cores, shards, build }),
  );
  const text = options.json ? JSON.stringify(plan) : planReport(plan, terminalOf(process.stdout)).join("\n");
  process.stdout.write(`${text}\n`);
  if (out === undefined) return;
  await begun(out, { ...record, shards });
  process.stderr.write(
    `klpsim: klpsim shard ${out} --index I --of N makes its shards, klpsim merge ${out} the result\n`,
  );
}

/** As the command itself would write it. */
async function recordFor(job: SimulateOptions, options: PlanCommandOptions): Promise<RunRecord> {
  const { for: command, build, vary, design, points, allPairs, failIf } = options;
  refuseOf("sweep", command, { "--vary": vary, "--design": design, "--points": points });
  refuseOf("compare", command, { "--all-pairs": allPairs, "--fail-if": failIf });
  if (command === "run") return newRecord(command, compileRun(job), {}, build);
  if (command === "compare") return newRecord(command, planCompare(job).compiled, { allPairs, failIf }, build);
  const plan = await watched("points checked", (watch) => planSweep({ ...job, vary, design, points, ...watch }));
  return newRecord(command, asWritten(plan, job), { vary, design, points }, build);
}

/** Options of one command where the plan is for another. @throws UsageError */
function refuseOf(owner: RecordedCommand, command: RecordedCommand, options: Record<string, unknown>): void {
  const given = Object.keys(options).find((name) => options[name] !== undefined);
  if (command !== owner && given !== undefined) throw new UsageError(`${given}: only with --for ${owner}`);
}
