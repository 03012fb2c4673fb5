// Durations as written -> the model's table, each law once; and their means, which the start shares need.

import type { DurationInput } from "./fields.js";
import { type DurationModel, FOREVER_TICKS } from "./model.js";
import { parseTime } from "./units.js";

type Law = Exclude<DurationInput, string | 0>;
type SimpleLaw = Omit<Law, "mixture" | "empirical">;

/** The table of durations; equal laws share a row. */
export class DurationTable {
  readonly rows: DurationModel[] = [];
  private readonly known = new Map<string, number>();

  /** An engine's tick is 1 us unless it says otherwise. */
  constructor(private readonly ticksPerMicrosecond = 1) {}

  add(input: DurationInput): number {
    return this.intern(this.convert(input));
  }

  private intern(row: DurationModel): number {
    const key = JSON.stringify(row);
    const index = this.known.get(key) ?? this.rows.length;
    if (index === this.rows.length) this.rows.push(row);
    this.known.set(key, index);
    return index;
  }

  private convert(input: DurationInput): DurationModel {
    if (input === "forever") return { kind: "fixed", ticks: FOREVER_TICKS };
    if (typeof input !== "object") return { kind: "fixed", ticks: this.ticks(input) };
    if (input.empirical) {
      const value = input.empirical.map(([, time]) => this.ticks(time));
      return { kind: "empirical", p: input.empirical.map(([p]) => p), value };
    }
    if (input.mixture) return this.convertMixture(input.mixture);
    return this.convertSimple(input);
  }

  /** Parts of no weight are left out; a single part stands alone; parts that are all 0 are a fixed 0. */
  private convertMixture(input: NonNullable<Law["mixture"]>): DurationModel {
    const used = input.filter((part) => part.weight > 0);
    const rows = used.map((part) => this.convert(part.duration));
    const [first] = rows;
    if (first !== undefined && (rows.length === 1 || rows.every(isZero))) return first;
    const total = used.reduce((sum, part) => sum + part.weight, 0);
    return {
      kind: "mixture",
      weights: used.map((part) => part.weight / total),
      parts: rows.map((row) => this.intern(row)),
    };
  }

  private convertSimple({ uniform, exponential, lognormal, weibull, pareto }: SimpleLaw): DurationModel {
    const ticks = (text: string | 0) => this.ticks(text);
    if (uniform) return { kind: "uniform", min: ticks(uniform[0]), max: ticks(uniform[1]) };
    if (exponential !== undefined) return { kind: "exponential", mean: ticks(exponential) };
    if (lognormal) return { kind: "lognormal", median: ticks(lognormal.median), sigma: lognormal.sigma };
    if (weibull) return { kind: "weibull", scale: ticks(weibull.scale), shape: weibull.shape };
    if (pareto) return { kind: "pareto", min: ticks(pareto.min), max: ticks(pareto.max), shape: pareto.shape };
    throw new RangeError("a duration without a law passed the schema");
  }

  private ticks(text: string | 0): number {
    return (parseTime(text) ?? Number.NaN) * this.ticksPerMicrosecond;
  }
}

export function isZero(row: DurationModel): boolean {
  return row.kind === "fixed" && row.ticks === 0;
}

/** Mean in ticks; Infinity for forever. */
export function meanTicks(row: DurationModel, table: readonly DurationModel[]): number {
  switch (row.kind) {
    case "fixed":
      return row.ticks >= FOREVER_TICKS ? Number.POSITIVE_INFINITY : row.ticks;
    case "uniform":
      return (row.min + row.max) / 2;
    case "exponential":
      return row.mean;
    case "lognormal":
      return row.median * Math.exp(row.sigma ** 2 / 2);
    case "weibull":
      return row.scale * gamma(1 + 1 / row.shape);
    case "pareto":
      return paretoMean(row.min, row.max, row.shape);
    case "mixture":
      return row.parts.reduce(
        (sum, part, i) => sum + (row.weights[i] ?? 0) * meanTicks(table[part] as DurationModel, table),
        0,
      );
    case "empirical":
      return empiricalMean(row.p, row.value);
  }
}

/** Bounded Pareto on [low, high]: the integral of its survival function, plus low. */
function paretoMean(low: number, high: number, shape: number): number {
  const logRatio = Math.log(high / low);
  const tail = -Math.expm1(-shape * logRatio); // 1 - (low/high)^shape
  if (Math.abs(shape - 1) < 1e-9) return (low * logRatio) / tail;
  return (low * (shape / (shape - 1)) * -Math.expm1((1 - shape) * logRatio)) / tail;
}

function empiricalMean(p: number[], value: number[]): number {
  let sum = 0;
  for (let i = 1; i < p.length; i++)
    sum += (((p[i] ?? 0) - (p[i - 1] ?? 0)) * ((value[i] ?? 0) + (value[i - 1] ?? 0))) / 2;
  return sum;
}

/** Gamma(x) for x >= 1, relative error about 1e-15 (Lanczos, g = 7, n = 9). */
export function gamma(x: number): number {
  const coefficients = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  const t = x - 1 + 7.5;
  const series = coefficients.reduce((sum, c, i) => sum + (i === 0 ? c : c / (x - 1 + i)), 0);
  return Math.sqrt(2 * Math.PI) * t ** (x - 0.5) * Math.exp(-t) * series;
}

/** Draws end 2^-53 short of 1: so many means of an exponential, and so many sigmas of a normal, are never reached. */
const EXPONENTIAL_MOST = 37;
const NORMAL_MOST = 8.3;

/** A length in ticks that no draw exceeds; Infinity for forever. */
export function mostTicks(index: number, table: readonly DurationModel[]): number {
  const row = table[index] as DurationModel;
  return Math.ceil(mostOf(row, table)) + 1;
}

function mostOf(row: DurationModel, table: readonly DurationModel[]): number {
  switch (row.kind) {
    case "fixed":
      return row.ticks >= FOREVER_TICKS ? Number.POSITIVE_INFINITY : row.ticks;
    case "uniform":
    case "pareto":
      return row.max;
    case "exponential":
      return EXPONENTIAL_MOST * row.mean;
    case "lognormal":
      return row.median * Math.exp(NORMAL_MOST * row.sigma);
    case "weibull":
      return row.scale * EXPONENTIAL_MOST ** (1 / row.shape);
    case "mixture":
      return Math.max(...row.parts.map((part) => mostTicks(part, table)));
    case "empirical":
      return Math.max(...row.value);
  }
}
