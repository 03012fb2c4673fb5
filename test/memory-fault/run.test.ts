// A memory-fault scenario from its text to results: the same wherever it runs, and every mistake told.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type JudgedResult, verdictPlot } from "../../src/report/verdict-plot.js";
import { verdictReport } from "../../src/report/verdict-table.js";
import { betterCosts } from "../../src/results/memory-fault-verdict.js";
import { rate } from "../../src/results/metrics.js";
import { simulateExperiment } from "../../src/simulate-experiment.js";

const EXAMPLE = readFileSync("examples/memory-fault.yaml", "utf8");
const PLAIN = { bold: String, dim: String, warn: String, series: () => String, columns: 200 };

const SMALL = {
  name: "small",
  experiment: "memory-fault",
  vm: { vcpus: 3, faults: 50 },
  variants: ["H0", "H2", "H3", "H5"],
  verdict: { unannotated: [0, 0.2], dropped: [0.1] },
  run: { replicas: 200, seed: 7 },
};

const { timing: _, ...small } = await simulateExperiment({ scenario: SMALL, workers: 0 });

describe("a run", () => {
  it.each([1, 2, 3])("Always: gives the same on %d workers, digests and verdict alike", async (workers) => {
    const { timing, ...result } = await simulateExperiment({ scenario: SMALL, workers });
    expect(timing.workers).toBe(workers);
    expect(result).toEqual(small);
  });

  it("Always: gives the same under both builds, but for the module's own digest", async () => {
    const { results, verdict } = await simulateExperiment({ scenario: SMALL, workers: 0, build: "debug" });
    expect({ results, verdict }).toEqual({ results: small.results, verdict: small.verdict });
  });

  it("Always: this scenario has these digests", () => {
    expect(small.results.map(({ variant, digest }) => `${variant} ${digest.slice(0, 12)}`)).toMatchInlineSnapshot(`
      [
        "H0 5b1db74633bd",
        "H2 fa8d53189c4f",
        "H3 264962193733",
        "H5 9b698e785363",
      ]
    `);
  });

  it("Always: reports the scenario's variants, and the verdict's under the verdict alone", () => {
    expect(small.results.map(({ variant }) => variant)).toEqual(["H0", "H2", "H3", "H5"]);
    expect(small.verdict?.cells.map(({ unannotated, dropped }) => [unannotated, dropped])).toEqual([
      [0, 0.1],
      [0.2, 0.1],
    ]);
    for (const { harm } of small.verdict!.cells)
      expect(harm.map(({ variant }) => variant)).toEqual(["H0", "H2", "H3", "H5"]);
  });

  it("Always: each metric lies in its interval", () => {
    for (const { metrics } of small.results) {
      for (const { value, low, high } of metrics) {
        if (value === null) continue;
        expect(low).toBeLessThanOrEqual(value);
        if (high !== null) expect(high).toBeGreaterThanOrEqual(value);
      }
    }
  });

  it("Always: H0's verdict is the share of faults that need user space, at any rates", () => {
    for (const { harm } of small.verdict!.cells) {
      const { lost, corrupted } = harm.find(({ variant }) => variant === "H0")!;
      expect(lost).toBe(small.results[0]!.metrics.find(({ name }) => name === "bareFaults")!.value);
      expect(corrupted).toBe(0);
    }
  });
});

describe("a wrong scenario", () => {
  const message = (fields: object) =>
    simulateExperiment({ scenario: { ...SMALL, ...fields }, workers: 0 }).then(String, ({ message }: Error) => message);

  it.each([
    ["an unknown variant", { variants: ["H7"] }, "one of H0, H1, H2, H2b, H3, H4, H5, H6"],
    ["an unknown site", { variants: [{ name: "a", sites: ["fastgup"] }] }, "fast-gup"],
    ["no pages at all", { pages: { plain: 0, missing: 0, mismatch: 0, emulated: 0 } }, "a weight above 0"],
    ["too many faults", { vm: { vcpus: 256, faults: 1 << 20 } }, "1048576"],
    ["signals without end", { vm: { signals: 0 } }, "1ns on average"],
    ["a verdict between strangers", { verdict: { falsePositives: "H4" } }, "verdict.falsePositives"],
    ["a probability of 2", { dropped: 2 }, "a probability from 0 to 1"],
    ["a word of another experiment", { host: { cpus: 2 } }, "host"],
  ])("Always: %s is told", async (_, fields, words) => {
    expect(await message(fields)).toContain(words);
  });
});

describe("a verdict", () => {
  it("Always: is a range of costs, from two lines", () => {
    const harm = (lost: number, corrupted: number) => ({ lost, corrupted });
    expect(betterCosts(harm(10, 5), harm(20, 3))).toEqual({ from: 0, to: 5 }); // spares 10, corrupts 2 more
    expect(betterCosts(harm(20, 3), harm(10, 5))).toEqual({ from: 5, to: null });
    expect(betterCosts(harm(10, 3), harm(20, 3))).toEqual({ from: 0, to: null });
    expect(betterCosts(harm(10, 3), harm(10, 5))).toEqual({ from: 0, to: null });
    expect(betterCosts(harm(20, 5), harm(10, 3))).toBeNull();
    expect(betterCosts(harm(20, 5), harm(20, 5))).toBeNull();
  });

  it("Always: is printed with the side that does less harm, and up to which cost", () => {
    const cell = (lost: number, corrupted: number) => ({
      unannotated: 0.001,
      dropped: 0.1,
      harm: [
        { variant: "A", lost, corrupted },
        { variant: "B", lost: 20, corrupted: 3 },
      ],
      best: [{ cost: 10, variants: ["A", "B"] }],
      falsePositives: betterCosts({ lost, corrupted }, { lost: 20, corrupted: 3 }),
    });
    const cells = [cell(10, 7), cell(30, 1), cell(10, 3), cell(20, 3), cell(30, 3)];
    const text = verdictReport({ falsePositives: "A", falseNegatives: "B", cells }, PLAIN).slice(3);
    expect(text.map((line) => line.trim().split(/ {2,}/))).toEqual([
      ["0.1%", "10%", "A = B", "A below x2.5"],
      ["0.1%", "10%", "A = B", "A above x5"],
      ["0.1%", "10%", "A = B", "A"],
      ["0.1%", "10%", "A = B", "the same"],
      ["0.1%", "10%", "A = B", "B"],
    ]);
  });

  it("Always: is drawn with every variant's name, and a square for every pair of rates and every cost", () => {
    const svg = verdictPlot(small as JudgedResult);
    for (const { variant } of small.results) expect(svg).toContain(`>${variant}</text>`);
    const cells = small.verdict!.cells;
    const squares = svg.match(/stroke="#ffffff"/g)!;
    expect(squares.length).toBe(cells.length * (cells[0]!.best.length + 1));
    expect(svg).not.toMatch(/NaN|undefined/);
  });
});

describe("a rate", () => {
  it("Always: of nothing seen ends at 3.84 events, the score interval's", () => {
    expect(rate("r", { n: 10n, y: 0n, yy: 0n }, 2)).toEqual({ name: "r", value: 0, low: 0, high: 1.92072941 });
  });

  it("Always: has an interval twice as wide where replicas scatter four times as much", () => {
    const width = (yy: bigint) => {
      const { low, high } = rate("r", { n: 101n, y: 10_100n, yy }, 1);
      return high! - low!;
    };
    const poisson = 101n * 100n ** 2n + 100n * 100n; // variance 100, as the mean
    expect(width(poisson + 100n * 300n) / width(poisson)).toBeCloseTo(2, 3);
  });
});

describe("examples/memory-fault.yaml", () => {
  it("Always: shows each side right somewhere, and the merged one bare", { timeout: 120_000 }, async () => {
    const { results, verdict } = await simulateExperiment({ scenario: EXAMPLE, workers: 2, replicas: 64 });
    const metric = (variant: string, name: string) =>
      results.find((one) => one.variant === variant)!.metrics.find((one) => one.name === name)!.value!;
    expect(metric("H6", "bareFaults")).toBeGreaterThan(0.9 * metric("H0", "bareFaults"));
    expect(metric("H5", "clobberedExits")).toBe(0);
    expect(metric("H2", "staleReads")).toBeGreaterThan(metric("H5", "staleReads"));
    const sides = verdict!.cells.map(({ falsePositives }) => falsePositives);
    expect(sides.some((side) => side?.to === null)).toBe(true);
    expect(sides.some((side) => side !== null && side.to !== null && side.to < 100)).toBe(true);
  });
});
