// klpsim litmus: small concurrent programs explored whole.

import { access } from "node:fs/promises";
import { setImmediate as breathe } from "node:timers/promises";
import { type Command, InvalidArgumentError, Option } from "commander";
import { builtinCases, builtinNames, builtinTests, type Case, ownCases, variantNames } from "../litmus/cases.js";
import { check } from "../litmus/check.js";
import { holds, isTelling } from "../litmus/condition.js";
import { LitmusError } from "../litmus/errors.js";
import { estimate, WINDOW } from "../litmus/estimate.js";
import { fixes } from "../litmus/fixes.js";
import { compileLitmus } from "../litmus/module.js";
import { type FinalState, MEMORY_MODELS, type MemoryModel } from "../litmus/program.js";
import { type Answer, differs, litmusMarkdown, litmusReport } from "../report/litmus-report.js";
import { progressLine } from "../report/progress.js";
import { terminalOf } from "../report/terminal.js";
import { nearMiss } from "../scenario/errors.js";
import { parseTime, UNITS_HELP } from "../scenario/units.js";
import { append, seed, wholeNumber } from "./arguments.js";
import { untilInterrupted } from "./interrupt.js";
import { nameOfInput, readLitmus } from "./read-text.js";
import { tell } from "./tell.js";
import { UsageError } from "./usage-error.js";

const EXIT_DIFFERS = 3;

interface Chances {
  replicas: number;
  window: number;
  seed: bigint;
}

interface Options extends Chances {
  variant: string[];
  model: MemoryModel[];
  fix?: boolean;
  estimate?: boolean;
  markdown?: boolean;
  json?: boolean;
}

const HELP = `
Each verdict says whether the outcome that the test asks about can happen: Never, Sometimes or Always. sc interleaves, tso has store
buffers (x86), lkmm is the kernel's own model. Built in are the races of a transition (L0 to L17), of the rseq selftest's counter
(R1 to R3) and of memory-fault exits (S1 to S5), each under the variants of the kernel for which it means something.

Examples:
  klpsim litmus                                  all built-in tests
  klpsim litmus L2 --variant V-Petr              one in full: final states, and how the race comes about
  klpsim litmus L2 --variant V1 --model tso --estimate --window 1s      how likely it is in one transition
  klpsim litmus L5 --variant "no barriers" --model lkmm --fix            what would help
  klpsim litmus mine.litmus --model lkmm         a test in the kernel's C litmus format (docs/litmus.md)
  klpsim litmus mine.litmus --variant V-Peter    one that calls enter(), leave(), try_remote() or run()

Exit status: 0 as expected, 3 a verdict differs from what the test expects, 2 a test or an option is wrong, 1 failure, 130 interrupted.`;

export function litmusCommand(program: Command): void {
  program
    .command("litmus")
    .summary("explore small concurrent programs under sc, tso and the kernel's memory model")
    .description("Explores litmus tests: every outcome they can have, and how the forbidden one comes about.")
    .argument("[test...]", "names of built-in tests, or files; - reads one from stdin")
    .addOption(new Option("--variant <name>", "only this variant (repeatable)").argParser(append).default([], "all"))
    .addOption(
      new Option("--model <name>", "only this memory model (repeatable)")
        .choices(MEMORY_MODELS)
        .argParser(addModel)
        .default([], "all"),
    )
    .option("--fix", "also which single barrier, or stronger order of an access, makes the outcome impossible")
    .option("--estimate", "also how likely the outcome is, with durations for the steps (sc and tso; docs/litmus.md)")
    .option("--replicas <n>", "of an estimate", wholeNumber(1, 1e9), 200_000)
    .addOption(
      new Option("--window <time>", "in which the CPUs come to their parts, each at a uniform point, of an estimate")
        .argParser(windowNs)
        .default(WINDOW, "1ms"),
    )
    .addOption(new Option("--seed <n>", "of an estimate, 0 to 2^64 - 1").argParser(seed).default(1n, "1"))
    .addOption(new Option("--markdown", "print the verdicts as a Markdown table").conflicts("json"))
    .option("--json", "print JSON instead of tables")
    .addHelpText("after", HELP)
    .action(run);
}

async function run(names: string[], options: Options): Promise<void> {
  checkVariants(options.variant);
  const cases = await casesOf(names, options);
  const answers = await untilInterrupted((signal) => answerAll(cases, options, signal));
  process.stdout.write(`${textOf(answers, options)}\n`);
  const failed = answers.filter(({ checked }) => checked.failed);
  for (const { checked } of failed) tell(checked.reason ?? "");
  if (answers.some(differs)) process.exitCode = EXIT_DIFFERS;
  else if (failed.length > 0) process.exitCode = 1;
}

function textOf(answers: Answer[], { json, markdown }: Options): string {
  if (json) return JSON.stringify(toJson(answers));
  if (markdown) return litmusMarkdown(answers);
  return litmusReport(answers, terminalOf(process.stdout)).join("\n");
}

function checkVariants(variants: string[]): void {
  const known = variantNames();
  for (const name of variants) {
    if (known.includes(name)) continue;
    const near = nearMiss(name, known);
    throw new UsageError(
      `--variant ${name}: ${near === undefined ? `expected one of ${known.join(", ")}` : `did you mean ${near}?`}`,
    );
  }
}

async function casesOf(names: string[], { variant, model }: Options): Promise<Case[]> {
  const models = model.length === 0 ? MEMORY_MODELS : model;
  const found = names.length === 0 ? [builtinCases(undefined, variant, models)] : [];
  for (const name of names) found.push(await casesNamed(name, variant, models));
  const cases = found.flat();
  if (cases.length === 0) throw new UsageError("no such test under this variant and model (klpsim litmus lists all)");
  return cases;
}

async function casesNamed(name: string, variants: string[], models: readonly MemoryModel[]): Promise<Case[]> {
  const tests = builtinTests(name);
  if (tests.length > 0) return builtinCases(tests, variants, models);
  if (name !== "-" && !name.includes(".") && !(await exists(name))) {
    const near = nearMiss(name, builtinNames());
    throw new UsageError(
      `${name}: no such file or built-in test${near === undefined ? "" : `; did you mean ${near}?`}`,
    );
  }
  try {
    return ownCases(await readLitmus(name), nameOfInput(name), variants, models);
  } catch (error) {
    throw error instanceof LitmusError ? new UsageError(error.message) : error;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function answerAll(cases: Case[], options: Options, signal: AbortSignal): Promise<Answer[]> {
  const module = await compileLitmus();
  const progress = progressLine(process.stderr, "tests");
  const started = performance.now();
  const answers: Answer[] = [];
  try {
    for (const asked of cases) {
      await breathe();
      signal.throwIfAborted();
      answers.push(answer(module, asked, options));
      progress.show(answers.length, cases.length, (1000 * answers.length) / (performance.now() - started));
    }
  } finally {
    progress.end();
  }
  return answers;
}

function answer(module: WebAssembly.Module, asked: Case, { fix, estimate, ...options }: Options): Answer {
  const checked = check(module, asked.litmus, asked.model);
  const hasVerdict = checked.verdict !== "Unsupported";
  return {
    asked,
    checked,
    fixes: fix && hasVerdict ? fixes(module, asked.litmus, asked.model) : null,
    estimate: estimate && hasVerdict ? likelihood(module, asked, options) : null,
  };
}

/** Null where there are no durations to speak of: under lkmm, for cycles, and where handlers make several programs of a test. */
function likelihood(module: WebAssembly.Module, { litmus, model }: Case, { replicas, window, seed }: Chances) {
  const [program, ...others] = litmus.programs;
  if (model === "lkmm" || litmus.quantifier === "cycle" || program === undefined || others.length > 0) return null;
  const counts = (final: FinalState) => holds(litmus.filter, final);
  return estimate(module, program, model, (final) => isTelling(litmus, final), { counts, replicas, window, seed });
}

/** As design.md 5 has it. */
function toJson(answers: Answer[]) {
  const tests = answers.map(({ asked, checked, fixes, estimate }) => ({
    name: asked.name,
    variant: asked.variant,
    model: asked.model,
    verdict: checked.verdict,
    expected: asked.expected,
    states: checked.states,
    final: checked.finals.map(({ values, blocked, count }) => ({
      values: Object.fromEntries(values.map((value, i) => [checked.names[i], value])),
      blocked,
      count,
    })),
    witness: checked.witness.map(({ cpu, text, kind, value, line, cycleStarts }, step) => ({
      cpu,
      step,
      text,
      kind,
      value,
      line,
      ...(cycleStarts ? { cycleStarts } : {}),
    })),
    fixes: fixes ?? [],
    ...(estimate === null ? {} : { estimate }),
    ...(checked.reason === null ? {} : { reason: checked.reason }),
  }));
  return { schemaVersion: 1, tests };
}

function addModel(value: string, earlier: MemoryModel[]): MemoryModel[] {
  return [...earlier, value as MemoryModel];
}

/** ns. */
function windowNs(text: string): number {
  const ticks = parseTime(text);
  if (ticks !== undefined && ticks > 0) return 1000 * ticks;
  throw new InvalidArgumentError(`Expected a time above 0 (${UNITS_HELP}).`);
}
