// Measured transitions: JSON Lines, one transition a line (examples/kernel-lab/README.md lists the fields). Whatever is
// wrong is told by file and line.

import { type Problem, ScenarioError } from "../scenario/index.js";

/** What the workload of a row was; times in ms. */
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
  clock: string;
}

export interface Row {
  file: string;
  line: number;
  kernel: string;
  variant: string;
  cell: string;
  workload: string;
  params: Params;
  direction: "patch" | "unpatch";
  censored: boolean;
  cpus: number;
  tasks: number;
  /** From the start to the completion; -1 when censored. */
  transition_ms: number;
}

const MS_MAX = 3_600_000;
const CPUS_MAX = 4096;
const TASKS_MAX = 65536;

/** All rows of a file's text; throws a ScenarioError that names every line at fault. */
export function parseMeasurements(text: string, file: string): Row[] {
  const problems: Problem[] = [];
  const rows: Row[] = [];
  const lines = text.split("\n");
  const whole = lines.at(-1) === "";
  lines.forEach((content, i) => {
    if (content.trim() === "") {
      if (i < lines.length - 1)
        problems.push({ file, line: i + 1, field: "", message: "an empty line: expected a JSON object" });
      return;
    }
    const last = i === lines.length - 1 && !whole;
    const row = parseRow(content, { file, line: i + 1, last }, problems);
    if (row !== undefined) rows.push(row);
  });
  if (rows.length === 0 && problems.length === 0)
    problems.push({ file, line: 1, field: "", message: "the file is empty: expected a JSON object on each line" });
  if (problems.length > 0) throw new ScenarioError(problems);
  return rows;
}

function parseRow(
  content: string,
  { file, line, last }: { file: string; line: number; last: boolean },
  problems: Problem[],
): Row | undefined {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    const message = last ? "the last line is cut off: not a whole JSON object" : "not a JSON object";
    problems.push({ file, line, field: "", message });
    return undefined;
  }
  const fields = new Fields(value, file, line, problems);
  const params = fields.object("params");
  const censored = fields.boolean("censored");
  const transition = fields.number("transition_ms", -1, MS_MAX);
  const row: Row = {
    file,
    line,
    kernel: fields.text("kernel"),
    variant: fields.text("variant"),
    cell: fields.text("cell"),
    workload: fields.text("workload"),
    params: {
      wl: params.text("wl"),
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
      clock: params.text("clock"),
    },
    direction: fields.choice("direction", ["patch", "unpatch"]) as Row["direction"],
    censored,
    cpus: fields.integer("cpus", 1, CPUS_MAX),
    tasks: fields.integer("tasks", 0, TASKS_MAX),
    transition_ms: transition,
  };
  if (fields.failed) return undefined;
  if (!censored && transition < 0) {
    problems.push({
      file,
      line,
      field: "transition_ms",
      message: `expected a time in ms from 0 on, got ${transition} in a row that is not censored`,
    });
    return undefined;
  }
  return row;
}

/** Typed access to one object; notes what is missing or of another kind and goes on. */
class Fields {
  failed = false;
  private readonly record: Record<string, unknown>;

  constructor(
    value: unknown,
    private readonly file: string,
    private readonly line: number,
    private readonly problems: Problem[],
    private readonly parent?: { fields: Fields; name: string },
  ) {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    this.record = isObject ? (value as Record<string, unknown>) : {};
    if (!isObject) this.fail("", "an object", value);
  }

  object(name: string): Fields {
    return new Fields(this.record[name], this.file, this.line, this.problems, { fields: this, name });
  }

  text(name: string): string {
    const value = this.record[name];
    if (typeof value === "string" && value !== "") return value;
    this.fail(name, "a text", value);
    return "";
  }

  choice(name: string, values: string[]): string {
    const value = this.record[name];
    if (typeof value === "string" && values.includes(value)) return value;
    this.fail(name, `one of ${values.join(", ")}`, value);
    return "";
  }

  boolean(name: string): boolean {
    const value = this.record[name];
    if (typeof value === "boolean") return value;
    this.fail(name, "true or false", value);
    return false;
  }

  number(name: string, min: number, max: number): number {
    const value = this.record[name];
    if (typeof value === "number" && min <= value && value <= max) return value;
    this.fail(name, `a number from ${min} to ${max}`, value);
    return 0;
  }

  integer(name: string, min: number, max: number): number {
    const value = this.record[name];
    if (typeof value === "number" && Number.isInteger(value) && min <= value && value <= max) return value;
    this.fail(name, `a whole number from ${min} to ${max}`, value);
    return 0;
  }

  /** The first problem of a row is enough. */
  private fail(name: string, bound: string, value: unknown): void {
    if (this.root().failed) return;
    this.root().failed = true;
    const found = value === undefined ? "nothing" : JSON.stringify(value).slice(0, 60);
    const field = [this.parent?.name, name].filter(Boolean).join(".");
    const message = `expected ${bound}, got ${found}`;
    this.problems.push({ file: this.file, line: this.line, field, message, bound, value: found });
  }

  private root(): Fields {
    return this.parent?.fields.root() ?? this;
  }
}
