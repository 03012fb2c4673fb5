// Durations given their age, against closed forms written without a look at the sampler: a law that forgot the age would fail each.

import { beforeAll, describe, expect, it } from "vitest";
import { type Closed, closed, type Law, mixed, residual } from "../closed.js";
import { load } from "../load.js";

interface Conditional {
  setDuration(index: number, kind: number, first: number, count: number, a: number, b: number, c: number): void;
  setPart(index: number, a: number, b: number, c: number): void;
  residualSurvival(index: number, age: bigint, later: bigint): number;
  durationBeyond(index: number, age: bigint, w: number): bigint;
  equilibriumBeyond(index: number, age: bigint, w: number): bigint;
  exponentialBeyond(mean: number, age: bigint, w: number): bigint;
}

let module: Conditional;
beforeAll(async () => {
  module = await load<Conditional>("test/assembly/conditional.as.ts");
});

const KINDS = ["fixed", "uniform", "exponential", "lognormal", "weibull", "pareto", "mixture", "empirical"];
const MIXTURE = 0;
const TABLE = 1;
const FIRST_LAW = 2;

const LAWS: Law[] = [
  { kind: "uniform", parameters: [2e9, 9e9] },
  { kind: "exponential", parameters: [3e9] },
  { kind: "lognormal", parameters: [1e9, 0.8] },
  { kind: "weibull", parameters: [2e9, 0.6] },
  { kind: "weibull", parameters: [2e9, 3] },
  { kind: "pareto", parameters: [1e8, 5e10, 1.2] },
];
const PARTS = [
  { weight: 0.9, law: LAWS[1] },
  { weight: 0.1, law: { kind: "exponential", parameters: [4e10] } },
];
const TABLE_POINTS = [
  [0, 1e9],
  [0.5, 2e9],
  [0.9, 4e9],
  [1, 2e10],
];

function define(index: number, { kind, parameters: [a, b, c] }: Law): void {
  module.setDuration(index, KINDS.indexOf(kind), 0, 0, a, b ?? 0, c ?? 0);
}

/** The laws by index, and what each is called. */
function defineAll(): { index: number; name: string; law: Closed }[] {
  LAWS.forEach((law, i) => define(FIRST_LAW + i, law));
  const mixture = mixed(PARTS.map(({ weight, law }) => ({ weight, law: closed(law) })));
  let before = 0;
  let biasedBefore = 0;
  PARTS.forEach(({ weight, law }, i) => {
    define(20 + i, law);
    before += weight;
    biasedBefore += (weight * closed(law).mean) / mixture.mean;
    module.setPart(i, before, biasedBefore, 20 + i);
  });
  module.setDuration(MIXTURE, KINDS.indexOf("mixture"), 0, PARTS.length, 0, 0, 0);
  TABLE_POINTS.forEach(([p, value], i) => module.setPart(10 + i, p, 0, value));
  module.setDuration(TABLE, KINDS.indexOf("empirical"), 10, TABLE_POINTS.length, 0, 0, 0);
  return [
    ...LAWS.map((law, i) => ({ index: FIRST_LAW + i, name: `${law.kind} ${law.parameters}`, law: closed(law) })),
    { index: MIXTURE, name: "mixture", law: mixture },
  ];
}

/** The age that a share `p` outlasts. */
function ageOutlasted(law: Closed, p: number): number {
  let low = 0;
  let high = 1e15;
  for (let n = 0; n < 200; n++) {
    const middle = (low + high) / 2;
    if (1 - law.cdf(middle) > p) low = middle;
    else high = middle;
  }
  return Math.floor(low);
}

describe("a duration given its age", () => {
  it("Always: has the law's quantiles beyond that age", () => {
    for (const { index, name, law } of defineAll()) {
      for (const outlasted of [0.9, 0.3, 1e-3, 1e-6]) {
        const age = ageOutlasted(law, outlasted);
        for (const w of [0.001, 0.25, 0.5, 0.9, 0.999]) {
          // Parts of a mixture are picked by the same draw, in their order: its quantiles are not those of w.
          if (name === "mixture") continue;
          const drawn = Number(module.durationBeyond(index, BigInt(age), w));
          const share = (1 - law.cdf(drawn)) / (1 - law.cdf(age + 0.5));
          expect(drawn, name).toBeGreaterThan(age);
          expect(Math.abs(share - (1 - w)), `${name}, age ${age}, draw ${w}`).toBeLessThan(2e-4);
        }
      }
    }
  });

  it("Always: each part of a mixture as often as it is what has lasted so long", () => {
    const { law } = defineAll().find(({ name }) => name === "mixture")!;
    const age = ageOutlasted(law, 0.05);
    expectLaw(
      (_u, w) => Number(module.durationBeyond(MIXTURE, BigInt(age), w)),
      (x) => 1 - (1 - law.cdf(x)) / (1 - law.cdf(age)),
    );
  });

  it("Always: of a table, what is left of it", () => {
    defineAll();
    expect(Number(module.durationBeyond(TABLE, 2n * 10n ** 9n, 0.8))).toBeCloseTo(4e9, -3);
    expect(Number(module.durationBeyond(TABLE, 12n * 10n ** 9n, 0.5))).toBeCloseTo(1.6e10, -3);
  });

  it("Always: a fixed one is what it is", () => {
    define(30, { kind: "fixed", parameters: [5e6] });
    expect(module.durationBeyond(30, 4_000_000n, 0.9)).toBe(5_000_000n);
    expect(module.equilibriumBeyond(30, 4_000_000n, 0.5)).toBe(4_500_000n);
  });

  it("Always: on the grid of ticks, an exponential of few ticks has the law of those rounded up to more than its age", () => {
    const mean = 3;
    const count = [0, 0, 0];
    const draws = 30_000;
    for (let n = 0; n < draws; n++) {
      const drawn = Number(module.exponentialBeyond(mean, 2n, (n + 0.5) / draws));
      if (drawn - 3 < count.length) count[drawn - 3]++;
    }
    count.forEach((seen, i) => {
      const share = Math.exp(-i / mean) - Math.exp(-(i + 1) / mean);
      expect(Math.abs(seen / draws - share)).toBeLessThan(1e-3);
    });
  });
});

describe("what is left of a phase found running, given how much has passed", () => {
  it("Always: has the law of residuals beyond that", () => {
    for (const { index, name, law } of defineAll()) {
      for (const age of [0.3 * law.mean, 1.1 * law.mean].map(Math.floor)) {
        const beyond = 1 - residual(law, age);
        expectLaw(
          (_u, w) => Number(module.equilibriumBeyond(index, BigInt(age), w)),
          (x) => 1 - (1 - residual(law, x)) / beyond,
          name,
        );
      }
    }
  });

  it("Always: is longer than so much with the law's probability, far out too", () => {
    for (const { index, name, law } of defineAll()) {
      const survival = (x: number) => 1 - residual(law, x);
      for (const [age, later] of [
        [0, 0.2],
        [0.3, 1.1],
        [0.9, 2.6],
      ].map((pair) => pair.map((means) => Math.floor(means * law.mean)))) {
        const share = survival(later + 0.5) / (age === 0 ? 1 : survival(age + 0.5));
        expect(module.residualSurvival(index, BigInt(age), BigInt(later)), name).toBeCloseTo(share, 9);
      }
    }
    // Of a sleep of mean 3e9: e^-30; of a lognormal one, from a table of erfc().
    expect(module.residualSurvival(FIRST_LAW + 1, 0n, 90_000_000_000n) / Math.exp(-30)).toBeCloseTo(1, 8);
    expect(module.residualSurvival(FIRST_LAW + 2, 0n, 50_000_000_000n) / 3.26317245e-6).toBeCloseTo(1, 7);
  });

  it("Always: of a table, what is left of it", () => {
    defineAll();
    // The mean is 3.15e9; of the last tenth, from 12e9 to 20e9, a triangle of height 0.05 is left.
    expect(module.residualSurvival(TABLE, 0n, 12_000_000_000n)).toBeCloseTo((0.05 * 8e9) / 2 / 3.15e9, 9);
    const rest = Number(module.equilibriumBeyond(TABLE, 12_000_000_000n, 0.75));
    expect(rest).toBeCloseTo(1.6e10, -3);
  });
});

const GOLDEN = [0.6180339887498949, 0.7548776662466927, 0.8191725133961645];

/** Whether samples (null: none) have this distribution function; Kolmogorov and Smirnov's distance, on points of a lattice. */
function expectLaw(
  sample: (u: number, w: number, v: number) => number | null,
  cdf: (x: number) => number,
  name = "",
): void {
  const drawn: number[] = [];
  for (let n = 1; n <= 6000; n++) {
    const value = sample((n * GOLDEN[0]) % 1, (n * GOLDEN[1]) % 1, (n * GOLDEN[2]) % 1);
    if (value !== null) drawn.push(value);
  }
  drawn.sort((a, b) => a - b);
  const distance = Math.max(...drawn.map((x, i) => Math.abs(cdf(x) - (i + 0.5) / drawn.length)));
  expect(drawn.length, name).toBeGreaterThan(500);
  expect(distance, name).toBeLessThan(1.6 / Math.sqrt(drawn.length));
}
