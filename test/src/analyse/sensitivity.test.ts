import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Family, familyEvaluator, readFamilies } from "../../../src/analyse/families.js";
import { type Range, sensitivity, settingAt } from "../../../src/analyse/sensitivity.js";
import { InProcessExecutor } from "../../../src/execute/in-process.js";

const FAMILIES = await readFamilies();
const executor = new InProcessExecutor();
const range = (fields: Partial<Range>): Range => ({ name: "x", set: "x=%", source: "", ...fields });

describe("a setting of a range", () => {
  it.each([
    [{ among: ["a", "b", "c"] }, ["a", "b", "c"]],
    [{ from: 2, to: 128, log: true }, ["2", "16", "128"]],
    [{ from: 1, to: 16 }, ["1", "9", "16"]],
    [{ from: "0us", to: "15us" }, ["0us", "8us", "15us"]],
    [{ from: "1ms", to: "100ms", log: true }, ["1ms", "10ms", "100ms"]],
    [{ from: "0.1/s", to: "10/s", log: true }, ["0.1/s", "1/s", "10/s"]],
  ])("Always: %o goes from end to end", (fields, values) => {
    expect([0, 0.5, 1].map((u) => settingAt(range(fields), u))).toEqual(values.map((value) => `x=${value}`));
  });

  it.each([{}, { from: 1, to: "2s" }, { from: "soon", to: "later" }])("Never: is %o a range", (fields) => {
    expect(() => settingAt(range(fields), 0)).toThrow("expected among, or from and to");
  });
});

describe("sensitivity", () => {
  it("Always: finds what a known function depends on, with the numbers of replicas' quantiles in between", async () => {
    const ranges = [range({ set: "a=%", from: 0, to: 1000 }), range({ set: "b=%", from: 0, to: 1000 })];
    const found = await sensitivity(ranges, 8, async (settings) => {
      const value = (name: string) => Number(settings.find((s) => s.startsWith(`${name}=`))?.slice(2) ?? 100);
      return { p50: value("a"), p99: 2 * value("a") + value("b") };
    });
    expect(found.base).toEqual({ p50: 100, p99: 300 });
    const [a, b] = found.inputs;
    expect(a!.alone).toEqual([
      { p50: 0, p99: 100 },
      { p50: 1000, p99: 2100 },
    ]);
    expect(a!.p50!.total.value).toBeCloseTo(1, 2);
    expect(b!.p50!.total.value).toBe(0);
    expect(a!.p99!.first.value).toBeCloseTo(0.8, 2);
    expect(b!.p99!.first.value).toBeCloseTo(0.2, 2);
  });

  it.each(FAMILIES)(
    "Always: $name runs at both ends of every range, and docs/sensitivity.md tells of it",
    async (family) => {
      const evaluate = await familyEvaluator(family, executor, 1);
      for (const one of family.ranges) for (const u of [0, 1]) await evaluate([settingAt(one, u)]);
      const page = readFileSync("docs/sensitivity.md", "utf8");
      expect(page).toContain(`### ${family.name}\n`);
      for (const { name } of family.ranges) expect(page).toContain(`\n| ${name} | `);
    },
  );

  it("Always: before 5.16 an idle host's latency follows from how often its idle CPUs reschedule", async () => {
    const family = FAMILIES.find(({ name }) => name === "idle host, before 5.16") as Family;
    const { inputs } = await sensitivity(family.ranges, 0, await familyEvaluator(family, executor, 200));
    const ratios = inputs.map(({ alone }) => {
      const medians = alone.map(({ p50 }) => p50);
      return Math.max(...medians) / Math.min(...medians);
    });
    expect(ratios[0]).toBeGreaterThan(20);
    expect(Math.max(...ratios.slice(1))).toBeLessThan(5);
  });
});
