import { beforeAll, describe, expect, it } from "vitest";
import { parseStopping } from "../../../src/analyse/stopping-rules.js";
import { runUntil, simulateUntil } from "../../../src/analyse/until.js";
import { InProcessExecutor } from "../../../src/execute/in-process.js";
import type { RunResult } from "../../../src/results/result.js";
import { simulate } from "../../../src/simulate.js";
import { coverage, independentTasks, patchLite, SLEEPER, sleepers } from "../../coverage.js";

const SLEEPERS = {
  ...independentTasks(4, SLEEPER),
  name: "sleepers",
  run: { horizon: "60s", exceed: ["5s", "70s"] },
};

/** With `until`, in this thread unless told otherwise. */
async function run(until: string[], more = {}): Promise<RunResult> {
  return (await simulateUntil({ scenario: SLEEPERS, workers: 0, replicas: 20_000, until, ...more })).result;
}

describe("a run with --until", () => {
  let met: RunResult;
  beforeAll(async () => {
    met = await run(["mean ci < 5%"]);
  });

  it("Always: it looks at 1,000 replicas, 2,000, 4,000, ... and stops where its rules are met", () => {
    const { stopping, replicas, results } = met;
    expect(stopping).toMatchObject({ reason: "met", rules: [{ rule: "mean ci < 5%", met: true }] });
    expect(stopping!.looks).toEqual([1000, 2000, 4000, 8000, 16_000].slice(0, stopping!.looks.length));
    expect(replicas).toBe(stopping!.looks.at(-1));
    const { mean, meanLow, meanHigh } = results[0]!.latencyMs;
    expect((meanHigh! - meanLow!) / mean!).toBeLessThan(0.05);
  });

  it("Always: it comes to what --replicas of as many does, to the digest; only intervals differ, and are wider", async () => {
    const fixed = await simulate({ scenario: SLEEPERS, workers: 0, replicas: met.replicas });
    const [a, b] = [met.results[0]!, fixed.results[0]!];
    expect({ digest: a.digest, worst: a.worst, tries: a.tries, blame: a.blame }).toEqual({
      digest: b.digest,
      worst: b.worst,
      tries: b.tries,
      blame: b.blame,
    });
    expect(met.scenario).toEqual(fixed.scenario);
    expect(a.lastSwitchMs.meanLow!).toBeLessThan(b.lastSwitchMs.meanLow!);
    expect(a.lastSwitchMs.quantiles[3]!.high!).toBeGreaterThan(b.lastSwitchMs.quantiles[3]!.high!);
    expect(a.exceed[0]!.high!).toBeGreaterThan(b.exceed[0]!.high!);
    expect(a.lastSwitchMs.quantiles[0]!.value).toBe(b.lastSwitchMs.quantiles[0]!.value);
  });

  it("Always: it is the same on any number of workers", async () => {
    expect({ ...(await run(["mean ci < 5%"], { workers: 2 })), timing: null }).toEqual({ ...met, timing: null });
  });

  it("Always: interval by interval the errors of all looks add up to 5%", () => {
    const look = met.stopping!.looks.length;
    expect(met.stopping!.intervals).toContain(`at all ${look} looks together`);
    const fixed = met.results[0]!.exceed[0]!;
    expect(fixed.low! < fixed.probability! && fixed.probability! < fixed.high!).toBe(true);
  });

  it("Always: --replicas is the limit, and the last look", async () => {
    const { stopping, replicas } = await run(["mean ci < 0.1%"], { replicas: 2500 });
    expect(stopping).toMatchObject({ reason: "replicas", looks: [1000, 2000, 2500], rules: [{ met: false }] });
    expect(replicas).toBe(2500);
  });

  it("Always: a limit of time stops it at a look, whatever else is asked, and says what comes to the same", async () => {
    const { stopping, replicas } = await run(["mean ci < 0.1%", "time < 1us"], { replicas: 1e9 });
    expect(stopping).toMatchObject({ reason: "time", looks: [1000], rules: [{ met: false }, { met: true }] });
    expect(replicas).toBe(1000);
    expect(stopping!.rules[1]!.detail).toContain("--replicas 1000 comes to the same");
  });

  it("Always: a test decides below, above, or goes on", async () => {
    const p = 1 - (1 - Math.exp(-2.5)) ** 4; // completion after 5 s
    const decisionOf = async (text: string) => (await run([text], { replicas: 4000 })).stopping!.rules[0]!;
    expect(await decisionOf(`P(>5s) < ${(100 * (p + 0.2)).toFixed(1)}% @ 99%`)).toMatchObject({
      met: true,
      decision: "below",
    });
    expect(await decisionOf(`P(>5s) < ${(100 * (p - 0.1)).toFixed(1)}% @ 99%`)).toMatchObject({
      met: true,
      decision: "above",
    });
    expect(await decisionOf(`P(>5s) < ${(100 * p).toFixed(3)}% @ 99%`)).toMatchObject({
      met: false,
      decision: "undecided",
    });
  });

  it("Always: and waits for all, or for any", async () => {
    const rules = (join: string) => [`mean ci < 20% ${join} mean ci < 0.1%`];
    expect((await run(rules("or"))).stopping).toMatchObject({ reason: "met", looks: [1000] });
    expect((await run(rules("and"), { replicas: 2000 })).stopping).toMatchObject({ reason: "replicas" });
  });

  it("Always: a quantile among the censored ends it at once, since no number of replicas finds it", async () => {
    const { stopping } = await run(["p99 ci < 1%"], { set: ["run.horizon=2s", "run.exceed=[1s]"] });
    expect(stopping).toMatchObject({ reason: "censored", looks: [1000], rules: [{ met: false }] });
    expect(stopping!.rules[0]!.detail).toMatch(/^p99 is not known: [0-9.]+% are not complete by the horizon$/);
  });

  it("Always: the policy that is censored does not keep the others from becoming known", async () => {
    const policies = ["plain", { file: "far.yaml", text: "{extends: plain, tryPeriod: 13s}" }];
    const set = ["run.horizon=25s", "run.exceed=[5s]"];
    const { stopping } = await run(["mean ci < 5%"], { policies, set });
    expect(stopping!.looks.length).toBeGreaterThan(1);
    expect(stopping).toMatchObject({ reason: "censored" });
  });

  it("Always: of a lattice both ends of an interval are one value, and it says why that will do", async () => {
    const { stopping } = await run(["p50 ci < 1%"]);
    expect(stopping!.rules[0]!.detail).toMatch(/both ends of its interval the same: it is on a lattice/);
  });

  it("Always: progress says what is still missing", async () => {
    const notes = new Set<string | undefined>();
    await run(["mean ci < 5%"], { onProgress: ({ note }: { note?: string }) => notes.add(note) });
    expect([...notes].some((note) => /^mean ci [0-9.]+% of 5\.0%$/.test(note ?? ""))).toBe(true);
  });

  it("Always: what each replica came to is there where it is asked for", async () => {
    const { compiled } = sleepers();
    const conditions = parseStopping(["mean ci < 10%"]);
    const options = { conditions, outcomes: true };
    const { outcomes, result } = await runUntil(
      new InProcessExecutor(),
      { ...compiled, replicas: 8000 },
      "release",
      options,
    );
    expect(outcomes![0]!.complete).toHaveLength(result.replicas);
  });

  it.each([
    ["p99 linux-6.2 ci < 1%", "expected one of the run's policies, plain"],
    ["P(>7s) < 1%", "expected a time that the scenario counts, 5s, got 7s; --set run.exceed=[7s] counts it"],
    ["P(>70s) < 1%", "up to the horizon of 60s"],
  ])("Never: %s, which names what is not there", async (text, message) => {
    await expect(run([text])).rejects.toThrow(message);
  });
});

describe("intervals", () => {
  // A twentieth of the campaign (test/coverage-campaign.ts; docs/statistics.md has its table): of 100 intervals that hold with probability
  // 95% fewer than 87 do in one campaign of 1,000.
  it.each([
    ["a fixed number of replicas", { replicas: 1000 }],
    ["a stopping rule", { replicas: 4000, until: "mean ci < 8%" }],
  ])("Always: with %s they hold as often as they say, on a lattice and off it", async (_, stop) => {
    for (const law of [patchLite(), sleepers()]) {
      const { held } = await coverage(law, 100, stop, 5001);
      for (const count of held) expect(count).toBeGreaterThanOrEqual(87);
    }
  });
});
