// What commands that look at results are given: the directory of a run, or a file with the JSON that a command printed.

import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { stringify } from "yaml";
import { printable } from "../results/printable.js";
import { recognise } from "../results/recognise.js";
import { FILES, readRun, type StoredRun } from "../results/run-directory.js";
import type { AnyResult } from "../results/tables.js";
import { nameOfInput, readResultText } from "./read-text.js";
import { UsageError } from "./usage-error.js";

export interface GivenResult {
  /** As messages call it. */
  name: string;
  result: AnyResult;
  /** Of a directory: histograms, scenario and policies as well. */
  stored?: StoredRun;
}

/** `-` is stdin. @throws UsageError, ScenarioError naming file and field */
export async function readResult(path: string): Promise<GivenResult> {
  const name = nameOfInput(path);
  const directory = await runDirectoryOf(path);
  if (directory !== undefined) {
    const stored = await readRun(directory);
    return { name, result: stored.result, stored };
  }
  const { kind, result } = recognise(await readResultText(path), name);
  if (kind === "experiment")
    throw new UsageError(`${name}: has variants and metrics; expected a run, comparison or sweep`);
  return { name, result };
}

/** What the page can show: the JSON of any result, checked, and of a directory the scenario that was run. */
export interface Shown {
  json: string;
  yaml?: string;
}

/** @throws UsageError, ScenarioError naming file and field */
export async function readShown(path: string): Promise<Shown> {
  const directory = await runDirectoryOf(path);
  if (directory === undefined)
    return { json: JSON.stringify(recognise(await readResultText(path), nameOfInput(path)).result) };
  const { result, record } = await readRun(directory);
  return { json: JSON.stringify(printable(result)), yaml: stringify(printable(record.scenario)) };
}

/** A directory, or that in which a results.json lies beside its run.json; undefined for any other path. */
export async function runDirectoryOf(path: string): Promise<string | undefined> {
  if (path === "-") return undefined;
  if ((await statOf(path))?.isDirectory()) return path;
  const parent = dirname(path);
  const isPart = basename(path) === FILES.results && (await statOf(join(parent, FILES.record))) !== undefined;
  return isPart ? parent : undefined;
}

/** undefined where there is nothing: reading it says what is wrong. */
function statOf(path: string) {
  return stat(path).catch(() => undefined);
}
