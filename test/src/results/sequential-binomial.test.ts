import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { describe, expect, it } from "vitest";
import { confidenceSequence, logEvidence } from "../../../src/results/sequential-binomial.js";

describe("a probability watched while its trials come in", () => {
  it("Always: the evidence is the uniform mixture of likelihood ratios", () => {
    // k! (n - k)! / (n + 1)! over p^k (1 - p)^(n - k), at k = 2, n = 5, p = 0.3: (1 / 60) / (0.09 * 0.343)
    expect(Math.exp(logEvidence(2, 5, 0.3))).toBeCloseTo(1 / 60 / (0.3 ** 2 * 0.7 ** 3), 12);
    expect(Math.exp(logEvidence(0, 5, 0.3))).toBeCloseTo(1 / 6 / 0.7 ** 5, 12);
    expect(Math.exp(logEvidence(5, 5, 0.3))).toBeCloseTo(1 / 6 / 0.3 ** 5, 12);
  });

  it("Always: the interval's ends are where the evidence is 1 / (1 - confidence)", () => {
    const { low, high } = confidenceSequence(12, 1000, 0.99);
    for (const end of [low, high]) expect(logEvidence(12, 1000, end)).toBeCloseTo(Math.log(100), 6);
    expect(low).toBeLessThan(0.012);
    expect(high).toBeGreaterThan(0.012);
    expect(confidenceSequence(0, 10, 0.95).low).toBe(0);
    expect(confidenceSequence(10, 10, 0.95).high).toBe(1);
  });

  it("Always: of sequences looked at after each trial hardly more than one in twenty ever loses the truth", () => {
    const [runs, trials, p] = [400, 2000, 0.1];
    let lost = 0;
    for (let run = 0; run < runs; run++) {
      const random = xoroshiro128plus(run);
      let successes = 0;
      for (let n = 1; n <= trials; n++) {
        if (uniformFloat64(random) < p) successes++;
        if (logEvidence(successes, n, p) >= Math.log(20)) {
          lost++;
          break;
        }
      }
    }
    expect(lost / runs).toBeLessThan(0.05);
    expect(lost).toBeGreaterThan(0);
  });
});
