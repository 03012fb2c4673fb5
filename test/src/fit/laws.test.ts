import { describe, expect, it } from "vitest";
import { logUpperGamma } from "../../../src/fit/incomplete-gamma.js";
import { exponentialLaw } from "../../../src/fit/laws/exponential.js";
import type { Law } from "../../../src/fit/laws/law.js";
import { lognormalLaw } from "../../../src/fit/laws/lognormal.js";
import { mixtureLaw } from "../../../src/fit/laws/mixture.js";
import { paretoLaw } from "../../../src/fit/laws/pareto.js";
import { weibullLaw } from "../../../src/fit/laws/weibull.js";
import { logNormalTail } from "../../../src/fit/normal-tail.js";

const LAWS: [string, Law][] = [
  ["exponential", exponentialLaw(5e6)],
  ["log-normal of sigma 0.3", lognormalLaw(Math.log(2e6), 0.3)],
  ["log-normal of sigma 2", lognormalLaw(Math.log(2e6), 2)],
  ["Weibull of shape 1/2", weibullLaw(Math.log(4e6), 0.5)],
  ["Weibull of shape 3", weibullLaw(Math.log(4e6), 3)],
  ["Pareto of shape 1.5", paretoLaw(Math.log(1e6), Math.log(1e9), 1.5)],
  ["Pareto of shape 1", paretoLaw(Math.log(1e6), Math.log(1e8), 1)],
  ["Pareto of shape 0.3", paretoLaw(Math.log(1e6), Math.log(1e8), 0.3)],
  ["mixture", mixtureLaw([0.8, 0.2], [exponentialLaw(1e5), lognormalLaw(Math.log(1e7), 0.5)])],
];

/** Simpson's rule on the survival, on a grid of logarithms; `to` where nothing is left. */
function integral(law: Law, from: number, to: number): number {
  const steps = 200_000;
  const width = Math.log(to / from) / steps;
  const f = (k: number) => {
    const x = from * Math.exp(k * width);
    return x * Math.exp(law.logSurvival(x));
  };
  let sum = f(0) + f(steps);
  for (let k = 1; k < steps; k++) sum += (k % 2 === 1 ? 4 : 2) * f(k);
  return (sum * width) / 3;
}

describe("laws", () => {
  it.each(LAWS)("Always: survival and distribution function of %s sum to 1, and fall and rise", (_, law) => {
    let last = 0;
    for (let x = 1e3; x < 1e11; x *= 1.3) {
      const survival = law.logSurvival(x);
      expect(Math.exp(survival) + Math.exp(law.logCdf(x))).toBeCloseTo(1, 12);
      expect(survival).toBeLessThanOrEqual(last);
      last = survival;
    }
  });

  it.each(LAWS)("Always: the mean of %s is its survival's integral", (_, law) => {
    expect((1 + integral(law, 1, 1e12)) / law.mean).toBeCloseTo(1, 5);
    expect(law.logBeyond(0)).toBeCloseTo(Math.log(law.mean), 10);
  });

  it.each(LAWS)("Always: what is left of %s beyond a length is the survival's integral from there", (_, law) => {
    for (const x of [3e4, 9e5, 1.5e6, 6e6, 2e7]) {
      const left = Math.exp(law.logBeyond(x));
      if (left > 1e-3) expect(left / integral(law, x, 1e12)).toBeCloseTo(1, 4);
    }
  });

  it.each(LAWS)("Always: the middle of %s is its median, about", (_, law) => {
    const below = Math.exp(law.logCdf(law.middle));
    expect(below).toBeGreaterThan(0.4);
    expect(below).toBeLessThan(0.6);
  });

  it("Always: the residual of an exponential law is itself", () => {
    const law = exponentialLaw(5e6);
    for (const x of [1, 1e6, 1e9]) expect(law.logBeyond(x) - law.logBeyond(0)).toBeCloseTo(law.logSurvival(x), 10);
  });

  it("Always: Weibull of shape 1 is exponential, and far tails keep their digits", () => {
    const [one, other] = [weibullLaw(Math.log(5e6), 1), exponentialLaw(5e6)];
    for (const x of [1, 1e6, 1e10]) {
      expect(one.logSurvival(x) / other.logSurvival(x)).toBeCloseTo(1, 12);
      expect(one.logCdf(x)).toBeCloseTo(other.logCdf(x), 12);
      expect(one.logBeyond(x) / other.logBeyond(x)).toBeCloseTo(1, 10);
    }
  });
});

describe("special functions", () => {
  // Abramowitz and Stegun, table 26.2, and asymptotically beyond.
  it.each([
    [0, 0.5],
    [1, 0.158655253931457],
    [-1, 0.841344746068543],
    [5, 2.866515718791939e-7],
    [10, 7.619853024160527e-24],
    [20, 2.753624118606233e-89],
  ])("Always: the normal tail beyond %d is %d", (z, tail) => {
    expect(Math.exp(logNormalTail(z)) / tail).toBeCloseTo(1, 11);
  });

  it("Always: the normal tail is whole where its two formulas meet, and far beyond what a number can say", () => {
    expect(logNormalTail(4 - 1e-9) - logNormalTail(4 + 1e-9)).toBeCloseTo(2e-9 * 4.226, 10);
    expect(logNormalTail(1e4)).toBeCloseTo(-5e7 - Math.log(1e4) - 0.9189385332046727, 6);
  });

  it("Always: the incomplete gamma function of a whole number is a Poisson sum", () => {
    for (const x of [0.1, 2.9, 3.1, 50, 700])
      expect(logUpperGamma(3, x)).toBeCloseTo(-x + Math.log(1 + x + (x * x) / 2), 11);
  });

  it("Always: that of 1/2 is twice a normal tail", () => {
    for (const z of [0.01, 0.5, 1, 3, 10])
      expect(logUpperGamma(0.5, (z * z) / 2)).toBeCloseTo(Math.log(2) + logNormalTail(z), 10);
  });
});
