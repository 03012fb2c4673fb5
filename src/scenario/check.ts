// From zod's issues to problems that name field, bound, value and near miss. Unions report the branch that was meant.

import type { z } from "zod";
import { nearMiss, type Path, type Problems } from "./errors.js";
import { parseTime } from "./units.js";

type Issue = z.core.$ZodIssue;

/** The parsed value, or undefined with the problems reported under `base`. */
export function check<S extends z.ZodType>(
  schema: S,
  value: unknown,
  problems: Problems,
  base: Path = [],
): z.output<S> | undefined {
  const result = schema.safeParse(value, { error: defaultMessage });
  if (result.success) return result.data;
  const context: Context = { schema, value, problems, base };
  for (const issue of relevant(result.error.issues)) report(issue, [], context);
  return undefined;
}

interface Context {
  schema: z.ZodType;
  value: unknown;
  problems: Problems;
  base: Path;
}

/** Speaks where a schema has no text of its own. */
function defaultMessage(issue: z.core.$ZodRawIssue): string {
  if (issue.code === "invalid_type") return `expected ${describeType(issue.expected)}`;
  if (issue.code === "invalid_value") return `expected one of ${issue.values.join(", ")}`;
  if (issue.code === "too_big") return `expected at most ${issue.maximum}`;
  if (issue.code === "too_small") return `expected at least ${issue.minimum}`;
  return "expected something else";
}

function describeType(type: string): string {
  if (type === "object" || type === "record") return "fields (name: value)";
  if (type === "string") return "a text";
  if (type === "array" || type === "tuple") return "a list";
  return `a ${type}`;
}

/** Without judgements of a whole (custom checks) whose parts are wrong already. */
function relevant(issues: Issue[]): Issue[] {
  const isPartOf = (inner: Issue, outer: Issue) =>
    inner.path.length + (inner.code === "unrecognized_keys" ? 1 : 0) > outer.path.length &&
    outer.path.every((step, i) => inner.path[i] === step);
  return issues.filter((issue) => issue.code !== "custom" || !issues.some((other) => isPartOf(other, issue)));
}

function report(issue: Issue, above: PropertyKey[], context: Context): void {
  const path = [...above, ...issue.path] as Path;
  const value = valueAt(context.value, path);
  const shown = [...context.base, ...path];
  if (issue.code === "invalid_union") {
    const branch = meantBranch(issue, value);
    if (branch !== undefined) {
      for (const inner of relevant(branch)) report(inner, path, context);
      return;
    }
  }
  if (issue.code === "unrecognized_keys") {
    const known = fieldsAt(context.schema, path);
    for (const key of issue.keys) {
      const hint = nearMiss(key, known);
      context.problems.add([...shown, key], `unknown field; the fields here are ${known.join(", ")}`, {
        bound: known.join(", "),
        value: key,
        key: true,
        ...(hint === undefined ? {} : { hint }),
      });
    }
    return;
  }
  if (issue.code === "invalid_key") {
    const bound = boundOf(issue.issues[0]?.message ?? "");
    context.problems.add(shown, `expected ${bound}`, { bound, value: String(path.at(-1)), key: true });
    return;
  }
  const bound = boundOf(issue.message);
  context.problems.expected(shown, bound, told(bound, value), hintFor(issue, value));
}

/** Of a list that is too long, its length says more than its beginning. */
function told(bound: string, value: unknown): unknown {
  const isCount = /^at (most|least) [0-9]+ /.test(bound) && typeof value === "object" && value !== null;
  return isCount ? Object.keys(value).length : value;
}

function boundOf(message: string): string {
  return message.replace(/^expected /, "");
}

/** For an object or a list: the union's branch that takes such a thing and has least to complain about. */
function meantBranch(issue: Extract<Issue, { code: "invalid_union" }>, value: unknown): Issue[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const branches = issue.errors.filter((errors) => !errors.some(isWrongKind));
  return branches.sort((a, b) => a.length - b.length)[0];
}

function isWrongKind(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === "invalid_union") return issue.errors.every((errors) => errors.some(isWrongKind));
  return issue.code === "invalid_type" || issue.code === "invalid_value";
}

function hintFor(issue: Issue, value: unknown): string | undefined {
  if (typeof value === "number" && /a time/.test(issue.message)) {
    return Number.isFinite(value) && value > 0 ? `${value}ms or ${value}s` : undefined;
  }
  if (typeof value !== "string") return undefined;
  const words = wordsOf(issue);
  if (words.length > 0) {
    const near = nearMiss(value, words);
    if (near !== undefined) return near;
  }
  return /a time/.test(issue.message) ? nearTime(value) : undefined;
}

function wordsOf(issue: Issue): string[] {
  if (issue.code === "invalid_value") return issue.values.filter((v) => typeof v === "string");
  if (issue.code === "invalid_union") return issue.errors.flat().flatMap(wordsOf);
  return [];
}

/** `5S`, `5sek`, `5`: the time that was probably meant. */
function nearTime(text: string): string | undefined {
  const match = /^\s*([0-9]+(?:\.[0-9]+)?)\s*([^0-9\s]*)\s*$/.exec(text);
  if (!match) return undefined;
  const [, number = "", unit = ""] = match;
  if (unit === "") return `${number}ms or ${number}s`;
  const known = ["us", "ms", "s", "m", "h", "sec", "msec", "min", "seconds", "minutes", "hours"];
  const near = known.includes(unit.toLowerCase()) ? unit.toLowerCase() : nearMiss(unit, known);
  const hint = near === undefined ? undefined : number + near;
  return hint === undefined || hint === text || parseTime(hint) === undefined ? undefined : hint;
}

export function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<PropertyKey, unknown>)[step];
  }
  return at;
}

interface Def {
  type: string;
  innerType?: z.ZodType;
  options?: z.ZodType[];
  shape?: Record<string, z.ZodType>;
  valueType?: z.ZodType;
  element?: z.ZodType;
  items?: z.ZodType[];
}

/** Names of the fields that the schema knows at a path; empty where any name may stand. */
export function fieldsAt(schema: z.ZodType, path: Path): string[] {
  const shapes = descend(schema, path).flatMap((s) => (defOf(s).shape ? [defOf(s).shape as object] : []));
  return [...new Set(shapes.flatMap((shape) => Object.keys(shape)))];
}

/** Whether a path can hold a value at all. */
export function isKnownPath(schema: z.ZodType, path: Path): boolean {
  return descend(schema, path).length > 0;
}

function defOf(schema: z.ZodType): Def {
  return schema._zod.def as unknown as Def;
}

function unwrap(schema: z.ZodType): z.ZodType[] {
  const def = defOf(schema);
  if (def.innerType) return unwrap(def.innerType);
  if (def.options) return def.options.flatMap(unwrap);
  return [schema];
}

function descend(schema: z.ZodType, path: Path): z.ZodType[] {
  let level = unwrap(schema);
  for (const step of path) level = level.flatMap((s) => child(s, step)).flatMap(unwrap);
  return level;
}

function child(schema: z.ZodType, step: string | number): z.ZodType[] {
  const def = defOf(schema);
  if (def.shape)
    return typeof step === "string" && Object.hasOwn(def.shape, step) ? [def.shape[step] as z.ZodType] : [];
  if (def.valueType) return typeof step === "string" ? [def.valueType] : [];
  if (def.element) return typeof step === "number" ? [def.element] : [];
  if (def.items) return typeof step === "number" && def.items[step] ? [def.items[step]] : [];
  return [];
}
