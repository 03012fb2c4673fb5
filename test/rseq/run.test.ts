// The rseq experiment as a user runs it: the same digest wherever it runs, the JSON, and what is said about a wrong scenario.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ScenarioError } from "../../src/index.js";
import { rseqPlot } from "../../src/report/rseq-plot.js";
import { type SimulateExperimentOptions, simulateExperiment } from "../../src/simulate-experiment.js";

const scenario = { experiment: "rseq", name: "small", test: { iterations: 50 }, run: { replicas: 24, seed: 3 } };
const run = (options: Partial<SimulateExperimentOptions> = {}) =>
  simulateExperiment({ scenario, workers: 0, ...options });
const digests = async (options: Partial<SimulateExperimentOptions>) =>
  (await run(options)).results.map(({ digest }) => digest.slice(0, 16));

/** Whoever changes a rule, a draw or a default changes these on purpose, and says so in the commit. */
const PINNED = ["fdefe5ac5e231958", "68664c8bb6708411", "4d4f9d026ea117d1", "83abadaa5cf64817", "7c82b784cba72536"];

describe("simulateExperiment", () => {
  it("gives the pinned digests", async () => {
    expect(await digests({})).toEqual(PINNED);
  });

  it.each([1, 2, 5])("gives them on %d workers", async (workers) => {
    expect(await digests({ workers })).toEqual(PINNED);
  });

  it("gives them in the debug build", async () => {
    expect(await digests({ build: "debug" })).toEqual(PINNED);
  });

  it("gives others for another seed", async () => {
    expect(await digests({ seed: 4 })).not.toEqual(PINNED);
  });

  it("returns the run's JSON: a result for each of the five delays, metrics with intervals", async () => {
    const result = await run();
    expect(result).toMatchObject({ schemaVersion: 1, scenario: { name: "small" }, seed: 3, replicas: 24 });
    expect(result.results.map(({ variant }) => variant)).toEqual(["none", "1us", "1-10us", "0-100us", "3-getcpu"]);
    for (const { metrics } of result.results) {
      for (const { value, low, high } of metrics) {
        if (value === null) continue;
        if (low !== null) expect(low).toBeLessThanOrEqual(value);
        if (high !== null) expect(high).toBeGreaterThanOrEqual(value);
      }
    }
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it("takes variants, settings and replicas over the scenario's; the hash is that of the host and the test", async () => {
    const one = await run({ variants: ["1us"], replicas: 3 });
    expect(one.results.map(({ variant }) => variant)).toEqual(["1us"]);
    expect(one.scenario.hash).toBe((await run()).scenario.hash);
    expect((await run({ replicas: 1, set: ["host.cpus=4"] })).scenario.hash).not.toBe(one.scenario.hash);
  });

  it.each([
    [
      { variants: ["2us"] },
      '--variant 2us: expected one of none, 1us, 1-10us, 0-100us, 3-getcpu, got "2us"; did you mean 1us?',
    ],
    [{ variants: [] }, "at least one variant"],
    [{ set: ["host.cpus=1"] }, "host.cpus: expected a whole number from 2 to 1024, got 1"],
    [{ set: ["costs.gest=1us"] }, "did you mean guest?"],
    [{ set: ["host.mask=[3]"] }, "host.mask: expected at least 2 CPUs"],
    [{ set: ["costs.load=0us"] }, "costs.load: expected a time above 0"],
    [{ scenario: "experiment: rseq\ntest: {version: 6.2}\n", file: "mine.yaml" }, "mine.yaml:2:17: test.version"],
    [
      { scenario: "experiment: rseqq\n", file: "mine.yaml" },
      "mine.yaml:1:13: experiment: expected one of transition, rseq",
    ],
    [{ scenario: { host: { cpus: 4 } } }, "simulate() is for"],
  ])("refuses %j", async (wrong, message) => {
    const refused = run(wrong as Partial<SimulateExperimentOptions>);
    await expect(refused).rejects.toThrow(ScenarioError);
    await expect(refused).rejects.toThrow(message);
  });
});

describe("examples/rseq-delay.yaml", () => {
  const sweep = readFileSync(new URL("../../examples/rseq-delay.yaml", import.meta.url), "utf8");
  const small = ["test.iterations=200", "sweep.delays=[0, 1us, 10us, 100us]"];

  it("Always: the reader's progress grows with the delay, the odds of a migration only from none to some", async () => {
    const { results } = await run({ scenario: sweep, set: small, replicas: 10 });
    const values = (name: string) => results.map(({ metrics }) => metrics.find((one) => one.name === name)!.value!);
    const progress = values("readerProgress");
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    const [none, ...odds] = values("visibleShare");
    expect(none).toBe(0);
    expect(Math.min(...odds)).toBeGreaterThan(0.04);
    expect(Math.max(...odds)).toBeLessThan(0.09);
    const [, first, , last] = values("visiblePerSecond");
    expect(first).toBeGreaterThan(5 * last!);
  });

  it("has a picture of all its delays, and a run without a sweep has none", async () => {
    const svg = rseqPlot(await run({ scenario: sweep, set: small, replicas: 3, file: "rseq-delay.yaml" }));
    expect(svg).toContain("rseq-delay: the delay between two migrations");
    expect(svg!.match(/<circle/g)).toHaveLength(3 * 4);
    expect(rseqPlot(await run({ variants: ["none", "1-10us"] }))).toBeUndefined();
  });
});
