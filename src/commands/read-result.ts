// What commands that look at results are given: the directory of a run, or a file with the JSON that a command printed.

import { stat } from "node:fs/promises";
import { parseJson, parseResult, readRun, type StoredRun } from "../results/run-directory.js";
import type { AnyResult } from "../results/tables.js";
import { nameOfInput, readResultText } from "./read-text.js";

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
  const found = path === "-" ? undefined : await stat(path).catch(() => undefined); // reading it says what is wrong
  if (found?.isDirectory()) {
    const stored = await readRun(path);
    return { name, result: stored.result, stored };
  }
  return { name, result: parseResult(parseJson(await readResultText(path), name), name) };
}
