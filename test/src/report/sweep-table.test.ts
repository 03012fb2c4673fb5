import { beforeAll, describe, expect, it } from "vitest";
import { sweep } from "../../../src/analyse/sweep.js";
import { sweepReport } from "../../../src/report/sweep-table.js";
import { plainTerminal } from "../../../src/report/terminal.js";
import type { SweepResult } from "../../../src/results/result.js";

const SCENARIO = {
  name: "guests",
  host: { cpus: 8 },
  workload: { vcpu: { kind: "vcpu", count: 4, cpus: "one-each", behaviour: "busy-guest" } },
  patch: { functions: ["cmdline_proc_show"] },
  policies: ["linux-6.1"],
  run: { replicas: 20, horizon: "30s" },
};
const VARY = ["workload.vcpu.count=1,2", "policies[0].signalEveryTries=2,5,40"];

let grid: SweepResult;
const sweepWith = (vary: string[], more = {}) => sweep({ scenario: SCENARIO, vary, workers: 0, ...more });
const linesOf = (result: SweepResult, columns = 80) => sweepReport(result, plainTerminal(columns));

/** A grid whose 99th percentiles, in ms, are known. */
function gridOf(down: string[], across: number[], p99Ms: (row: number, value: number) => number): SweepResult {
  const { results } = grid.points[0]!;
  const points = down.flatMap((name, row) =>
    across.map((value) => {
      const quantiles = results[0]!.latencyMs.quantiles.map((q) => ({ ...q, value: p99Ms(row, value) }));
      const latencyMs = { ...results[0]!.latencyMs, quantiles };
      return { settings: { x: name, y: value }, hash: "", results: [{ ...results[0]!, latencyMs }] };
    }),
  );
  const axes = [
    { path: "x", values: down },
    { path: "y", values: across },
  ];
  return { ...grid, axes, points, sensitivity: [] };
}

beforeAll(async () => {
  grid = await sweepWith(VARY);
});

describe("a sweep in the terminal", () => {
  it("says of drawn workloads how far the figures go over all of them, and tells them apart", () => {
    const drawn = [700, 900].map((mean) => ({
      vcpu: { behaviour: { phases: { wait: { duration: { exponential: `${mean}ms` } } } } },
    }));
    const { points } = gridOf(["only"], [1, 2], (_, value) => 1000 * value);
    const result = {
      ...grid,
      design: "zip" as const,
      axes: [{ path: "workload", values: drawn }],
      points: points.map((point, i) => ({ ...point, settings: { workload: drawn[i] } })),
      sensitivity: [],
    };
    const text = linesOf(result, 120).join("\n");
    expect(text).toContain("linux-6.1+  over all points p50 1.000 s to 2.000 s, p99 1.000 s to 2.000 s");
    expect(new Set(text.match(/\{[0-9a-f]{6}\}/g)).size).toBe(2);
  });

  it("Always: a row a point, named by the ends of its paths, in 80 columns", () => {
    const lines = linesOf(grid);
    expect(lines[0]).toBe("guests  6 points (grid), 20 transitions a point and policy, seed 1");
    expect(lines).toContain("  signalEveryTries: policies[0].signalEveryTries");
    const rows = lines.filter((line) => /^ +[12] +[0-9]+ +[0-9.]+%/.test(line));
    expect(rows.map((row) => row.trim().split(/ +/).slice(0, 2).join(" "))).toEqual([
      "1 2",
      "1 5",
      "1 40",
      "2 2",
      "2 5",
      "2 40",
    ]);
    expect(rows[2]).toMatch(/95\.0% +censored +censored$/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("Always: a grid of two lists has a map, the longer the darker, censored crossed out", () => {
    const lines = linesOf(grid);
    const at = lines.indexOf("p99 under linux-6.1+, by count (down) and signalEveryTries (across)");
    expect(lines[at + 1]).toMatch(/^ {3}2 +5 +40$/);
    expect(lines[at + 2]).toMatch(/^1 {2}░░ 3\.\d+ s +██ 6\.\d+ s +×× censored$/);
  });

  it("Always: where there is no room the map is blocks alone", () => {
    const seconds = Array.from({ length: 29 }, (_, i) => i + 2);
    const lines = linesOf(
      gridOf(["a", "b"], seconds, (row, second) => 1000 * second * (row + 1)),
      60,
    );
    expect(lines).toContain("   2 to 30");
    const [a, b] = ["a", "b"].map((row) => lines.find((line) => line.startsWith(`${row}  ░`))!);
    expect(a).toMatch(/^a {2}░+▒+▓+█+$/);
    expect(b!.lastIndexOf("▓")).toBeLessThan(a!.lastIndexOf("▓"));
    expect(lines).toContain("░ 2.000 s  █ 60.00 s  × censored");
  });

  it("Never: a map of one path, or of a design that is no grid", async () => {
    const one = await sweepWith(["workload.vcpu.count=1,2"], { replicas: 2 });
    const zip = await sweepWith(["workload.vcpu.count=1,2", "policies[0].signalEveryTries=2,5"], {
      replicas: 2,
      design: "zip",
    });
    for (const result of [one, zip]) expect(linesOf(result).join("\n")).not.toContain("(down)");
  });

  it("Always: the last table says what moves the figures", () => {
    const lines = linesOf(grid);
    const at = lines.indexOf("From the first value to the last, the others averaged:");
    expect(lines[at + 2]).toMatch(/^workload\.vcpu\.count +- +- +x 1\.\d+$/);
  });

  it("Always: a sobol design shows shares of the variance instead", async () => {
    const sobol = await sweepWith(["host.cpus=4..8", "policies[0].signalEveryTries=2..10"], {
      replicas: 5,
      design: "sobol",
      points: 4,
    });
    expect(sobol.points).toHaveLength(16);
    expect(linesOf(sobol).at(-1)).toMatch(/^policies\[0\]\.signalEveryTries +-?\d\.\d\d, \d\.\d\d .*same$/);
  });

  it("Always: paths that end alike are told apart, and a policy has a column where there are more", async () => {
    const two = await sweepWith(["policies[0].signalEveryTries=2,3", "policies[1].signalEveryTries=2,3"], {
      scenario: { ...SCENARIO, policies: ["linux-6.1", "linux-5.19"] },
      replicas: 2,
    });
    const text = linesOf(two, 120).join("\n");
    expect(text).toMatch(/policies\[0\]\.signalEveryTries +policies\[1\]\.signalEveryTries +policy/);
    expect(text).toContain("p99 under linux-5.19+");
  });

  it("Always: of very many rows the first are shown, and how many more there are", () => {
    const many = Array.from({ length: 67 }, (_, i) => i);
    expect(linesOf(gridOf(["a", "b", "c"], many, () => 1))).toContain("and 1 row more: --json has them all");
  });
});
