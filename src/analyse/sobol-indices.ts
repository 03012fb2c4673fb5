// Sobol' indices: which share of an output's variance, over the ranges of its inputs, each input explains alone (first order) and
// with all its interactions (total). Points A and B, and for each input i the points AB(i), which are A but for the input
// i of B. Estimators: first order by Saltelli et al., Computer Physics Communications 181 (2010), total by Jansen, ibid. 117 (1999).
// Intervals: percentiles of a bootstrap over the points.

import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { sobolPoints } from "./sobol-points.js";

export interface Design {
  a: Float64Array[];
  b: Float64Array[];
  /** By input, then by point. */
  ab: Float64Array[][];
}

/** An output at every point of a design. */
export interface Outputs {
  a: number[];
  b: number[];
  ab: number[][];
}

export interface Index {
  value: number;
  low: number;
  high: number;
}

export interface InputIndices {
  first: Index;
  total: Index;
}

const RESAMPLES = 1000;
const CONFIDENCE = 0.95;
const SEED = 1;

/** 2^log2Count points A and as many B in the unit cube of `inputs` dimensions: 2^log2Count x (inputs + 2) runs. */
export function sobolDesign(log2Count: number, inputs: number): Design {
  const points = sobolPoints(log2Count, 2 * inputs);
  const a = points.map((point) => point.slice(0, inputs));
  const b = points.map((point) => point.slice(inputs));
  const ab = Array.from({ length: inputs }, (_, i) =>
    a.map((point, row) => point.map((x, j) => (j === i ? b[row]![j]! : x))),
  );
  return { a, b, ab };
}

/** Points drawn from the design, and what the output's mean and variance are over them. */
interface Sample {
  rows: number[];
  mean: number;
  variance: number;
}

/** Indices of each input; undefined where the output is the same at every point. */
export function sobolIndices(outputs: Outputs): InputIndices[] | undefined {
  const count = outputs.a.length;
  const all = sample(
    outputs,
    Array.from({ length: count }, (_, row) => row),
  );
  if (all.variance === 0) return undefined;
  const random = xoroshiro128plus(SEED);
  const drawn = () => all.rows.map(() => uniformInt(random, 0, count - 1));
  const resamples = Array.from({ length: RESAMPLES }, () => sample(outputs, drawn())).filter((s) => s.variance > 0);
  return outputs.ab.map((_, input) => ({
    first: index((s) => first(outputs, input, s), all, resamples),
    total: index((s) => total(outputs, input, s), all, resamples),
  }));
}

function sample({ a, b }: Outputs, rows: number[]): Sample {
  const mean = rows.reduce((sum, row) => sum + a[row]! + b[row]!, 0) / (2 * rows.length);
  const squares = rows.reduce((sum, row) => sum + (a[row]! - mean) ** 2 + (b[row]! - mean) ** 2, 0);
  return { rows, mean, variance: squares / (2 * rows.length) };
}

function index(estimate: (sample: Sample) => number, all: Sample, resamples: Sample[]): Index {
  const estimates = resamples.map(estimate).sort((x, y) => x - y);
  const tail = Math.floor(((1 - CONFIDENCE) / 2) * estimates.length);
  return { value: estimate(all), low: estimates[tail]!, high: estimates[estimates.length - 1 - tail]! };
}

function first({ a, b, ab }: Outputs, input: number, { rows, mean, variance }: Sample): number {
  const changed = ab[input]!; // the mean is taken off B: the estimator's own variance is least so
  return rows.reduce((sum, row) => sum + (b[row]! - mean) * (changed[row]! - a[row]!), 0) / rows.length / variance;
}

function total({ a, ab }: Outputs, input: number, { rows, variance }: Sample): number {
  const changed = ab[input]!;
  return rows.reduce((sum, row) => sum + (a[row]! - changed[row]!) ** 2, 0) / (2 * rows.length) / variance;
}
