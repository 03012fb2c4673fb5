// Measured transitions: JSON Lines, one transition a line. The lab's rows say what ran (examples/kernel-lab/README.md lists
// their fields), a user's own say little (docs/measurements.md). Whatever is wrong is told by file, line and field.

import { parseDocument } from "yaml";
import { showValue } from "../scenario/errors.js";
import { type Problem, ScenarioError } from "../scenario/index.js";

export type Direction = "patch" | "unpatch";

/** What rows of either kind say. */
export interface Measurement {
  file: string;
  line: number;
  kernel: string;
  variant: string;
  cell: string;
  clock: string;
  censored: boolean;
  /** From the start to the completion; -1 when censored, whatever the file says. */
  transition_ms: number;
}

/** What the workload of a row of the lab was; times in ms. */
export interface Params {
  wl: string;
  func: string;
  dist: string;
  mean_ms: number;
  tdist: string;
  think_ms: number;
  kmode: string;
  pin: string;
  ctl_cpu: number;
  exit_ms: number;
  cap_ms: number;
}

/** A row of the lab: its workload is known by name. */
export interface Row extends Measurement {
  workload: string;
  params: Params;
  direction: Direction;
  cpus: number;
  tasks: number;
}

/** A row of a user's own: what it does not say, the scenario says. */
export interface OwnRow extends Measurement {
  workload?: string;
  direction?: Direction;
  cpus?: number;
  tasks?: number;
  /** After how long a transition counts as censored. */
  cap_ms?: number;
}

const MS_MAX = 3_600_000;
const CENSORED_MS = -1;
const CPUS_MAX = 4096;
const TASKS_MAX = 65536;
const DIRECTIONS = ["patch", "unpatch"] as const;

/** The rows of a file of the lab, each of one of `workloads`; throws a ScenarioError that names every line at fault. */
export function parseMeasurements(text: string, file: string, workloads: readonly string[]): Row[] {
  return parseLines(text, file, (fields) => labRow(fields, workloads));
}

/** The rows of a user's own file, likewise. */
export function parseOwnMeasurements(text: string, file: string): OwnRow[] {
  return parseLines(text, file, ownRow);
}

const SCENARIO = "--scenario FILE to say it for all rows";

function labRow(fields: Fields, workloads: readonly string[]): Omit<Row, "file" | "line"> {
  const params = fields.object("params", `an object that says what ran, or ${SCENARIO}`);
  return {
    kernel: fields.text("kernel"),
    variant: fields.text("variant"),
    cell: fields.text("cell"),
    workload: fields.text("workload"),
    params: {
      wl: params.choice("wl", workloads, `one of ${workloads.join(", ")}, or ${SCENARIO}`),
      func: params.text("func"),
      dist: params.choice("dist", ["exp", "fixed", "uni"]),
      mean_ms: params.number("mean_ms", 0, MS_MAX),
      tdist: params.choice("tdist", ["exp", "fixed", "uni"]),
      think_ms: params.number("think_ms", 0, MS_MAX),
      kmode: params.choice("kmode", ["int", "idle", "unint"]),
      pin: params.choice("pin", ["none", "off0", "spread", "cpu0"]),
      ctl_cpu: params.integer("ctl_cpu", -1, CPUS_MAX - 1),
      exit_ms: params.number("exit_ms", 0, MS_MAX),
      cap_ms: params.number("cap_ms", 1, MS_MAX),
    },
    clock: params.text("clock"),
    direction: fields.choice("direction", DIRECTIONS),
    cpus: fields.integer("cpus", 1, CPUS_MAX),
    tasks: fields.integer("tasks", 0, TASKS_MAX),
    ...outcome(fields, fields.boolean("censored")),
  };
}

/** Kernel and variant of rows that do not say. */
export const NOT_SAID = "unknown";
const OWN_CLOCK = "realtime";

/** Only `transition_ms` must be there, and not even that in a censored row. The lab's rows serve as well: their `params` hold cap and clock. */
function ownRow(fields: Fields): Omit<OwnRow, "file" | "line"> {
  const params = fields.optional("params", () => fields.object("params"));
  const either = <T>(name: string, read: (at: Fields) => T): T | undefined =>
    fields.optional(name, () => read(fields)) ?? params?.optional(name, () => read(params));
  return {
    kernel: fields.optional("kernel", () => fields.text("kernel")) ?? NOT_SAID,
    variant: fields.optional("variant", () => fields.text("variant")) ?? NOT_SAID,
    cell: fields.optional("cell", () => fields.text("cell")) ?? fields.file.replace(/\.jsonl$/, ""),
    clock: either("clock", (at) => at.text("clock")) ?? OWN_CLOCK,
    ...said({
      workload: fields.optional("workload", () => fields.text("workload")),
      direction: fields.optional("direction", () => fields.choice("direction", DIRECTIONS)),
      cpus: fields.optional("cpus", () => fields.integer("cpus", 1, CPUS_MAX)),
      tasks: fields.optional("tasks", () => fields.integer("tasks", 0, TASKS_MAX)),
      cap_ms: either("cap_ms", (at) => at.number("cap_ms", 1, MS_MAX)),
    }),
    ...outcome(fields, fields.optional("censored", () => fields.boolean("censored")) ?? false),
  };
}

function said<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

function outcome(fields: Fields, censored: boolean): Pick<Measurement, "censored" | "transition_ms"> {
  if (censored) return { censored, transition_ms: CENSORED_MS };
  return {
    censored,
    transition_ms: fields.number("transition_ms", 0, MS_MAX, "a time in ms", "unless censored is true"),
  };
}

function parseLines<T>(
  text: string,
  file: string,
  read: (fields: Fields) => T,
): (T & { file: string; line: number })[] {
  const problems: Problem[] = [];
  const rows: (T & { file: string; line: number })[] = [];
  const lines = text.split("\n");
  const whole = lines.at(-1) === "";
  if (whole) lines.pop();
  lines.forEach((content, i) => {
    const line = i + 1;
    try {
      const cutOff = !whole && line === lines.length;
      rows.push({ file, line, ...read(new Fields(parseObject(content, file, line, cutOff), file, line)) });
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      problems.push(...error.problems);
    }
  });
  if (lines.length === 0)
    problems.push({ file, line: 1, field: "", message: "the file is empty: expected a JSON object on each line" });
  if (problems.length > 0) throw new ScenarioError(problems);
  return rows;
}

function parseObject(content: string, file: string, line: number, cutOff: boolean): unknown {
  const fail = (message: string, field = "") => new ScenarioError([{ file, line, field, message }]);
  if (content.trim() === "") throw fail("an empty line: expected a JSON object");
  let keys = 0;
  let value: unknown;
  try {
    value = JSON.parse(content, (_, part: unknown) => {
      if (typeof part === "object" && part !== null && !Array.isArray(part)) keys += Object.keys(part).length;
      return part;
    });
  } catch {
    if (cutOff) throw fail("the last line is cut off: not a whole JSON object");
    const word = /[:[,]\s*(-?(?:NaN|Infinity|nan|inf))\b/.exec(content)?.[1];
    throw fail(word === undefined ? "not a JSON object" : `not a JSON object: ${word} is no number in JSON`);
  }
  if (keys < writtenKeys(content)) throw fail("a duplicate key: each name may stand once", duplicateKey(content));
  return value;
}

/** In valid JSON a string is a key if and only if a colon follows. */
function writtenKeys(json: string): number {
  return [...json.matchAll(/"(?:[^"\\]|\\.)*"\s*(:)?/g)].filter(([, colon]) => colon !== undefined).length;
}

/** Its name: JSON.parse() takes the last of equal keys in silence, YAML does not. */
function duplicateKey(json: string): string {
  const found = parseDocument(json, { uniqueKeys: true }).errors.find(({ code }) => code === "DUPLICATE_KEY");
  return /^"((?:[^"\\]|\\.)*)"/.exec(json.slice(found?.pos[0]))?.[1] ?? "";
}

/** Typed access to one object; throws a ScenarioError at the first field that is missing or of another kind. */
class Fields {
  private readonly record: Record<string, unknown>;

  constructor(
    value: unknown,
    readonly file: string,
    private readonly line: number,
    private readonly parent = "",
    bound = "an object",
  ) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) this.fail("", bound, value);
    this.record = value as Record<string, unknown>;
  }

  /** Undefined where the field is not there. */
  optional<T>(name: string, read: () => T): T | undefined {
    return Object.hasOwn(this.record, name) ? read() : undefined;
  }

  object(name: string, bound?: string): Fields {
    return new Fields(this.value(name), this.file, this.line, name, bound);
  }

  text(name: string): string {
    const value = this.value(name);
    return typeof value === "string" && value !== "" ? value : this.fail(name, "a text", value);
  }

  choice<const T extends string>(name: string, values: readonly T[], bound = `one of ${values.join(", ")}`): T {
    const value = this.value(name);
    return values.find((known) => known === value) ?? this.fail(name, bound, value);
  }

  boolean(name: string): boolean {
    const value = this.value(name);
    return typeof value === "boolean" ? value : this.fail(name, "true or false", value);
  }

  number(name: string, min: number, max: number, what = "a number", unless = ""): number {
    const value = this.value(name);
    if (typeof value === "number" && min <= value && value <= max) return value;
    return this.fail(name, `${what} from ${min} to ${max}${unless && `, ${unless}`}`, value);
  }

  integer(name: string, min: number, max: number): number {
    const value = this.value(name);
    if (typeof value === "number" && Number.isInteger(value) && min <= value && value <= max) return value;
    return this.fail(name, `a whole number from ${min} to ${max}`, value);
  }

  fail(name: string, bound: string, found: unknown): never {
    const value = typeof found === "number" ? String(found) : showValue(found);
    const field = [this.parent, name].filter(Boolean).join(".");
    const message = `expected ${bound}, got ${value}`;
    throw new ScenarioError([{ file: this.file, line: this.line, field, message, bound, value }]);
  }

  private value(name: string): unknown {
    return Object.hasOwn(this.record, name) ? this.record[name] : undefined;
  }
}
