import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitDuration } from "../../../src/fit/fit-duration.js";
import type { Candidate } from "../../../src/fit/fitted.js";
import { Lengths } from "../../../src/fit/lengths.js";
import { type DurationInput, durationSchema } from "../../../src/scenario/fields.js";
import * as drawn from "./through-window.js";

const STEP = 1000;

/** Any lengths at all, from nothing to 30 years, of any kind of cut and any share. */
const anyLengths = fc
  .array(
    fc.record({
      length: fc.oneof(
        fc.constant(0),
        fc.integer({ min: 0, max: 5000 }),
        fc.double({ min: 0, max: 1e18, noNaN: true }),
      ),
      count: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.double({ min: 0.001, max: 5, noNaN: true })),
      kind: fc.constantFrom("whole", "cutAtEnd", "cutAtStart", "throughout" as const),
    }),
    { maxLength: 12 },
  )
  .map((all) => {
    const lengths = new Lengths();
    for (const { length, count, kind } of all) lengths[kind as "whole"].add(length, count);
    return lengths;
  });

/** A law and what is said of it hold together. */
function judge({ law, survival, mean, parameters, draw }: Candidate, uniforms: number[]): void {
  durationSchema.parse(law);
  durationSchema.parse(draw(uniforms));
  expect(mean).toBeGreaterThanOrEqual(0);
  let last = 1;
  for (let x = 1; x < 1e19; x *= 7) {
    expect(survival(x)).toBeLessThanOrEqual(last + 1e-12);
    expect(survival(x)).toBeGreaterThanOrEqual(0);
    last = survival(x);
  }
  for (const { value, low, high } of parameters) {
    expect(value).toBeGreaterThanOrEqual(0);
    if (low !== null) expect(low).toBeLessThanOrEqual(value * (1 + 1e-6));
    if (high !== null) expect(high).toBeGreaterThanOrEqual(value * (1 - 1e-6));
  }
}

describe("any lengths", () => {
  it("Never: lengths that no fit can take", () => {
    fc.assert(
      fc.property(
        anyLengths,
        fc.constantFrom(1, 1000, 0, Number.NaN, 4e6),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }),
        (lengths, resolution, uniforms) => {
          const { best, candidates, mean, curve, cautions } = fitDuration(lengths, { resolution });
          expect(candidates[0]).toBe(best);
          for (const one of candidates) judge(one, uniforms);
          if (mean) expect(mean.low <= mean.value && mean.value <= mean.high).toBe(true);
          expect(curve.length).toBeLessThanOrEqual(500);
          for (const { survival, low, high } of curve) expect(low <= survival && survival <= high).toBe(true);
          if (lengths.n < 30) expect(cautions.length + (best.family === "fixed" ? 1 : 0)).toBeGreaterThan(0);
        },
      ),
      { numRuns: 60, seed: 8 },
    );
  });
});

const LAWS: [string, drawn.Drawn][] = [
  ["exponential", drawn.exponential(5e6)],
  ["log-normal", drawn.lognormal(2e6, 1)],
  ["Pareto", drawn.pareto(1e6, 1e8, 1.5)],
];

function times(lengths: Lengths, factor: number): Lengths {
  const longer = new Lengths();
  for (const kind of ["whole", "cutAtEnd", "cutAtStart", "throughout"] as const)
    for (const { low, high, count } of lengths[kind].bins()) longer[kind].addBin(low * factor, high * factor, count);
  return longer;
}

describe("scale", () => {
  it.each(LAWS)("Always: lengths of a %s law sixteen times as long have a law sixteen times as long", (_, law) => {
    const lengths = drawn.throughWindow(law, law.mean, 4 * law.mean, 60, drawn.randomOf(5), 1);
    const [once, longer] = [times(lengths, 1), times(lengths, 16)].map((one) => fitDuration(one, { resolution: 1 }));
    expect(longer!.best.family).toBe(once!.best.family);
    expect(longer!.mean!.value / once!.mean!.value).toBeCloseTo(16, 1);
    expect(longer!.mean!.low / once!.mean!.low / 16).toBeCloseTo(1, 1); // a Pareto law's high end is a scenario's longest time
    expect(longer!.goodness!.p).toBeCloseTo(once!.goodness!.p, 1);
  });

  it("Always: twice as many of each length are the same law, known better", () => {
    const lengths = drawn.plainSample(drawn.lognormal(2e6, 1), 200, drawn.randomOf(6), STEP);
    const twice = new Lengths();
    twice.addAll(lengths);
    twice.addAll(lengths);
    const [one, two] = [lengths, twice].map((all) => fitDuration(all, { resolution: STEP }));
    expect(two!.mean!.value / one!.mean!.value).toBeCloseTo(1, 3);
    const width = ({ low, high }: { low: number; high: number }) => Math.log(high / low);
    expect(width(one!.mean!) / width(two!.mean!)).toBeCloseTo(Math.SQRT2, 1);
  });
});

describe("other parameters that are as likely", () => {
  const median = (law: DurationInput) =>
    typeof law === "object" && law.lognormal ? Number.parseFloat(law.lognormal.median) : Number.NaN;

  it("Always: drawn, they vary as their intervals say", () => {
    const lengths = drawn.plainSample(drawn.lognormal(2e6, 1), 400, drawn.randomOf(7), STEP);
    const { best } = fitDuration(lengths, { resolution: STEP });
    expect(best.family).toBe("lognormal");
    const random = drawn.randomOf(8);
    const logs = Array.from({ length: 2000 }, () => Math.log(median(best.draw([random(), random()]))));
    const mean = logs.reduce((sum, x) => sum + x) / logs.length;
    const deviation = Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / logs.length);
    const { value, low, high } = best.parameters[0]!;
    expect(mean).toBeCloseTo(Math.log(value / 1e6), 2);
    expect((2 * 2.576 * deviation) / Math.log(high! / low!)).toBeCloseTo(1, 1);
  });
});
