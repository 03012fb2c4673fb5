// --patch-functions and --patch-module: the functions that the livepatch replaces, in the place of the scenario's own.

import { type Command, InvalidArgumentError } from "commander";
import type { LivepatchModule } from "../patch/livepatch.js";
import { whole } from "../report/format.js";
import { groupBy } from "../report/group-by.js";
import { offStack, ScenarioError } from "../scenario/index.js";
import { FUNCTION, FUNCTIONS_MAX } from "../scenario/schema.js";
import { compileRun, type SimulateOptions } from "../simulate.js";
import { wordsOf } from "./arguments.js";
import { tell } from "./tell.js";
import { UsageError } from "./usage-error.js";

const TOLD_MAX = 8;

export interface PatchOptions {
  patchFunctions?: string[];
  patchModule?: string;
}

export function patchOptions(command: Command): Command {
  return command
    .option(
      "--patch-functions <names>",
      "functions that the livepatch replaces, with commas or blanks between them, instead of the scenario's and those of --set (repeatable)",
      functionNames,
    )
    .option(
      "--patch-module <file>",
      "take them from a livepatch module: .ko, .ko.gz, .ko.xz or .ko.zst; with --patch-functions, those as well",
    );
}

/** Names with commas or blanks between them, after those given earlier; each once. */
export function functionNames(text: string, earlier: string[] = []): string[] {
  const names = wordsOf(text);
  const wrong = names.find((name) => !FUNCTION.test(name));
  if (wrong !== undefined) throw new InvalidArgumentError(`Expected the name of a kernel function, got "${wrong}".`);
  if (names.length === 0) throw new InvalidArgumentError("Expected the names of kernel functions.");
  return [...new Set([...earlier, ...names])];
}

/** Which of them was given. */
export function givenPatchOption({ patchFunctions, patchModule }: PatchOptions): string | undefined {
  if (patchFunctions !== undefined) return "--patch-functions";
  return patchModule === undefined ? undefined : "--patch-module";
}

/** As what they set of the scenario. @throws UsageError */
export async function patchSettings({ patchFunctions = [], patchModule }: PatchOptions): Promise<string[]> {
  const replaced = patchModule === undefined ? [] : await functionsOf(patchModule);
  const functions = [...new Set([...replaced, ...patchFunctions])];
  if (functions.length > FUNCTIONS_MAX)
    throw new UsageError(`${functions.length} functions to patch: a scenario takes at most ${FUNCTIONS_MAX}`);
  return functions.length === 0 ? [] : [`patch.functions=${JSON.stringify(functions)}`];
}

async function functionsOf(file: string): Promise<string[]> {
  const { readModule } = await import("./read-module.js");
  const found = await readModule(file);
  const names = found.replaced.map(({ name }) => name);
  const strange = names.find((name) => !FUNCTION.test(name));
  if (strange !== undefined)
    throw new UsageError(`${file}: replaces ${JSON.stringify(strange)}, which no scenario can name`);
  tell(`${file}: replaces ${replacedText(found)}`);
  if (!found.declared) tell(`${file}: no livepatch=Y in its .modinfo: the kernel does not take it as a livepatch`);
  return names;
}

/** `pipe_read, vfs_read of vmlinux; ext4_write of ext4` */
function replacedText({ replaced }: LivepatchModule): string {
  return groupBy(replaced, ({ object }) => object)
    .map(([object, of]) => `${listed(of.map(({ name }) => name))} of ${object}`)
    .join("; ");
}

function listed(names: string[]): string {
  const more = names.length - TOLD_MAX;
  return names.slice(0, TOLD_MAX).join(", ") + (more > 0 ? ` and ${whole(more)} more` : "");
}

/** On stderr: functions of the patch whose patching nobody of the scenario notices. */
export function tellOffStack(job: SimulateOptions): void {
  for (const line of offStackLines(job)) tell(line);
}

function offStackLines(job: SimulateOptions): string[] {
  const found = offStackOf(job);
  if (found === undefined || found.functions.length === 0) return [];
  if (found.shown === 0)
    return [`${job.file} names no function on any stack: it makes no difference there which functions are patched`];
  const [meant, other] = [found.functions.filter(({ near }) => near), found.functions.filter(({ near }) => !near)];
  const lines = meant
    .slice(0, TOLD_MAX)
    .map(
      ({ name, near }) =>
        `${name}: on no stack of ${job.file}; did you mean ${near}? a patch of it affects nobody here`,
    );
  const rest = [...meant.slice(TOLD_MAX), ...other].map(({ name }) => name);
  if (rest.length > 0)
    lines.push(
      `${listed(rest)}: on no stack of ${job.file}: a patch of ${rest.length === 1 ? "it" : "them"} affects nobody here`,
    );
  return lines;
}

/** A scenario that is wrong is told of where it is run. */
function offStackOf(job: SimulateOptions) {
  try {
    return offStack(compileRun(job).scenario);
  } catch (error) {
    if (error instanceof ScenarioError) return undefined;
    throw error;
  }
}
