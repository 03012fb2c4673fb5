// klpsim resume: a run, comparison or sweep that was begun with --out, gone on with from what is kept of it.

import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { z } from "zod";
import { WORKERS_MAX } from "../execute/with-executor.js";
import { checked } from "../results/parse-result.js";
import { FILES, isFinished, readRecord } from "../results/run-directory.js";
import { differences, type RecordedCommand, type RunRecord } from "../results/run-record.js";
import type { SimulateOptions } from "../simulate.js";
import { version } from "../version.js";
import { BUILDS, type Build, moduleSha256 } from "../wasm.js";
import { wholeNumber } from "./arguments.js";
import { type ExecutorOptions, executorOf, executorOptions } from "./executor-options.js";
import { otherRun } from "./out-state.js";
import { UsageError } from "./usage-error.js";

export interface ResumeOptions extends ExecutorOptions {
  workers: number;
  json?: boolean;
}

const HELP = `
What was asked for is in DIR/run.json; what was finished is in DIR/shards, and is not run again. In the end DIR holds the bytes
that it would hold if nothing had happened, and the command's own output is printed. docs/run-directory.md says more.

Examples:
  klpsim run examples/overcommit.yaml --out overcommit        and then Ctrl-C, a reboot, a full disk
  klpsim resume overcommit

Exit status: 0 done, 1 failure, 2 the directory is of another version or in use, 3 a condition of compare's --fail-if holds or
cannot be told, 130 interrupted.`;

export function resumeCommand(program: Command): void {
  const command = program
    .command("resume")
    .summary("go on with what --out keeps")
    .description("Goes on with a run, comparison or sweep that was interrupted, from what is kept of it.")
    .argument("<dir>", "directory that --out named")
    .addOption(
      new Option("--workers <n>", "threads; 0 works in the main one")
        .argParser(wholeNumber(0, WORKERS_MAX))
        .default(availableParallelism(), "as many as there are CPUs"),
    )
    .option("--json", "print JSON instead of text");
  executorOptions(command).addHelpText("after", HELP).action(resume);
}

/** What the commands record, as their job takes it again. */
const texts = z.array(z.string()).optional();
const whatIf = z.union([z.array(z.string()), z.literal(false)]).optional();
const RECORDED = {
  run: z.looseObject({
    until: texts,
    rare: z.array(z.number()).optional(),
    rareError: z.number().optional(),
    blame: z.looseObject({ whatIf }).optional(),
  }),
  compare: z.looseObject({ allPairs: z.boolean().optional(), failIf: texts, until: texts }),
  sweep: z.looseObject({ vary: texts, design: z.string().optional(), points: z.number().optional() }),
} satisfies Record<RecordedCommand, z.ZodType>;

/** Goes on with what was begun there, and prints what the command would have printed. */
export async function resume(directory: string, { workers, json, ...rest }: ResumeOptions): Promise<void> {
  const executor = executorOf(rest);
  const { record, file, build } = await begunIn(directory);
  const job = { ...jobOf(record, file), workers, build, ...executor };
  const options = { out: directory, resume: true, json };
  const recorded = <C extends RecordedCommand>(command: C) =>
    checked(RECORDED[command], record.options, file) as z.infer<(typeof RECORDED)[C]>;
  if (record.command === "compare") {
    const { runCompare } = await import("./compare.js");
    return runCompare({ ...job, ...recorded("compare") }, options);
  }
  if (record.command === "sweep") {
    const { runSweep } = await import("./sweep.js");
    return runSweep({ ...job, ...recorded("sweep") }, options);
  }
  const { runTransition } = await import("./run-transition.js");
  const { blame, ...asked } = recorded("run");
  return runTransition({ ...job, blame }, { ...asked, ...options, plot: true });
}

/** What was begun in a directory: its record, the name of that file, and whose module it names. */
export interface Begun {
  record: RunRecord;
  file: string;
  build: Build;
}

/** @throws UsageError where nothing was, or where this version would do another run */
export async function begunIn(directory: string): Promise<Begun> {
  const record = await readRecord(directory);
  if (record === null) throw new UsageError(`${directory}: not the directory of a run: it has no ${FILES.record}`);
  const file = join(directory, FILES.record);
  const build = await buildOf(record);
  if (!(await isFinished(directory))) await checkEngine(directory, record, build);
  checked(RECORDED[record.command], record.options, file);
  return { record, file, build };
}

/** The scenario in it is one with all settings applied; its replicas are --until's limit as well. */
function jobOf({ scenario }: RunRecord, file: string): SimulateOptions {
  return { scenario, file, replicas: scenario.run?.replicas };
}

/** Before anything is read as this version reads it. */
async function checkEngine(directory: string, record: RunRecord, build: Build): Promise<void> {
  const engine = { version, wasmSha256: await moduleSha256("transition", build) };
  const different = differences(record, { ...record, engine });
  if (different.length > 0) throw new UsageError(otherRun(directory, different, true));
}

/** Whose module the record names; if it is nobody's, checkEngine() tells. */
async function buildOf({ engine }: RunRecord): Promise<Build> {
  for (const build of BUILDS) if ((await moduleSha256("transition", build)) === engine.wasmSha256) return build;
  return "release";
}
