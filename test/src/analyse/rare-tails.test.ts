// Rare tails against closed forms: right, and as sure as they say. KLPSIM_RARE_REPETITIONS=2000 counts the coverage of the intervals in
// earnest (docs/statistics.md has what that came to).

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type RareOptions, rareTails } from "../../../src/analyse/rare-tails.js";
import { InProcessExecutor } from "../../../src/execute/in-process.js";
import { PoolExecutor } from "../../../src/execute/pool.js";
import type { RareTail } from "../../../src/results/result.js";
import { loadScenario } from "../../../src/scenario/index.js";
import { patchLiteLater, SELDOM_LONG } from "../../closed.js";

const REPETITIONS = Number(process.env.KLPSIM_RARE_REPETITIONS ?? 10);
const PATCH_LITE = readFileSync("examples/patch-lite.yaml", "utf8");
const SMALL = { particles: 64, groups: 24, groupsMax: 24 };

async function tailOf(
  tasks: number,
  seconds: number,
  options: Partial<RareOptions> & { seed?: number; set?: string[] },
) {
  const { seed = 1, set = [], ...rest } = options;
  const compiled = loadScenario(PATCH_LITE, {
    set: [`workload.task.count=${tasks}`, `host.cpus=${tasks}`, `run.seed=${seed}`, ...set],
  });
  const executor = new InProcessExecutor();
  const one = { times: [seconds * 1e6], error: 1, effort: SMALL, splits: true, ...rest };
  const tails = await rareTails(executor, compiled, one);
  return tails[0]?.[0] as RareTail;
}

/** Standard errors of the logarithm between the estimate and the truth. */
function deviation({ probability, low, high }: RareTail, truth: number): number {
  const error = Math.log((high as number) / (low as number)) / (2 * 2.07);
  return Math.log((probability as number) / truth) / error;
}

describe("rare tails of patch-lite", () => {
  for (const [tasks, seconds] of [
    [1, 17],
    [4, 24],
    [16, 34],
    [4, 44],
    [2, 46],
  ] as const) {
    const truth = patchLiteLater(tasks, seconds);
    it(`Always: ${tasks} tasks later than ${seconds} s with probability ${truth.toExponential(2)}`, async () => {
      const tail = await tailOf(tasks, seconds, {});
      expect(tail.method).toBe("splitting");
      expect(tail.branching?.by).toBe("tries");
      expect(Math.abs(deviation(tail, truth))).toBeLessThan(4);
      expect(tail.warning).toBeNull();
      expect(tail.effectiveSampleSize).toBeGreaterThan(1 / truth);
    });
  }

  for (const [tasks, seconds] of [
    [16, 60],
    [16, 110],
    [16, 205],
  ] as const) {
    const truth = patchLiteLater(tasks, seconds, SELDOM_LONG.sleeps);
    it(`Always: by stragglers, ${tasks} tasks, some seldom long asleep, later than ${seconds} s with probability ${truth.toExponential(2)}`, async () => {
      const tail = await tailOf(tasks, seconds, { set: SELDOM_LONG.set });
      expect(tail.branching?.by).toBe("stragglers");
      expect(tail.branching?.gain).toBeGreaterThan(1.15);
      expect(Math.abs(deviation(tail, truth))).toBeLessThan(4);
      expect(tail.effectiveSampleSize).toBeGreaterThan(1 / truth);
    });
  }

  it(`Always: of ${REPETITIONS} intervals at least 93.5%, but for chance, hold the probability`, {
    timeout: 3_600_000,
  }, async () => {
    const truth = patchLiteLater(2, 20);
    let covered = 0;
    let sum = 0;
    for (let seed = 1; seed <= REPETITIONS; seed++) {
      const tail = await tailOf(2, 20, { seed, error: 0.2, effort: { particles: 64, groups: 24, groupsMax: 256 } });
      if ((tail.low as number) <= truth && truth <= (tail.high as number)) covered++;
      sum += (tail.probability as number) / truth;
    }
    if (process.env.KLPSIM_RARE_REPETITIONS)
      console.log(`covered ${covered} of ${REPETITIONS}, mean ${sum / REPETITIONS}`);
    expect(covered / REPETITIONS).toBeGreaterThan(0.935 - 3 * Math.sqrt((0.05 * 0.95) / REPETITIONS));
    expect(Math.abs(sum / REPETITIONS - 1)).toBeLessThan((4 * 0.15) / Math.sqrt(REPETITIONS));
  });

  it("Always: the same bytes on no worker, one and two", async () => {
    const few = ["workload.task.count=4", "host.cpus=4"];
    const compiled = loadScenario(PATCH_LITE, { set: few });
    const mixed = loadScenario(PATCH_LITE, { set: [...few, ...SELDOM_LONG.set] });
    const effort = { particles: 32, groups: 12, groupsMax: 48 };
    const options = { times: [20e6], error: 0.5, effort };
    const executors = [new InProcessExecutor(), new PoolExecutor({ workers: 1 }), new PoolExecutor({ workers: 2 })];
    const found = [];
    for (const executor of executors) {
      const all = [
        await rareTails(executor, compiled, options),
        await rareTails(executor, compiled, { ...options, splits: true }),
        await rareTails(executor, mixed, { ...options, splits: true, times: [60e6] }),
      ];
      expect(all.map(([[tail]]) => tail.method)).toEqual(["conditional", "splitting", "splitting"]);
      expect(all.map(([[tail]]) => tail.branching?.by)).toEqual([undefined, "tries", "stragglers"]);
      found.push(JSON.stringify(all));
      await executor.close();
    }
    expect(new Set(found).size).toBe(1);
  });

  for (const [tasks, seconds] of [
    [256, 20],
    [256, 52],
    [1, 60],
    [256, 100],
  ] as const) {
    const truth = patchLiteLater(tasks, seconds);
    it(`Always: by conditioning, ${tasks} tasks later than ${seconds} s with probability ${truth.toExponential(2)}, within 1%`, async () => {
      const tail = await tailOf(tasks, seconds, { error: 0.05, effort: undefined, splits: false });
      expect(tail.method).toBe("conditional");
      expect(Math.abs((tail.probability as number) / truth - 1)).toBeLessThan(0.01);
      expect(Math.abs(deviation(tail, truth))).toBeLessThan(4);
      expect(tail.warning).toBeNull();
    });
  }

  it(`Always: of ${REPETITIONS} intervals by conditioning at least 93.5%, but for chance, hold the probability`, {
    timeout: 3_600_000,
  }, async () => {
    const truth = patchLiteLater(4, 44);
    let covered = 0;
    for (let seed = 1; seed <= REPETITIONS; seed++) {
      const tail = await tailOf(4, 44, { seed, effort: { particles: 16, groups: 24, groupsMax: 24 }, splits: false });
      if ((tail.low as number) <= truth && truth <= (tail.high as number)) covered++;
    }
    if (process.env.KLPSIM_RARE_REPETITIONS) console.log(`covered ${covered} of ${REPETITIONS}`);
    expect(covered / REPETITIONS).toBeGreaterThan(0.935 - 3 * Math.sqrt((0.05 * 0.95) / REPETITIONS));
  });

  it("Always: what happens often is counted", async () => {
    const tail = await tailOf(16, 6, {});
    expect(tail.method).toBe("counting");
    expect(tail.levels).toEqual([]);
    expect(tail.low).toBeLessThan(patchLiteLater(16, 6));
    expect(tail.high).toBeGreaterThan(patchLiteLater(16, 6));
  });

  it("Never: an estimate where nobody is late", async () => {
    const tail = await tailOf(4, 30, { set: ["policies=[{name: forced, extends: plain, forceAt: 5s}]"] });
    expect(tail.probability).toBeNull();
    expect(tail.high).toBeGreaterThan(0);
    expect(tail.warning).toMatch(/nobody was late/);
  });
});
