// What a sweep varies: paths of the scenario, each with its values or, in the designs that fill a range, with its ends. Written in the
// scenario's `sweep`, or as --vary path=1,2,4..64.

import { check } from "./check.js";
import { type Locate, nearMiss, type Path, type Place, Problems, showPath } from "./errors.js";
import { type Quantity, quantityOf, type Span } from "./quantities.js";
import { parsePath } from "./set.js";
import { readText, type Source } from "./source.js";
import { stepsTo } from "./steps.js";
import { AXES_MAX, DESIGNS, type Design, POINTS_MAX, type SweepInput, sweepSchema } from "./sweep-schema.js";

/** A path as `--set` spells it, what it takes, and where that was written. */
export type Axis = { path: string; at: Path; where: Place } & ({ values: unknown[] } | { span: Span });

export interface Sweep {
  design: Design;
  axes: Axis[];
  /** Points of a latin-hypercube, base points of sobol; undefined where the values say how many. */
  points: number | undefined;
}

export interface SweepSettings {
  /** `path=values`, instead of the scenario's. */
  vary?: string[];
  design?: string;
  points?: number;
}

const POINTS_DEFAULT = 64;
const SOBOL_AXES_MAX = 10;

/** What the scenario's `sweep`, or these settings instead of it, ask for. @throws ScenarioError */
export function readSweep(source: Source, settings: SweepSettings): Sweep {
  const locate: Locate = (path, key) => (isOption(path) ? {} : source.locate(path, key));
  const problems = new Problems(locate);
  const input = inputOf(source, problems);
  if (input === undefined && settings.vary === undefined)
    problems.add(["sweep"], "missing: expected a sweep in the scenario, or --vary path=values");
  problems.throwIfAny();
  const design = designOf(settings.design, input?.design, problems);
  const written = settings.vary?.map(splitArgument) ?? Object.entries(input?.vary ?? {}).map(fieldOf);
  const axes = written.flatMap((one) => readAxis(one, { design, locate, problems }));
  problems.throwIfAny();
  checkTogether(axes, design, problems);
  const points = pointsOf(settings.points, input?.points, design, problems);
  problems.throwIfAny();
  return { design, axes, points };
}

/** Whether the scenario says what to vary. */
export function hasSweep({ value }: Source): boolean {
  return typeof value === "object" && value !== null && (value as { sweep?: unknown }).sweep !== undefined;
}

// What was given on the command line stands at no line of the scenario.
function isOption([first]: Path): boolean {
  return typeof first === "string" && first.startsWith("--");
}

function inputOf(source: Source, problems: Problems): SweepInput | undefined {
  if (!hasSweep(source)) return undefined;
  return check(sweepSchema, (source.value as { sweep: unknown }).sweep, problems, ["sweep"]);
}

function designOf(asked: string | undefined, input: Design | undefined, problems: Problems): Design {
  const found = DESIGNS.find((design) => design === asked);
  if (asked !== undefined && found === undefined)
    problems.expected(["--design"], `one of ${DESIGNS.join(", ")}`, asked, nearMiss(asked, DESIGNS));
  return found ?? input ?? "grid";
}

type Values = SweepInput["vary"][string];

/** A path and its values as written, and what messages call them. */
interface Written {
  path: string;
  values: Values | undefined;
  at: Path;
}

const ARGUMENT_SHOWN_MAX = 60;

function splitArgument(argument: string): Written {
  const shown = argument.length > ARGUMENT_SHOWN_MAX ? `${argument.slice(0, ARGUMENT_SHOWN_MAX - 3)}...` : argument;
  const equals = argument.indexOf("=");
  return {
    path: argument.slice(0, Math.max(0, equals)).trim(),
    values: equals > 0 ? argument.slice(equals + 1).trim() : undefined,
    at: [`--vary ${shown}`],
  };
}

function fieldOf([path, values]: [string, Values]): Written {
  return { path, values, at: ["sweep", "vary", path] };
}

interface Context {
  design: Design;
  locate: Locate;
  problems: Problems;
}

function readAxis({ path: text, values, at }: Written, { design, locate, problems }: Context): Axis[] {
  const path = parsePath(text);
  if (values === undefined || values === "" || path === undefined) {
    problems.add(at, "expected path=values, such as workload.vcpu.count=1,2,4..64");
    return [];
  }
  if (!mayVary(path)) {
    problems.expected(at, "a path of the model: every point runs the same replicas with the same seed", text);
    return [];
  }
  const axis = { path: showPath(path), at, where: isOption(at) ? { file: String(at[0]) } : locate(at) };
  const span = isFilled(design) ? spanOf(values, at, problems) : undefined;
  if (span !== undefined) return [{ ...axis, span }];
  const list = listOf(values, at, problems);
  return list === undefined ? [] : [{ ...axis, values: list }];
}

const NOT_VARIED = ["sweep", "name", "description", "experiment", "run.replicas", "run.seed"];

function mayVary(path: Path): boolean {
  return !NOT_VARIED.some((name) => showPath(path) === name || showPath(path).startsWith(`${name}.`));
}

/** Designs that choose their points in ranges. */
export function isFilled(design: Design): boolean {
  return design === "latin-hypercube" || design === "sobol";
}

const RANGE = /^(.+?)\.\.(.+?)( +log)?$/;

/** Of `a..b` or `a..b log` alone. */
function spanOf(values: Values, at: Path, problems: Problems): Span | undefined {
  const only = Array.isArray(values) && values.length === 1 ? values[0] : values;
  if (typeof only !== "string" || splitItems(only).length > 1) return undefined;
  const [, low, high, log] = RANGE.exec(only.trim()) ?? [];
  if (low === undefined || high === undefined) return undefined;
  const [from, to] = [quantityOf(readYaml(low, at)), quantityOf(readYaml(high, at))];
  if (from === undefined || to === undefined || from.unit !== to.unit || from.amount >= to.amount)
    problems.expected(at, "two numbers, times or rates around .., the smaller one first", only);
  else if (log !== undefined && from.amount <= 0) problems.expected(at, "a range above 0 where it is log", only);
  else return { from, to, log: log !== undefined, whole: isWhole(from, to, low + high) };
  return undefined;
}

/** Whole ends mean whole numbers between them; a decimal point, as in 0.0..1.0, means all. */
function isWhole(from: Quantity, to: Quantity, written: string): boolean {
  return from.unit === "" && Number.isInteger(from.amount) && Number.isInteger(to.amount) && !written.includes(".");
}

function listOf(values: Values, at: Path, problems: Problems): unknown[] | undefined {
  const items = typeof values === "string" ? splitItems(values) : [values].flat();
  const list: unknown[] = [];
  for (const item of items) {
    const [, from, to, log] = (typeof item === "string" && RANGE.exec(item)) || [];
    if (item === "") return refuse(at, "a value between two commas", values, problems);
    if (log !== undefined) return refuse(at, "no log, which is for latin-hypercube and sobol", item, problems);
    if (from === undefined || to === undefined) {
      list.push(typeof values === "string" ? readYaml(item as string, at) : item);
      continue;
    }
    const first = readYaml(from, at);
    const steps = stepsTo(first, readYaml(to, at), list.at(-1), POINTS_MAX);
    if ("wrong" in steps) return refuse(at, steps.wrong, item, problems);
    list.push(first, ...steps.values);
  }
  return checkedList(list, at, problems);
}

function checkedList(list: unknown[], at: Path, problems: Problems): unknown[] | undefined {
  if (list.length === 0) return refuse(at, "at least one value", list, problems);
  if (list.length > POINTS_MAX) return refuse(at, `at most ${POINTS_MAX} values`, list.length, problems);
  const seen = new Set<string>();
  for (const value of list) {
    const text = JSON.stringify(value);
    if (seen.has(text)) return refuse(at, "each value once", value, problems);
    seen.add(text);
  }
  return list;
}

function refuse(at: Path, bound: string, value: unknown, problems: Problems): undefined {
  problems.expected(at, bound, value);
  return undefined;
}

function readYaml(text: string, at: Path): unknown {
  return readText(text.trim(), showPath(at)).value;
}

/** At commas that no bracket or quote holds. */
function splitItems(text: string): string[] {
  const items = [""];
  let depth = 0;
  let quote = "";
  for (const letter of text) {
    if (quote !== "") quote = letter === quote ? "" : quote;
    else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === "[" || letter === "{") depth++;
    else if (letter === "]" || letter === "}") depth--;
    if (letter === "," && depth === 0 && quote === "") items.push("");
    else items[items.length - 1] += letter;
  }
  return items.map((item) => item.trim());
}

function checkTogether(axes: Axis[], design: Design, problems: Problems): void {
  for (const [i, { path, at }] of axes.entries()) {
    const other = axes.slice(0, i).find((axis) => overlap(axis.path, path));
    if (other !== undefined) problems.expected(at, "each path once, and none within another", other.path);
  }
  if (axes.length > AXES_MAX) problems.expected(["--vary"], `at most ${AXES_MAX} paths`, axes.length);
  if (design === "sobol" && axes.length > SOBOL_AXES_MAX)
    problems.expected(axes.at(-1)!.at, `at most ${SOBOL_AXES_MAX} paths in a sobol design`, axes.length);
  const lengths = axes.map((axis) => ("values" in axis ? axis.values.length : 0));
  const odd = lengths.findIndex((length) => length !== lengths[0]);
  if (design === "zip" && odd > 0)
    problems.expected(axes[odd]!.at, `${lengths[0]} values as ${axes[0]!.path} has them (design zip)`, lengths[odd]);
}

function overlap(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return long === short || (long.startsWith(short) && /^[.[]/.test(long.slice(short.length)));
}

function pointsOf(asked: number | undefined, input: number | undefined, design: Design, problems: Problems) {
  const at = asked === undefined ? ["sweep", "points"] : ["--points"];
  const points = asked ?? input;
  if (!isFilled(design)) {
    if (points !== undefined)
      problems.expected(
        at,
        `a latin-hypercube or sobol design with it: the values of a ${design} say how many`,
        points,
      );
    return undefined;
  }
  const count = points ?? POINTS_DEFAULT;
  if (!Number.isInteger(count) || count < 1 || count > POINTS_MAX)
    problems.expected(at, `a whole number from 1 to ${POINTS_MAX}`, count);
  else if (design === "sobol" && !Number.isInteger(Math.log2(count))) {
    const below = 2 ** Math.floor(Math.log2(count));
    problems.expected(at, "a power of two in a sobol design", count, `${below} or ${2 * below}`);
  }
  return count;
}
