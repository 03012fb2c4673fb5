import { describe, expect, it } from "vitest";
import { fitFamily } from "../../../src/fit/fit-family.js";
import { band, kaplanMeier, survivalAt } from "../../../src/fit/kaplan-meier.js";
import { exponential, exponentialLaw } from "../../../src/fit/laws/exponential.js";
import { Lengths } from "../../../src/fit/lengths.js";
import { likelihoodOf, logProbabilities } from "../../../src/fit/likelihood.js";
import { minimise } from "../../../src/fit/minimise.js";
import { coarse, sampleOf, total } from "../../../src/fit/sample.js";
import { exponential as drawn, plainSample, randomOf } from "./through-window.js";

const STEP = 1000;

describe("samples", () => {
  it("Always: a length is known to half a step of the clock", () => {
    const lengths = new Lengths();
    lengths.add(0, true, true);
    lengths.add(5000, true, true);
    const { whole } = sampleOf(lengths, STEP);
    expect(whole).toEqual([
      { low: 0, high: 500, count: 1 },
      { low: 4500, high: 5500, count: 1 },
    ]);
  });

  it("Always: where a recorder never says 0, one step is all that is shorter", () => {
    const lengths = new Lengths();
    lengths.add(1000, true, true);
    expect(sampleOf(lengths, STEP).whole).toEqual([{ low: 0, high: 1500, count: 1 }]);
  });

  it("Always: fewer cells hold as many lengths, without gaps of their own", () => {
    const sample = sampleOf(plainSample(drawn(5e6), 20_000, randomOf(1), STEP), STEP);
    const fewer = coarse(sample);
    expect(sample.whole.length).toBeGreaterThan(1000);
    expect(fewer.whole.length).toBeLessThan(130);
    expect(total(fewer.whole)).toBeCloseTo(20_000, 6);
    expect(fewer.whole[0]).toEqual(sample.whole[0]);
    expect(fewer.whole.at(-1)).toEqual(sample.whole.at(-1));
  });

  it("Always: fewer cells know as much: the fit moves by less than a tenth of its deviation", () => {
    const sample = sampleOf(plainSample(drawn(5e6), 20_000, randomOf(2), STEP), STEP);
    const [all, fewer] = [fitFamily(exponential, sample)!, fitFamily(exponential, coarse(sample))!];
    const deviation = Math.sqrt(all.covariance![0]![0]!);
    expect(Math.abs(all.point[0]! - fewer.point[0]!)).toBeLessThan(deviation / 10);
    expect(Math.sqrt(fewer.covariance![0]![0]!) / deviation).toBeCloseTo(1, 2);
  });
});

describe("likelihood", () => {
  const lengths = new Lengths();
  lengths.add(2000, true, true);
  lengths.add(7000, true, false);
  lengths.add(3000, false, true);
  lengths.add(9000, false, false);

  it("Always: it is a hand's sum of a cell, a survival, a residual's cell and a residual's survival", () => {
    const m = 4000;
    const cell = (x: number) => Math.exp(-(x - 500) / m) - Math.exp(-(x + 500) / m);
    const [whole, cutAtEnd, cutAtStart, throughout] = logProbabilities(exponentialLaw(m), sampleOf(lengths, STEP));
    expect(whole).toBeCloseTo(Math.log(cell(2000)), 10);
    expect(cutAtEnd).toBeCloseTo(-7000 / m, 2);
    expect(cutAtStart).toBeCloseTo(Math.log(cell(3000)), 10);
    expect(throughout).toBeCloseTo(-9000 / m, 2);
    expect(likelihoodOf(exponential, sampleOf(lengths, STEP)).misfit([Math.log(m)])).toBeCloseTo(
      -(whole! + cutAtEnd! + cutAtStart! + throughout!),
      10,
    );
  });

  it("Always: the exponential law's likeliest mean is all time seen by how often it ended", () => {
    const many = new Lengths();
    for (const [at, begun, ended] of [
      [2e6, true, true],
      [7e6, true, false],
      [3e6, false, true],
      [9e6, false, false],
    ] as const)
      for (let k = 0; k < 50; k++) many.add(at, begun, ended);
    const fit = fitFamily(exponential, sampleOf(many, STEP))!;
    expect(Math.exp(fit.point[0]!) / (21e6 / 2)).toBeCloseTo(1, 3);
    expect(fit.covariance![0]![0]! * 100).toBeCloseTo(1, 3); // its logarithm varies by 1 / events
  });
});

describe("Kaplan and Meier", () => {
  // The remission times of 6-MP in Freireich et al., Blood 21 (1963), as in Kalbfleisch and Prentice: 21 patients, 9 relapses.
  const ends = [6, 6, 6, 7, 10, 13, 16, 22, 23];
  const cuts = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
  const steps = kaplanMeier(
    [...new Set(ends)].map((x) => ({ low: x, high: x, count: ends.filter((y) => y === x).length })),
    cuts.map((at) => ({ at, count: 1 })),
  );

  it("Always: the textbook's survival and errors", () => {
    for (const [week, survival, error] of [
      [6, 0.8571, 0.0764],
      [7, 0.8067, 0.0869],
      [10, 0.7529, 0.0963],
      [13, 0.6902, 0.1068],
      [16, 0.6275, 0.1141],
      [22, 0.5378, 0.1282],
      [23, 0.4482, 0.1346],
    ] as const) {
      expect(survivalAt(steps, week)).toBeCloseTo(survival, 4);
      const step = steps.find(({ at }) => at === week)!;
      expect(step.survival * Math.sqrt(step.variance)).toBeCloseTo(error, 3);
      const { low, high } = band(step, 1.96);
      expect(low).toBeLessThan(survival);
      expect(high).toBeGreaterThan(survival);
      expect(high).toBeLessThan(1);
    }
  });
});

describe("the simplex", () => {
  it("Always: it walks down Rosenbrock's valley", () => {
    const f = ([x = 0, y = 0]: readonly number[]) => 100 * (y - x * x) ** 2 + (1 - x) ** 2;
    const { point } = minimise((at) => 1e3 * f(at), [-1.2, 1], [0.3, 0.3]);
    expect(point[0]).toBeCloseTo(1, 2);
    expect(point[1]).toBeCloseTo(1, 2);
  });

  it("Always: it stays where the function is defined", () => {
    const { point } = minimise(([x = 0]) => (x < 1 ? Infinity : x), [3], [0.5]);
    expect(point[0]).toBeGreaterThanOrEqual(1);
    expect(point[0]).toBeCloseTo(1, 1);
  });
});
