import { describe, expect, it } from "vitest";
import { fitDuration } from "../../../src/fit/fit-duration.js";
import { Lengths } from "../../../src/fit/lengths.js";
import { durationSchema } from "../../../src/scenario/fields.js";
import * as drawn from "./through-window.js";

const STEP = 1000;
const SECOND = 1e9;

const LAWS: [string, drawn.Drawn, string][] = [
  ["an exponential law", drawn.exponential(5e6), "exponential"],
  ["a log-normal law", drawn.lognormal(2e5, 1), "lognormal"],
  ["a Weibull law of shape 1/2", drawn.weibull(4e6, 0.5), "weibull"],
  ["a Weibull law of shape 2", drawn.weibull(4e6, 2), "weibull"],
  ["a Pareto law", drawn.pareto(1e6, 1e9, 1.5), "pareto"],
  [
    "a mixture of two exponential laws",
    drawn.mixture([
      { weight: 0.7, law: drawn.exponential(1e5) },
      { weight: 0.3, law: drawn.exponential(1e7) },
    ]),
    "mixture",
  ],
];

describe("plain samples", () => {
  it.each(LAWS)("Always: 2000 lengths of %s are recognised, with the mean in its interval", (_, law, family) => {
    const fit = fitDuration(drawn.plainSample(law, 2000, drawn.randomOf(12), STEP), { resolution: STEP });
    expect(fit.best.family).toBe(family);
    expect(fit.goodness!.p).toBeGreaterThan(0.01);
    expect(fit.mean!.low).toBeLessThan(law.mean);
    expect(fit.mean!.high).toBeGreaterThan(law.mean);
    durationSchema.parse(fit.best.law);
  });
});

describe("windows", () => {
  it("Always: sleeps of a minute are measured through ten seconds", () => {
    const law = drawn.exponential(60 * SECOND);
    const lengths = drawn.throughWindow(law, SECOND, 10 * SECOND, 400, drawn.randomOf(3), STEP);
    const { best, mean, counts } = fitDuration(lengths, { resolution: STEP });
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(0);
    expect(best.family).toBe("exponential");
    expect(mean!.low).toBeLessThan(law.mean);
    expect(mean!.high).toBeGreaterThan(law.mean);
  });
});

describe("what needs no fit", () => {
  it("Always: nothing seen lasts no time, and says so", () => {
    const { best, cautions } = fitDuration(new Lengths(), { resolution: STEP });
    expect(best.law).toBe(0);
    expect(cautions).toHaveLength(1);
  });

  it("Always: what never ended lasts for ever, and may end at a bounded rate", () => {
    const lengths = new Lengths();
    for (let task = 0; task < 8; task++) lengths.add(10 * SECOND, false, false);
    const { best, mean, cautions } = fitDuration(lengths, { resolution: STEP });
    expect(best.law).toBe("forever");
    expect(mean!.low / ((80 * SECOND) / Math.log(100))).toBeCloseTo(1, 2);
    expect(cautions[0]).toContain("10 s");
  });

  it("Always: a timer's lengths are one fixed time", () => {
    const lengths = new Lengths();
    for (let k = 0; k < 100; k++) lengths.add(100e6 + 1000 * (k % 3), true, true);
    expect(fitDuration(lengths, { resolution: STEP }).best.law).toBe("100.001ms");
  });
});
