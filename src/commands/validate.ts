// klpsim validate: measured transitions against simulated ones.

import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Command, InvalidArgumentError } from "commander";
import { progressLine } from "../report/progress.js";
import { type Problem, ScenarioError } from "../scenario/index.js";
import { loadKernels } from "../validate/kernels.js";
import { parseMeasurements, type Row } from "../validate/measurements.js";
import { Simulator } from "../validate/simulate.js";
import { validationTable } from "../validate/table.js";
import { validate } from "../validate/validate.js";
import { untilInterrupted } from "./interrupt.js";

const LAB = new URL("../../examples/kernel-lab/", import.meta.url);
const EXIT_REJECTED = 3;
const REPLICAS = 2000;
const REPLICAS_MAX = 1_000_000;

interface Options {
  map: Map<string, string>;
  replicas: number;
  alpha: number;
  json?: boolean;
}

const HELP = `
Every cell of the rows (kernel, variant, workload, CPUs, tasks, clock, direction) becomes a scenario: the template of its workload
in examples/kernel-lab, filled in by the rows' own parameters, under the policy of its kernel (policies.yaml) on its
machine (machines.yaml). The verdict is an exact Kolmogorov-Smirnov test of the completed transitions and Fisher's test of the
censored share, both sides rounded to 50 ms or 2%, with Holm's correction over all cells.

  klpsim validate                                    the measurements that come with klpsim
  klpsim validate more.jsonl --json > verdicts.json
  klpsim validate more.jsonl --map mine=kvm-v2       what the rows call variant "mine"

Exit status: 0 no cell is rejected, 3 some cell is, 2 a file that cannot be read, or a kernel, variant or workload that is not known.`;

export function validateCommand(program: Command): void {
  program
    .command("validate")
    .summary("compare with transitions measured on real kernels")
    .description("Simulates each measured cell and says whether model and measurement agree.")
    .argument("[path]", "a directory of .jsonl files, or one file", fileURLToPath(new URL("data", LAB)))
    .option(
      "--map <variant=policy>",
      "policy of a kernel's variant (repeatable)",
      addMapping,
      new Map<string, string>(),
    )
    .option("--replicas <n>", "simulated transitions a cell", replicas, REPLICAS)
    .option("--alpha <p>", "level of all tests together, after Holm's correction", alpha, 0.01)
    .option("--json", "print JSON instead of a table")
    .addHelpText("after", HELP)
    .action(run);
}

async function run(path: string, options: Options): Promise<void> {
  const rows = await readRows(path);
  const kernels = await loadKernels(LAB, options.map);
  const simulator = new Simulator(LAB, options.replicas);
  const progress = progressLine(process.stderr, "cells");
  const result = await untilInterrupted((signal) =>
    validate(rows, { alpha: options.alpha, kernels, simulator, signal, onProgress: progress.show }),
  ).finally(() => progress.end());
  process.stdout.write(`${options.json ? JSON.stringify(result) : validationTable(result)}\n`);
  if (result.verdict === "rejected") process.exitCode = EXIT_REJECTED;
}

/** The rows of every file, problems of all files together. */
async function readRows(path: string): Promise<Row[]> {
  const problems: Problem[] = [];
  const rows: Row[] = [];
  for (const file of await filesOf(path)) {
    try {
      rows.push(...parseMeasurements(await readFile(file, "utf8"), basename(file)));
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      problems.push(...error.problems.map((problem) => ({ ...problem, file })));
    }
  }
  if (problems.length > 0) throw new ScenarioError(problems);
  return rows;
}

async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new ScenarioError([{ file: path, field: "", message: "no such file or directory" }]);
  if (!found.isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => name.endsWith(".jsonl")).sort();
  if (names.length === 0)
    throw new ScenarioError([{ file: path, field: "", message: "no .jsonl file in this directory" }]);
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
