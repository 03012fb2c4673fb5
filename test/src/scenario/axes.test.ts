import { describe, expect, it } from "vitest";
import { readSweep } from "../../../src/scenario/axes.js";
import { sourceOf } from "../../../src/scenario/source.js";

const HOST = "host: {cpus: 2}\n";

function sweepOf(vary: string[], design?: string, points?: number) {
  return readSweep(sourceOf(HOST), { vary, design, points });
}

/** The values of one path. */
function valuesOf(values: string): unknown {
  const [axis] = sweepOf([`host.cpus=${values}`]).axes;
  return "values" in axis! ? axis.values : axis;
}

describe("the values of a path", () => {
  it.each([
    ["3", [3]],
    ["1,2,4..64", [1, 2, 4, 8, 16, 32, 64]],
    ["4..64", [4, 8, 16, 32, 64]],
    ["64..4", [64, 32, 16, 8, 4]],
    ["1..6", [1, 2, 3, 4, 5, 6]],
    ["10,20..50", [10, 20, 30, 40, 50]],
    ["50,40..10", [50, 40, 30, 20, 10]],
    ["0,5..15", [0, 5, 10, 15]],
    ["0.1,0.2..0.5", [0.1, 0.2, 0.3, 0.4, 0.5]],
    ["1,10..1000,1024", [1, 10, 100, 1000, 1024]],
    ["1ms,2ms..5ms", ["1ms", "2ms", "3ms", "4ms", "5ms"]],
    ["500ms..4s", ["500ms", "1s", "2s", "4s"]],
    ["1/s,10/s..1000/s", ["1/s", "10/s", "100/s", "1000/s"]],
    ["one-each, spread", ["one-each", "spread"]],
    ["[0, 1],'2-3,5',{a: [1, 2]}", [[0, 1], "2-3,5", { a: [1, 2] }]],
    ["true,false", [true, false]],
  ])("Always: %s means %j", (text, values) => {
    expect(valuesOf(text)).toEqual(values);
  });

  it.each([
    ["4..63,7", "each value once, got 7"],
    ["3,5..64", "an end that times 1.66667 or plus 2 from 5 leads to"],
    ["1s..5s", "an end that times 2 from 1s leads to"],
    ["1s..5", "two numbers, times or rates around .."],
    ["a..b", "two numbers, times or rates around .."],
    ["1..64 log", "no log, which is for latin-hypercube and sobol"],
    ["1,,2", "a value between two commas"],
    ["1..100000", "an end that times 2 or plus 1 from 1 leads to, in at most 10000"],
    ["", "path=values"],
  ])("Never: are %j values, and the message says why", (text, message) => {
    expect(() => valuesOf(text)).toThrow(message);
  });
});

describe("what a sweep varies", () => {
  it("Always: the scenario says it, by lists and texts, and its places are known", () => {
    const source = sourceOf(
      "host: {cpus: 2}\nsweep:\n  vary:\n    host.cpus: [1, 2, 4..16]\n    host.hz: 100,250\n",
      "f.yaml",
    );
    const { design, axes, points } = readSweep(source, {});
    expect({ design, points }).toEqual({ design: "grid", points: undefined });
    expect(axes).toMatchObject([
      { path: "host.cpus", values: [1, 2, 4, 8, 16], where: { file: "f.yaml", line: 4 } },
      { path: "host.hz", values: [100, 250], where: { line: 5 } },
    ]);
  });

  it("Always: what is asked for stands instead of the scenario's", () => {
    const source = sourceOf("host: {cpus: 2}\nsweep: {vary: {host.cpus: [1, 2]}, design: zip}\n");
    const { design, axes } = readSweep(source, { vary: ["host.hz=100,250"] });
    expect(design).toBe("zip");
    expect(axes.map(({ path }) => path)).toEqual(["host.hz"]);
  });

  it("Always: a path is spelt as --set spells it", () => {
    expect(sweepOf(["policies.0.signalEveryTries=1,2"]).axes[0]!.path).toBe("policies[0].signalEveryTries");
  });

  it("Always: a range of whole numbers has whole numbers in it, one with a decimal point all", () => {
    const spans = sweepOf(["a=1..8", "b=0.0..1.0", "c=1ms..1s log", "d=1,2"], "sobol", 4).axes;
    expect(spans).toMatchObject([
      { span: { from: { amount: 1, unit: "" }, log: false, whole: true } },
      { span: { to: { amount: 1 }, whole: false } },
      { span: { from: { amount: 1000, unit: "us" }, log: true } },
      { values: [1, 2] },
    ]);
  });

  it.each<[string, string[], string | undefined, number | undefined, string]>([
    ["no path", ["4..64"], undefined, undefined, "--vary 4..64: expected path=values"],
    ["the seed", ["run.seed=1,2"], undefined, undefined, "every point runs the same replicas"],
    ["a path twice", ["host.cpus=1,2", "host.cpus=4"], undefined, undefined, "each path once"],
    ["a path within another", ["host={cpus: 1}", "host.cpus=4"], undefined, undefined, "none within another"],
    ["a design with a slip", ["host.cpus=1"], "sobel", undefined, "did you mean sobol?"],
    ["unequal lists zipped", ["a=1,2", "b=1,2,3"], "zip", undefined, "--vary b=1,2,3: expected 2 values as a has them"],
    ["points of a grid", ["a=1,2"], "grid", 5, "--points: expected a latin-hypercube or sobol design"],
    ["points no power of two", ["a=1..2"], "sobol", 100, "did you mean 64 or 128?"],
    ["a falling range", ["a=9..2"], "sobol", 4, "the smaller one first"],
    ["a range from 0 by its logarithm", ["a=0..2 log"], "sobol", 4, "a range above 0 where it is log"],
  ])("Never: %s", (_, vary, design, points, message) => {
    expect(() => sweepOf(vary, design, points)).toThrow(message);
  });

  it("Never: a scenario without a sweep, nor one with a field that is none", () => {
    expect(() => readSweep(sourceOf(HOST), {})).toThrow("--vary path=values");
    expect(() => readSweep(sourceOf("sweep: {vari: {a: [1]}}", "f.yaml"), {})).toThrow("did you mean vary?");
  });
});
