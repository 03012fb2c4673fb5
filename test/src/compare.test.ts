import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compare, ScenarioError, simulate } from "../../src/index.js";
import { SMALL_SCENARIO } from "./execute/small-job.js";

const small = { scenario: SMALL_SCENARIO, workers: 0 };
const three = { ...small, policies: ["linux-6.1", "linux-4.12", "linux-5.1"], replicas: 100 };

describe("compare", () => {
  it("returns the run's JSON, all policies against the first, the front, a verdict", async () => {
    const { comparisons, deciding, pareto, verdict, failIf, timing: _, ...run } = await compare(three);
    const { timing: __, ...alone } = await simulate(three);
    expect(run).toEqual(alone);
    expect(comparisons.map(({ a, b }) => [a, b])).toEqual([
      ["linux-6.1", "linux-4.12"],
      ["linux-6.1", "linux-5.1"],
    ]);
    expect(pareto.map(({ policy }) => policy)).toEqual(three.policies);
    expect(verdict).toContain(deciding.verdict.slice(0, 20));
    expect(failIf).toEqual([]);
  });

  it("compares each with each on request", async () => {
    const { comparisons } = await compare({ ...three, allPairs: true });
    expect(comparisons.map(({ a, b }) => `${a} ${b}`)).toEqual([
      "linux-6.1 linux-4.12",
      "linux-6.1 linux-5.1",
      "linux-4.12 linux-5.1",
    ]);
  });

  it("has the same bytes on 0, 1 and 2 workers, and each time", async () => {
    const text = async (workers: number) => {
      const { timing: _, ...rest } = await compare({ ...three, workers, failIf: ["p99 A > 1s"] });
      return JSON.stringify(rest);
    };
    const one = await text(0);
    expect([await text(1), await text(2), await text(0)]).toEqual([one, one, one]);
  });

  it("judges conditions on the policies, by name or by letter", async () => {
    const { failIf } = await compare({ ...three, failIf: ["p50 linux-6.1 > 1us", "violations C > 0"] });
    expect(failIf.map(({ condition, holds }) => [condition, holds])).toEqual([
      ["p50 linux-6.1 > 1us", true],
      ["violations C > 0", false],
    ]);
  });

  it("tells how far the comparisons are", async () => {
    const seen: number[] = [];
    await compare({ ...three, allPairs: true, onCompared: ({ done, total }) => seen.push(done, total) });
    expect(seen).toEqual([1, 4, 2, 4, 3, 4, 4, 4]);
  });

  it("is ended by its signal, between comparisons too", async () => {
    const controller = new AbortController();
    const run = compare({
      ...three,
      signal: controller.signal,
      onCompared: () => controller.abort(new Error("enough")),
    });
    await expect(run).rejects.toThrow("enough");
  });

  it.each([
    [{ policies: ["linux-6.1"] }, "policies: expected two at least to compare, got linux-6.1 alone"],
    [{ replicas: 20_000_000 }, "run.replicas: expected at most 10000000"],
    [{ failIf: ["p99 linux-6.2 > 1s"] }, "did you mean linux-6.1?"],
    [{ policies: ["linux-6.1", "linux-9"] }, "linux-9"],
  ])("refuses %j before it simulates anything", async (wrong, message) => {
    const run = compare({ ...small, onProgress: () => expect.unreachable(), ...wrong });
    await expect(run).rejects.toThrow(ScenarioError);
    await expect(run).rejects.toThrow(message);
  });
});

describe("common random numbers", () => {
  it("make the mean difference of two rounds' times vary ten times less than independent runs would", async () => {
    const scenario = readFileSync(new URL("../../examples/blocked-readers.yaml", import.meta.url), "utf8");
    const policies = ["linux-5.19", { file: "ten.yaml", text: "{extends: linux-5.19, signalEveryTries: 10}" }];
    const [compared] = (await compare({ scenario, workers: 0, policies, replicas: 300 })).comparisons;
    expect(compared!.varianceReduction).toBeGreaterThan(10);
  });
});
