import { describe, expect, it } from "vitest";
import { DurationTable, gamma, meanTicks } from "../../../src/scenario/durations.js";
import type { DurationInput } from "../../../src/scenario/fields.js";
import { FOREVER_TICKS } from "../../../src/scenario/model.js";

function mean(input: DurationInput): number {
  const table = new DurationTable();
  const row = table.rows[table.add(input)];
  if (row === undefined) throw new Error("no row");
  return meanTicks(row, table.rows);
}

describe("means", () => {
  const cases: [string, DurationInput, number][] = [
    ["a fixed time", "5ms", 5000],
    ["zero", 0, 0],
    ["uniform", { uniform: ["1ms", "3ms"] }, 2000],
    ["exponential", { exponential: "5s" }, 5e6],
    ["log-normal", { lognormal: { median: "2us", sigma: 1 } }, 2 * Math.exp(0.5)],
    ["Weibull of shape 1, an exponential", { weibull: { scale: "4ms", shape: 1 } }, 4000],
    ["Weibull of shape 1/2", { weibull: { scale: "4ms", shape: 0.5 } }, 8000],
    ["Weibull of shape 2", { weibull: { scale: "1s", shape: 2 } }, 1e6 * (Math.sqrt(Math.PI) / 2)],
    ["Pareto", { pareto: { min: "1ms", max: "100ms", shape: 2 } }, (2000 * (1 - 0.01)) / (1 - 0.0001)],
    ["Pareto of shape 1", { pareto: { min: "1ms", max: "100ms", shape: 1 } }, (1000 * Math.log(100)) / 0.99],
    ["Pareto of shape 1/2", { pareto: { min: "1ms", max: "100ms", shape: 0.5 } }, 10_000],
    [
      "a table",
      {
        empirical: [
          [0, 0],
          [0.5, "2ms"],
          [1, "10ms"],
        ],
      },
      500 + 3000,
    ],
    [
      "a mixture",
      {
        mixture: [
          { weight: 3, duration: "1ms" },
          { weight: 1, duration: { exponential: "5ms" } },
        ],
      },
      750 + 1250,
    ],
  ];
  it.each(cases)("Always: the mean of %s is the law's", (_, input, expected) => {
    expect(mean(input)).toBeCloseTo(expected, 8);
  });

  it("Always: for ever has no finite mean", () => {
    expect(mean("forever")).toBe(Number.POSITIVE_INFINITY);
  });

  it("Always: Pareto's mean is continuous where the shape passes 1", () => {
    const at = (shape: number) => mean({ pareto: { min: "1ms", max: "1s", shape } });
    expect(at(1 + 1e-7) / at(1)).toBeCloseTo(1, 5);
    expect(at(1 - 1e-7) / at(1)).toBeCloseTo(1, 5);
  });

  it("Always: Gamma of whole numbers is a factorial", () => {
    for (const [x, value] of [
      [1, 1],
      [2, 1],
      [5, 24],
      [11, 3628800],
      [21, 2432902008176640000],
    ] as const) {
      expect(gamma(x) / value).toBeCloseTo(1, 13);
    }
  });
});

describe("the table", () => {
  it("Always: equal laws share a row, whatever their spelling", () => {
    const table = new DurationTable();
    expect(table.add("1s")).toBe(table.add("1000ms"));
    expect(table.add({ exponential: "1m" })).toBe(table.add({ exponential: "60 seconds" }));
    expect(table.rows).toHaveLength(2);
  });

  it("Always: for ever is FOREVER_TICKS", () => {
    const table = new DurationTable();
    expect(table.rows[table.add("forever")]).toEqual({ kind: "fixed", ticks: FOREVER_TICKS });
  });

  it("Always: weights are made to sum to 1 and parts of no weight are left out", () => {
    const table = new DurationTable();
    const index = table.add({
      mixture: [
        { weight: 0, duration: "9s" },
        { weight: 6, duration: "1s" },
        { weight: 2, duration: "2s" },
      ],
    });
    expect(table.rows[index]).toEqual({ kind: "mixture", weights: [0.75, 0.25], parts: [0, 1] });
  });

  it("Always: a mixture of one part is that part", () => {
    const table = new DurationTable();
    expect(table.rows[table.add({ mixture: [{ weight: 2, duration: "1s" }] })]).toEqual({ kind: "fixed", ticks: 1e6 });
  });
});
