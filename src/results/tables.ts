// Results as flat tables, for programs that know rows and columns: a row a policy (and point of a sweep), a row a comparison, a row a
// bucket of a histogram. Times are milliseconds, as in result.ts; a column's name ends in its unit.

import type {
  CompareResult,
  Comparison,
  Distribution,
  Disturbance,
  Estimate,
  PolicyResult,
  RunResult,
  SweepResult,
} from "./result.js";
import type { Bucket } from "./words.js";

export type Value = string | number | boolean | null;
export type Row = Record<string, Value>;

export interface TableColumn {
  name: string;
  /** `integer`: whole numbers below 2^53. */
  type: "text" | "integer" | "number" | "boolean";
}

export interface Table {
  columns: TableColumn[];
  rows: Row[];
}

export type AnyResult = RunResult | CompareResult | SweepResult;

/** How many transitions completed about when, of one policy at one point of a sweep. */
export interface Histogram {
  /** Index into the sweep's points; 0 where there is no sweep. */
  point: number;
  policy: string;
  /** Means in ticks (us), shortest first; censored transitions are in none. */
  buckets: Bucket[];
}

/** Of a run, comparison or point, whose histograms stand as its policies do. */
export function histogramsOf({ results }: RunResult, latencies: Bucket[][], point = 0): Histogram[] {
  return results.map(({ policy }, i) => ({ point, policy, buckets: latencies[i]! }));
}

/** A row a policy, at each point of a sweep. */
export function policyTable(result: AnyResult): Table {
  const heading = {
    scenario: result.scenario.name,
    hash: result.scenario.hash,
    seed: String(result.seed), // up to 2^64 - 1
  };
  const rows = pointsOf(result).flatMap(({ settings, results }, point) =>
    results.map((one) => ({ ...heading, point, ...settings, ...policyRow(one) })),
  );
  return table(rows, WHOLE);
}

const WHOLE = ["point", "replicas", "censored", "violations", "warnings", "gave_up"];

/** Of a run or comparison one point without settings. */
export function pointsOf(result: AnyResult): { settings: Row; results: PolicyResult[] }[] {
  if (!("points" in result)) return [{ settings: {}, results: result.results }];
  return result.points.map(({ settings, results }) => ({ settings: settingsRow(settings), results }));
}

/** A setting that is no plain value is told as JSON. */
function settingsRow(settings: Record<string, unknown>): Row {
  const told = ([path, value]: [string, unknown]) => [path, isPlain(value) ? value : JSON.stringify(value)];
  return Object.fromEntries(Object.entries(settings).map(told));
}

function isPlain(value: unknown): value is Value {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function policyRow(result: PolicyResult): Row {
  const [blamed] = result.blame;
  return {
    policy: result.policy,
    replicas: result.replicas,
    censored: result.censored,
    ...distributionRow("latency", result.latencyMs),
    ...distributionRow("last_switch", result.lastSwitchMs),
    ...Object.assign(
      {},
      ...result.exceed.map(({ seconds, probability, low, high }) =>
        interval(`exceed_${figure(seconds)}s`, { value: probability, low, high }),
      ),
    ),
    ...disturbanceRow(result.disturbance, (mean) => mean),
    violations: result.violations,
    warnings: result.warnings,
    gave_up: result.gaveUp,
    tries: result.tries.mean,
    rounds: result.rounds.mean,
    blame_class: blamed?.class ?? null,
    blame_phase: blamed?.phase ?? null,
    blame_mechanism: blamed?.mechanism ?? null,
    blame_share: blamed?.share ?? null,
    digest: result.digest,
  };
}

function distributionRow(name: string, { quantiles, ...rest }: Distribution): Row {
  return {
    ...interval(`${name}_mean_ms`, { value: rest.mean, low: rest.meanLow, high: rest.meanHigh }),
    [`${name}_min_ms`]: rest.min,
    [`${name}_max_ms`]: rest.max,
    [`${name}_mean_completed_ms`]: rest.meanCompleted,
    ...Object.assign({}, ...quantiles.map(({ p, ...ends }) => interval(`${name}_p${figure(100 * p)}_ms`, ends))),
  };
}

/** A figure, and the ends of its 95% interval. */
function interval(name: string, { value, low, high }: Estimate): Row {
  return { [name]: value, [`${name}_low`]: low, [`${name}_high`]: high };
}

/** `99`, `99_9`: names need no quotes in SQL. */
function figure(value: number): string {
  return String(Number(value.toPrecision(10))).replace(".", "_");
}

function disturbanceRow<Figure>(disturbance: Record<keyof Disturbance, Figure>, value: (of: Figure) => Value): Row {
  const entries = Object.entries(disturbance) as [string, Figure][];
  return Object.fromEntries(entries.map(([name, one]) => [snake(name), value(one)]));
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A row a pair of policies; differences are b less a. */
export function comparisonTable({ comparisons }: CompareResult): Table {
  return table(comparisons.map(comparisonRow), ["replicas"]);
}

function comparisonRow(one: Comparison): Row {
  return {
    a: one.a,
    b: one.b,
    replicas: one.replicas,
    ...interval("mean_ms", one.meanMs),
    ...Object.assign({}, ...one.quantilesMs.map(({ p, ...ends }) => interval(`p${figure(100 * p)}_ms`, ends))),
    ...interval("faster", one.faster),
    equal: one.equal,
    slower: one.slower,
    dominance: one.dominance,
    ...disturbanceRow(one.disturbance, ({ value }) => value),
    violations: one.violations,
    variance_reduction: one.varianceReduction,
    verdict: one.verdict,
  };
}

/** A row a path and figure of a sweep. */
export function sensitivityTable({ sensitivity }: SweepResult): Table {
  const rows = sensitivity.map(({ policy, path, figure, ratio, first, total }) => ({
    policy,
    path,
    figure,
    ratio,
    ...interval("first", first ?? NOTHING),
    ...interval("total", total ?? NOTHING),
  }));
  return table(rows, []);
}

const NOTHING: Estimate = { value: null, low: null, high: null };

/** A row a bucket: so many transitions, completed after so long on average (the bucket is under 1% wide). */
export function histogramTable(histograms: Histogram[]): Table {
  const rows = histograms.flatMap(({ point, policy, buckets }) =>
    buckets.map(({ count, mean }) => ({ point, policy, count, mean_us: mean })),
  );
  return { columns: HISTOGRAM_COLUMNS, rows };
}

export const HISTOGRAM_COLUMNS: TableColumn[] = [
  { name: "point", type: "integer" },
  { name: "policy", type: "text" },
  { name: "count", type: "integer" },
  { name: "mean_us", type: "number" },
];

/** Columns in the order in which rows first have them; a column of which nothing is known holds numbers. */
function table(rows: Row[], whole: string[]): Table {
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  const columns = [...names].map((name) => ({ name, type: typeOf(rows, name, whole) }));
  return { columns, rows: rows.map((row) => complete(row, columns)) };
}

/** Of values of several types the text. */
function typeOf(rows: Row[], name: string, whole: string[]): TableColumn["type"] {
  const types = new Set(rows.map((row) => typeof (row[name] ?? null)).filter((type) => type !== "object"));
  if (types.size === 0 || (types.size === 1 && types.has("number"))) return whole.includes(name) ? "integer" : "number";
  return types.size === 1 && types.has("boolean") ? "boolean" : "text";
}

function complete(row: Row, columns: TableColumn[]): Row {
  const cell = ({ name, type }: TableColumn): [string, Value] => {
    const value = row[name] ?? null;
    return [name, value !== null && type === "text" ? String(value) : value];
  };
  return Object.fromEntries(columns.map(cell));
}
