import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { Core, compileCore } from "../../../src/core.js";
import { loadKernels, type NamedPolicy } from "../../../src/validate/kernels.js";
import { parseMeasurements, type Row } from "../../../src/validate/measurements.js";
import { planLab } from "../../../src/validate/plan-lab.js";
import { type Recipe, WORKLOADS } from "../../../src/validate/settings.js";
import { type Plan, type Sample, Simulator } from "../../../src/validate/simulate.js";
import { validate } from "../../../src/validate/validate.js";

const LAB = new URL("../../../examples/kernel-lab/", import.meta.url);
const FILES = ["510-mains-c2", "610-main-c2", "610-scale-c1", "610-cpu-c2", "vis-610-c2"];
const CELLS = ["W0", "W2-n16", "W3-e60-n16", "W3-f600-n4", "W4-f30-n1", "W4-e2-n8", "W6-off-f10-n1-off0"];
const REPLICAS = 500;
const CELLS_OF_THE_LAB = 244;
const ALPHA = 0.01;

/** What is wrong with a model: fields that it has in place of the right ones, or what it makes of a right model's replicas. */
interface Mistake {
  settings?: string[];
  policy?: Record<string, unknown>;
  start?: Record<string, number>;
  sample?: (plan: Plan) => Promise<Sample>;
}

class MistakenSimulator extends Simulator {
  constructor(private readonly mistake: Mistake) {
    super(LAB, REPLICAS);
  }

  override plan(recipe: Recipe, policy: NamedPolicy): Promise<Plan> {
    const { settings = [], policy: fields, start: shares } = this.mistake;
    const record = { ...(policy.record ?? { extends: policy.name }), ...fields };
    const mistaken = fields === undefined ? policy : { name: `${policy.name}+mistake`, record };
    const start = shares === undefined ? {} : { start: { class: "task", shares } };
    return super.plan({ ...recipe, ...start, settings: [...recipe.settings, ...settings] }, mistaken);
  }

  override sample(plan: Plan): Promise<Sample> {
    return this.mistake.sample?.(plan) ?? super.sample(plan);
  }
}

/** Tries as far apart as `factor` says and all else as it is: each try after the second is later or earlier, and with it the completion. */
function otherPeriod(factor: number): Mistake["sample"] {
  return async ({ compiled: { model, policies, seed } }) => {
    const core = new Core(await compileCore(), model);
    core.setPolicy(policies[0]);
    const completedMs = Array.from({ length: REPLICAS }, (_, replica) => {
      const { complete, tries } = core.trace(seed, replica);
      return (complete + Math.max(0, tries - 2) * (factor - 1) * policies[0].tryPeriod) / 1000;
    });
    return { completedMs, n: REPLICAS, censored: 0 };
  };
}

const W4 = { tasks: 8, callMs: 2000, thinkMs: 100 };

/**
 * W4-e2-n8 by hand: a task that sleeps in the patched function switches when that sleep is over, and a try notices. The sleep in which a
 * random instant falls is length-biased; if it is not, but a sleep like any other, the rest of it is half as long.
 */
async function sleepersByHand(lengthBiased: boolean): Promise<Sample> {
  const random = mulberry32(1);
  const exponential = (mean: number) => -mean * Math.log(1 - random());
  const completedMs = Array.from({ length: 4 * REPLICAS }, () => {
    const rests = Array.from({ length: W4.tasks }, () => {
      if (random() * (W4.callMs + W4.thinkMs) < W4.thinkMs) return 0;
      const sleep = lengthBiased ? exponential(W4.callMs) + exponential(W4.callMs) : exponential(W4.callMs);
      return random() * sleep;
    });
    const second = 750 + 1000 * random();
    return second + 1000 * Math.max(0, Math.ceil((Math.max(...rests) - second) / 1000));
  });
  return { completedMs, n: completedMs.length, censored: 0 };
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe("at the lab's sample sizes", () => {
  const rows: Row[] = [];
  beforeAll(async () => {
    for (const name of FILES) {
      const text = await readFile(new URL(`data/${name}.jsonl`, LAB), "utf8");
      rows.push(...parseMeasurements(text, name, WORKLOADS).filter(({ cell }) => CELLS.includes(cell)));
    }
  });

  /** Among all the cells of the lab: Holm's first step, the strictest there is, whatever the other cells do. */
  async function rejectedCells(mistake: Mistake, only: readonly string[] = CELLS): Promise<string[]> {
    const simulator = new MistakenSimulator(mistake);
    const some = rows.filter(({ cell }) => only.includes(cell));
    const planned = await planLab(some, await loadKernels(LAB, new Map()), simulator);
    const { cells } = await validate(planned, { alpha: ALPHA / CELLS_OF_THE_LAB, simulator });
    return cells
      .filter(({ verdict }) => verdict === "rejected")
      .map(({ file, cell, direction }) => `${file} ${cell} ${direction}`);
  }

  it("validate rejects none of these cells of the model as it is", async () => {
    expect(await rejectedCells({})).toEqual([]);
  });

  it.each<[string, Mistake, string]>([
    ["whose try period is 10% too long", { sample: otherPeriod(1.1) }, "610-main-c2 W3-e60-n16"],
    ["whose try period is 10% too short", { sample: otherPeriod(0.9) }, "610-main-c2 W3-e60-n16"],
    ["that sends rounds at try 15 in place of 16", { policy: { signalEveryTries: 14 } }, "610-main-c2 W3-e60-n16"],
    [
      "without length-biased starts: each call begins with the transition",
      { start: { again: 1 } },
      "510-mains-c2 W4-f30-n1",
    ],
    [
      "without length-biased starts: the call found is like any other",
      { sample: () => sleepersByHand(false) },
      "vis-610-c2 W4-e2-n8",
    ],
    ["whose idle CPUs always pass the first try", { settings: ["host.idleTasks=false"] }, "610-main-c2 W0"],
    ["in which the worker's CPU displaces nobody", { settings: ["host.loaderCpu=none"] }, "610-scale-c1 W0"],
    ["that sends no rounds", { policy: { signal: "none" } }, "610-main-c2 W3-f600-n4"],
  ])("validate rejects a model %s", async (_, mistake, name) => {
    expect(await rejectedCells(mistake, name.split(" "))).toContain(`${name} patch`);
  });

  it("validate rejects a model without the unpatching tail, and in no patching cell", async () => {
    const cells = ["W0", "W6-off-f10-n1-off0"];
    const rejected = await rejectedCells({ settings: ["host.unpatchWait=none", "host.unhookWork=0"] }, cells);
    expect(rejected).toEqual(["610-scale-c1 W0 unpatch", "610-cpu-c2 W6-off-f10-n1-off0 unpatch"]);
  });

  it("the calculation by hand that shows the power against unbiased starts is itself not rejected with biased ones", async () => {
    expect(await rejectedCells({ sample: () => sleepersByHand(true) }, ["W4-e2-n8"])).not.toContain(
      "vis-610-c2 W4-e2-n8 patch",
    );
  });
});
