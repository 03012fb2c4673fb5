// What is wrong with a scenario, for people and for programs: where, which field, what was allowed, what was found.

export interface Problem {
  /** The scenario's file, or the `--set` argument that brought the value in. */
  file?: string;
  line?: number;
  column?: number;
  /** Path of the value, as `--set` would spell it. */
  field: string;
  message: string;
  /** What would have been accepted. */
  bound?: string;
  /** What was found. */
  value?: string;
  /** Did you mean? */
  hint?: string;
}

const SHOWN_MAX = 20;
/** Finding where a value stands takes time: beyond these nobody reads on. */
const GATHERED_MAX = 1000;

export class ScenarioError extends Error {
  readonly problems: Problem[];

  constructor(problems: Problem[]) {
    super(describe(problems));
    this.name = "ScenarioError";
    this.problems = problems;
  }
}

function describe(problems: Problem[]): string {
  const lines = problems.slice(0, SHOWN_MAX).map(describeProblem);
  if (problems.length > SHOWN_MAX)
    lines.push(`... and ${problems.length - SHOWN_MAX} more${problems.length < GATHERED_MAX ? "" : " at least"}`);
  return lines.join("\n");
}

/** One line: where, which field, what is wrong, the near miss. */
export function describeProblem(problem: Problem): string {
  const where = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(":");
  const parts = [where, problem.field, problem.message].filter((part) => part !== "");
  return parts.join(": ") + (problem.hint === undefined ? "" : `; did you mean ${problem.hint}?`);
}

export type Path = (string | number)[];

/** `workload.vcpu.cpus[3]`: the spelling of `--set`. */
export function showPath(path: Path): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}

const VALUE_LENGTH_MAX = 60;

/** A value as a message shows it: short, one line. */
export function showValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`;
  let text: string;
  try {
    text = JSON.stringify(value, (_, part) => (typeof part === "bigint" ? String(part) : part)) ?? String(value);
  } catch {
    text = "an object that refers to itself";
  }
  return text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX - 3)}...` : text;
}

/** The known word closest to a mistyped one, if it is close enough to be meant. */
export function nearMiss(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(Math.min(word.length, 30) / 3)) + 1;
  for (const candidate of known) {
    const edits = editDistance(word.toLowerCase().slice(0, 64), candidate.toLowerCase());
    const distance = edits + Math.abs(word.length - candidate.length) / 1000; // of equals, the one of equal length
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(at(previous, j) + 1, at(row, j - 1) + 1, at(previous, j - 1) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, at(before, j - 2) + 1);
      row.push(least);
    }
    before = previous;
    previous = row;
  }
  return at(previous, b.length);
}

function at(row: number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}

export interface Place {
  file?: string;
  line?: number;
  column?: number;
}

/** Where a value was written; `key` asks for the name's place, not the value's. */
export type Locate = (path: Path, key?: boolean) => Place;

/** Collects problems, so that one run of the checks names them all. */
export class Problems {
  readonly list: Problem[] = [];
  private readonly locate: Locate;

  constructor(locate: Locate) {
    this.locate = locate;
  }

  add(path: Path, message: string, more: { bound?: string; value?: string; hint?: string; key?: boolean } = {}): void {
    if (this.list.length >= GATHERED_MAX) return;
    const { key, ...rest } = more;
    this.list.push({ ...this.locate(path, key), field: showPath(path), message, ...withoutUndefined(rest) });
  }

  /** The usual sentence: what was expected and what was found. */
  expected(path: Path, bound: string, value: unknown, hint?: string): void {
    const message = value === undefined ? `missing: expected ${bound}` : `expected ${bound}, got ${showValue(value)}`;
    this.add(path, message, {
      bound,
      ...(value === undefined ? {} : { value: showValue(value) }),
      ...(hint === undefined ? {} : { hint }),
    });
  }

  throwIfAny(): void {
    if (this.list.length > 0) throw new ScenarioError(this.list);
  }
}

function withoutUndefined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
