// Which of a scenario's assumptions move the median and the 99th percentile of its latency: one at a time, from one end of its range to
// the other, and by Sobol' indices, all at once. Every point runs the same replicas, so that points differ by their
// settings and not by chance (common random numbers).

import { quantityOf, valueBetween } from "../scenario/quantities.js";
import { type InputIndices, sobolDesign, sobolIndices } from "./sobol-indices.js";

/** An assumption and what it may be instead. `set` is a `--set` argument with % where the value goes. */
export interface Range {
  name: string;
  set: string;
  source: string;
  /** A choice, each as likely. */
  among?: (string | number)[];
  /** Or all between two whole numbers, times or rates. */
  from?: string | number;
  to?: string | number;
  /** Uniform in the logarithm. */
  log?: boolean;
}

/** Milliseconds; a replica that did not complete counts with the horizon. */
export interface Latency {
  p50: number;
  p99: number;
}

export type Evaluate = (settings: string[]) => Promise<Latency>;

export interface Sensitivity {
  /** The scenario as it stands. */
  base: Latency;
  /** Least and most over the Sobol' design's points A and B. */
  least: Latency;
  most: Latency;
  inputs: InputSensitivity[];
}

export interface InputSensitivity {
  range: Range;
  /** The latency with only this changed: at the beginning of its range, at the end; of a choice, of each. */
  alone: Latency[];
  /** Undefined where the output is the same everywhere. */
  p50?: InputIndices;
  p99?: InputIndices;
}

const QUANTITIES = ["p50", "p99"] as const;

/** 2^log2Points x (ranges + 2) points, and one or two for each range alone. */
export async function sensitivity(ranges: Range[], log2Points: number, evaluate: Evaluate): Promise<Sensitivity> {
  const base = await evaluate([]);
  const alone: Latency[][] = [];
  for (const range of ranges) alone.push(await inTurn(endsOf(range), (u) => evaluate([settingAt(range, u)])));
  const design = sobolDesign(log2Points, ranges.length);
  const at = (points: Float64Array[]) =>
    inTurn(points, (point) => evaluate(ranges.map((range, i) => settingAt(range, point[i]!))));
  const a = await at(design.a);
  const b = await at(design.b);
  const ab = await inTurn(design.ab, at);
  const indices = (quantity: keyof Latency) => {
    const column = (latencies: Latency[]) => latencies.map((latency) => latency[quantity]);
    return sobolIndices({ a: column(a), b: column(b), ab: ab.map(column) });
  };
  const [p50, p99] = QUANTITIES.map(indices);
  return {
    base,
    least: extreme([...a, ...b], Math.min),
    most: extreme([...a, ...b], Math.max),
    inputs: ranges.map((range, i) => ({ range, alone: alone[i]!, p50: p50?.[i], p99: p99?.[i] })),
  };
}

/** The setting at `u`, from 0 to 1, of a range. */
export function settingAt({ set, among, from, to, log = false }: Range, u: number): string {
  if (among !== undefined) return set.replace("%", String(choiceAt(among, u)));
  const [low, high] = [quantityOf(from), quantityOf(to)];
  if (low === undefined || high === undefined || low.unit !== high.unit)
    throw new RangeError(
      `${set}: expected among, or from and to as whole numbers, times or rates, got ${from} and ${to}`,
    );
  return set.replace("%", String(valueBetween({ from: low, to: high, log, whole: low.unit === "" }, u)));
}

/** The one at `u`, from 0 to 1, of choices that are alike. */
export function choiceAt<T>(among: readonly T[], u: number): T {
  return among[Math.min(among.length - 1, Math.floor(u * among.length))]!;
}

function endsOf({ among }: Range): number[] {
  return among === undefined ? [0, 1] : among.map((_, i) => (i + 0.5) / among.length);
}

function extreme(latencies: Latency[], of: (...values: number[]) => number): Latency {
  return { p50: of(...latencies.map((l) => l.p50)), p99: of(...latencies.map((l) => l.p99)) };
}

async function inTurn<Item, Result>(items: Item[], run: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await run(item));
  return results;
}
