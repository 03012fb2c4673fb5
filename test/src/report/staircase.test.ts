import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketsOf as bucketsOfStairs, longerThan, staircaseOf } from "../../../src/report/staircase.js";
import { bucketsOf, madePolicy } from "./made-results.js";

const latencies = fc.array(fc.option(fc.integer({ min: 0, max: 200_000 }), { freq: 5 }), {
  minLength: 1,
  maxLength: 200,
});

describe("staircaseOf", () => {
  it("of a whole distribution is the share that takes longer, at any time", () => {
    fc.assert(
      fc.property(latencies, fc.integer({ min: 0, max: 200_000 }), (all, ms) => {
        const stairs = staircaseOf(madePolicy("p", all), bucketsOf(all));
        const later = all.filter((one) => one === null || one > ms).length;
        expect(longerThan(ms / 1000, stairs)).toBeCloseTo(later / all.length, 10);
      }),
    );
  });

  it("Never: of quantiles and exceedances alone lies below the true curve", () => {
    fc.assert(
      fc.property(latencies, fc.integer({ min: 0, max: 200_000 }), (all, ms) => {
        const result = madePolicy("p", all);
        const truth = longerThan(ms / 1000, staircaseOf(result, bucketsOf(all)));
        expect(longerThan(ms / 1000, staircaseOf(result))).toBeGreaterThanOrEqual(truth - 1e-9);
      }),
    );
  });

  it("turns back into buckets that hold all that completed", () => {
    const all = [1000, 2000, 2000, null];
    const stairs = staircaseOf(madePolicy("p", all), bucketsOf(all));
    expect(bucketsOfStairs(stairs)).toEqual(bucketsOf(all));
  });
});
