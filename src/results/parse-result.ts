// The JSON of results, checked.

import type { z } from "zod";
import { check } from "../scenario/check.js";
import { type Path, Problems } from "../scenario/errors.js";
import type { CompareResult, RunResult, SweepResult } from "./result.js";
import { compareResultSchema, runResultSchema, sweepResultSchema } from "./result-schema.js";
import type { AnyResult } from "./tables.js";

/** The JSON that run, compare or sweep print, from a value. @throws ScenarioError */
export function parseResult(value: unknown, file: string): AnyResult {
  if (!isObject(value)) return fail(file, [], "expected the JSON of a run, comparison or sweep");
  if ("points" in value) return checked<SweepResult>(sweepResultSchema, value, file);
  if ("comparisons" in value) return checked<CompareResult>(compareResultSchema, value, file);
  return checked<RunResult>(runResultSchema, value, file);
}

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value itself, as what it was found to be: its fields stay in their order. @throws ScenarioError */
export function checked<T>(schema: z.ZodType<T>, value: unknown, file: string): T {
  const problems = new Problems(() => ({ file }));
  check(schema, value, problems);
  problems.throwIfAny();
  return value as T;
}

export function fail(file: string, path: Path, message: string): never {
  const problems = new Problems(() => ({ file }));
  problems.add(path, message);
  problems.throwIfAny();
  throw new Error(message);
}
