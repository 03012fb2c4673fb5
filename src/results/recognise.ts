// The text of a file of results -> what kind of result it is, checked; anything else is refused with what was expected and found.

import { check } from "../scenario/check.js";
import { Problems, showValue } from "../scenario/errors.js";
import { experimentResultSchema } from "./experiment-schema.js";
import type { ExperimentResult } from "./metrics.js";
import { parseResult } from "./parse-result.js";
import { printable } from "./printable.js";
import type { CompareResult, RunResult, SweepResult } from "./result.js";

/** What a report can be made of. */
export type Result =
  | { kind: "run"; result: RunResult }
  | { kind: "compare"; result: CompareResult }
  | { kind: "sweep"; result: SweepResult }
  | { kind: "experiment"; result: ExperimentResult };

const EXPECTED = "expected what klpsim run, compare or sweep prints with --json";
const KEYS_SHOWN = 5;
/** @throws ScenarioError */
export function recognise(text: string, file: string): Result {
  if (text.trim() === "") return refuse(file, "an empty file");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(file, `no JSON: ${(error as Error).message}`);
  }
  return checkResult(value, file);
}

/** @throws ScenarioError */
export function checkResult(value: unknown, file: string): Result {
  const kind = kindOf(value, file);
  if (isTooDeep(value)) return refuse(file, `values nested deeper than ${DEPTH_MAX} levels`);
  const clean = printable(value);
  return { kind, result: kind === "experiment" ? checkExperiment(clean, file) : parseResult(clean, file) } as Result;
}

function checkExperiment(value: unknown, file: string): ExperimentResult {
  const problems = new Problems(() => ({ file }));
  const result = check(experimentResultSchema, value, problems);
  problems.throwIfAny();
  return result!;
}

function refuse(file: string, found: string): never {
  const problems = new Problems(() => ({ file }));
  problems.add([], `${EXPECTED}, found ${found}`);
  problems.throwIfAny();
  throw new Error(found);
}

function kindOf(value: unknown, file: string): Result["kind"] {
  if (Array.isArray(value)) return refuse(file, `a list of ${value.length}`);
  if (typeof value !== "object" || value === null) return refuse(file, showValue(value));
  if ("tests" in value) return refuse(file, "a result of klpsim litmus, which has no report");
  if ("cells" in value && !("results" in value)) return refuse(file, "a result of klpsim validate, which has --plots");
  if (!("schemaVersion" in value)) return refuse(file, `an object without schemaVersion (${keysOf(value)})`);
  if ("points" in value) return "sweep";
  if ("comparisons" in value) return "compare";
  return hasVariants(value) ? "experiment" : "run";
}

function hasVariants(value: object): boolean {
  if (!("results" in value) || !Array.isArray(value.results)) return false;
  const [first] = value.results;
  return typeof first === "object" && first !== null && "variant" in first;
}

function keysOf(value: object): string {
  const keys = Object.keys(value);
  if (keys.length === 0) return "it is empty";
  const shown = showValue(keys.slice(0, KEYS_SHOWN).join(", "));
  return `it has ${shown}${keys.length > KEYS_SHOWN ? " and more" : ""}`;
}

/** Deeper than any result is: what walks it later would fill the stack. */
const DEPTH_MAX = 64;

function isTooDeep(value: unknown): boolean {
  const todo: [unknown, number][] = [[value, 0]];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const [at, depth] = next;
    if (typeof at !== "object" || at === null) continue;
    if (depth > DEPTH_MAX) return true;
    for (const inner of Object.values(at)) todo.push([inner, depth + 1]);
  }
  return false;
}
