// klpsim validate: measured transitions against simulated ones.

import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { packageFile } from "../package-file.js";
import { progressLine } from "../report/progress.js";
import { terminalOf } from "../report/terminal.js";
import { validationMarkdown, validationReport } from "../report/validation-table.js";
import { type Problem, ScenarioError } from "../scenario/index.js";
import { loadKernels } from "../validate/kernels.js";
import { type Measurement, parseMeasurements, parseOwnMeasurements } from "../validate/measurements.js";
import { planLab } from "../validate/plan-lab.js";
import { type OwnPlan, planOwn } from "../validate/plan-own.js";
import { WORKLOADS } from "../validate/settings.js";
import { Simulator } from "../validate/simulate.js";
import { type Validation, validate } from "../validate/validate.js";
import { append } from "./arguments.js";
import { untilInterrupted } from "./interrupt.js";
import { nameOfInput, readMeasurements, readScenario } from "./read-text.js";
import { tell } from "./tell.js";
import { UsageError } from "./usage-error.js";
import { writePlots } from "./validate-plots.js";

const LAB = packageFile("examples/kernel-lab/");
const EXIT_REJECTED = 3;
const REPLICAS = 2000;
const REPLICAS_MAX = 1_000_000;

interface Options {
  scenario?: string;
  policy?: string[];
  map: Map<string, string>;
  replicas: number;
  alpha: number;
  all?: boolean;
  plots?: string;
  markdown?: boolean;
  json?: boolean;
}

const HELP = `
Rows of one file that share kernel, variant, cell, CPUs, tasks, clock and direction are a cell. Each becomes a scenario: without
--scenario the template of its workload in examples/kernel-lab, filled in by the rows' own parameters, under the policy of its kernel
(policies.yaml) on its machine (machines.yaml). The verdict is an exact Kolmogorov-Smirnov test of the completed
transitions and Fisher's test of the censored share, both sides rounded to 50 ms or 2%, whichever is larger, with Holm's
correction over all cells. Fewer than 5 rows are undecidable.

Examples:
  klpsim validate                                    the measurements that come with klpsim
  klpsim validate more.jsonl --json > verdicts.json
  klpsim validate more.jsonl --map mine=kvm-v2       what the rows call variant "mine"
  klpsim validate host.jsonl --scenario host.yaml    measurements of your own (docs/measurements.md says how)

Exit status: 0 no cell is rejected, 3 some cell is, 2 rows, a scenario or an option are wrong, 1 failure, 130 interrupted.`;

export function validateCommand(program: Command): void {
  program
    .command("validate")
    .summary("compare with transitions measured on real kernels")
    .description("Simulates each measured cell and says whether model and measurement agree.")
    .addArgument(
      new Argument("[path]", "a directory of .jsonl files, or one file; - reads it from stdin").default(
        fileURLToPath(new URL("data", LAB)),
        "the measurements that come with klpsim",
      ),
    )
    .option("--scenario <file>", "what ran where these rows were measured, whatever workload they name")
    .option("--policy <name>", "policy instead of the scenario's own (repeatable, with --scenario)", append)
    .addOption(
      new Option("--map <variant=policy>", "policy of the rows of a variant (repeatable)")
        .argParser(addMapping)
        .default(new Map<string, string>(), "by their kernel"),
    )
    .option("--replicas <n>", "simulated transitions a cell", replicas, REPLICAS)
    .option("--alpha <p>", "level of all tests together, after Holm's correction", alpha, 0.01)
    .option("--all", "list every cell, not only the rejected ones")
    .option("--plots <dir>", "draw every cell as SVG, with an index.html of all")
    .addOption(new Option("--markdown", "print every cell as a Markdown table").conflicts("json"))
    .option("--json", "print JSON instead of tables")
    .addHelpText("after", HELP)
    .action(run);
}

async function run(path: string, options: Options): Promise<void> {
  if (options.policy !== undefined && options.scenario === undefined)
    throw new UsageError("--policy: needs --scenario (--map VARIANT=POLICY says which policy a variant is)");
  const simulator = new Simulator(LAB, options.replicas);
  const { planned, notes } = await plan(path, options, simulator);
  for (const note of notes) tell(`note: ${note}`);
  const progress = progressLine(process.stderr, "cells");
  const result = await untilInterrupted((signal) =>
    validate(planned, { alpha: options.alpha, simulator, signal, onProgress: progress.show }),
  ).finally(() => progress.end());
  if (options.plots !== undefined) await writePlots(options.plots, result, planned, simulator);
  process.stdout.write(`${textOf(result, options)}\n`);
  if (result.verdict === "rejected") process.exitCode = EXIT_REJECTED;
}

async function plan(path: string, { scenario, policy, map }: Options, simulator: Simulator): Promise<OwnPlan> {
  if (scenario === undefined) {
    const kernels = await loadKernels(LAB, map);
    const rows = await readRows(path, (text, file) => parseMeasurements(text, file, WORKLOADS));
    return { planned: await planLab(rows, kernels, simulator), notes: [] };
  }
  if (scenario === "-" && path === "-") throw new UsageError("-: rows and scenario cannot both come from stdin");
  const own = { text: await readScenario(scenario), file: nameOfInput(scenario), mapped: map };
  return planOwn(await readRows(path, parseOwnMeasurements), policy === undefined ? own : { ...own, policies: policy });
}

function textOf(result: Validation, { json, markdown, all }: Options): string {
  if (json) return JSON.stringify(result);
  if (markdown) return validationMarkdown(result).join("\n");
  return validationReport(result, terminalOf(process.stdout), all).join("\n");
}

/** The rows of every file, problems of all files together. */
async function readRows<R extends Measurement>(path: string, parse: (text: string, file: string) => R[]): Promise<R[]> {
  const problems: Problem[] = [];
  const rows: R[] = [];
  for (const file of await filesOf(path)) {
    try {
      rows.push(...parse(await readMeasurements(file), basename(nameOfInput(file))));
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      problems.push(...error.problems.map((problem) => ({ ...problem, file: nameOfInput(file) })));
    }
  }
  if (problems.length > 0) throw new ScenarioError(problems);
  return rows;
}

async function filesOf(path: string): Promise<string[]> {
  const found = path === "-" ? undefined : await stat(path).catch(() => undefined); // reading it says what is wrong
  if (found === undefined || !found.isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => name.endsWith(".jsonl")).sort();
  if (names.length === 0) throw new UsageError(`${path}: no .jsonl file in this directory`);
  return names.map((name) => join(path, name));
}

function addMapping(text: string, known: Map<string, string>): Map<string, string> {
  const [variant = "", policy = "", ...rest] = text.split("=");
  if (variant === "" || policy === "" || rest.length > 0) throw new InvalidArgumentError("Expected VARIANT=POLICY.");
  return new Map([...known, [variant, policy]]);
}

function replicas(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= REPLICAS_MAX) return value;
  throw new InvalidArgumentError(`Expected a whole number from 1 to ${REPLICAS_MAX}.`);
}

function alpha(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && value < 1) return value;
  throw new InvalidArgumentError("Expected a number above 0 and below 1.");
}
