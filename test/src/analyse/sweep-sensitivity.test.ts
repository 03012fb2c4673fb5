import { describe, expect, it } from "vitest";
import { designPoints, valueAt } from "../../../src/analyse/sweep-design.js";
import { sweepSensitivity } from "../../../src/analyse/sweep-sensitivity.js";
import type { PolicyResult } from "../../../src/results/result.js";
import { readSweep } from "../../../src/scenario/axes.js";
import { sourceOf } from "../../../src/scenario/source.js";

/** What sensitivity looks at. */
function resultOf(policy: string, p50: number | null, p99: number | null, censored: number): PolicyResult {
  const quantiles = [
    { p: 0.5, value: p50 },
    { p: 0.99, value: p99 },
  ];
  return { policy, replicas: 100, censored, latencyMs: { quantiles } } as unknown as PolicyResult;
}

type Law = (x: number, y: number) => PolicyResult[];

function sensitivityOf(design: string, vary: string[], law: Law, points?: number) {
  const { axes, ...sweep } = readSweep(sourceOf("host: {cpus: 2}"), { vary, design, points });
  const coordinates = designPoints({ ...sweep, axes }, 1n);
  const values = coordinates.map((point) => axes.map((axis, i) => valueAt(axis, point[i]!) as number));
  return sweepSensitivity({
    design: sweep.design,
    axes,
    coordinates,
    points: values.map(([x, y]) => ({ results: law(x!, y!) })),
    horizonsMs: values.map(() => 1000),
  });
}

const entry = (all: ReturnType<typeof sensitivityOf>, path: string, figure: string, policy = "p") =>
  all.find((one) => one.path === path && one.figure === figure && one.policy === policy)!;

describe("what moves the figures of a sweep", () => {
  it("Always: the ratio is of the last value to the first, the others averaged", () => {
    const all = sensitivityOf("grid", ["a=1,2,3", "b=10,30"], (x, y) => [resultOf("p", x * y, x, y)]);
    expect(entry(all, "a", "p50").ratio).toBe(3);
    expect(entry(all, "b", "p50").ratio).toBe(3);
    expect(entry(all, "b", "p99").ratio).toBe(1);
    expect(entry(all, "b", "censored").ratio).toBe(3);
    expect(entry(all, "a", "p50")).toMatchObject({ first: null, total: null });
  });

  it("Never: a ratio of what is censored, of nothing, or along a single value", () => {
    const all = sensitivityOf("grid", ["a=1,2", "b=1"], (x) => [resultOf("p", x, x === 1 ? 5 : null, x - 1)]);
    expect(entry(all, "a", "p99").ratio).toBeNull();
    expect(entry(all, "a", "censored").ratio).toBeNull();
    expect(entry(all, "b", "p50").ratio).toBeNull();
  });

  it("Always: of a range the outer quarters stand for its ends", () => {
    const all = sensitivityOf("latin-hypercube", ["a=0.0..1.0", "b=0.0..1.0"], (x) => [resultOf("p", x, 1, 0)], 8);
    expect(entry(all, "a", "p50").ratio).toBeCloseTo((13 / 16 + 15 / 16) / (1 / 16 + 3 / 16), 9);
  });

  it("Always: a sobol design tells which share of the variance is whose, the horizon standing for what is censored", () => {
    const law: Law = (x, y) => [resultOf("p", 2 * x + y, x > 0.5 ? null : 10, 0)];
    const all = sensitivityOf("sobol", ["a=0.0..1.0", "b=0.0..1.0"], law, 256);
    expect(entry(all, "a", "p50").first!.value).toBeCloseTo(0.8, 1);
    expect(entry(all, "b", "p50").total!.value).toBeCloseTo(0.2, 1);
    expect(entry(all, "a", "p99").total!.value).toBeCloseTo(1, 1);
    expect(entry(all, "b", "p99").total!.value).toBe(0);
    expect(entry(all, "a", "censored").total).toBeNull();
  });

  it("Always: policies are told apart by their place where a sweep changes their names", () => {
    const all = sensitivityOf("grid", ["a=1,2", "b=1,2"], (x, y) => [
      resultOf("p", x, x, 0),
      resultOf(`q${x}`, y, y, 0),
    ]);
    expect(entry(all, "b", "p50", "p").ratio).toBe(1);
    expect(entry(all, "b", "p50", "policies[1]").ratio).toBe(2);
  });
});
