import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { loadKernels, type NamedPolicy } from "../../../src/validate/kernels.js";
import { parseMeasurements, type Row } from "../../../src/validate/measurements.js";
import type { Recipe } from "../../../src/validate/settings.js";
import { type Plan, Simulator } from "../../../src/validate/simulate.js";
import { validate } from "../../../src/validate/validate.js";

const LAB = new URL("../../../examples/kernel-lab/", import.meta.url);
const FILES = ["510-mains-c2.jsonl", "610-main-c2.jsonl", "610-scale-c1.jsonl", "610-cpu-c2.jsonl"];
const CELLS = ["W0", "W1-n1", "W2-n16", "W3-e60-n16", "W3-f600-n4"];
const REPLICAS = 500;
// A few cells only, so that it is quick, judged as strictly as among all the lab's.
const ALPHA = 0.01 / (244 / 18);

/** What is wrong with a model: settings and policy fields it has in place of the right ones. */
interface Mistake {
  settings?: string[];
  policy?: Record<string, unknown>;
}

class MistakenSimulator extends Simulator {
  constructor(private readonly mistake: Mistake) {
    super(LAB, REPLICAS);
  }

  override plan(recipe: Recipe, policy: NamedPolicy): Promise<Plan> {
    const { settings = [], policy: fields } = this.mistake;
    const record = { ...(policy.record ?? { extends: policy.name }), ...fields };
    const mistaken = fields === undefined ? policy : { name: `${policy.name}+mistake`, record };
    return super.plan({ ...recipe, settings: [...recipe.settings, ...settings] }, mistaken);
  }
}

describe("at the lab's sample sizes", () => {
  const rows: Row[] = [];
  beforeAll(async () => {
    for (const name of FILES) {
      const text = await readFile(new URL(`data/${name}`, LAB), "utf8");
      rows.push(...parseMeasurements(text, name).filter(({ cell }) => CELLS.includes(cell)));
    }
  });

  async function rejectedCells(mistake: Mistake): Promise<string[]> {
    const kernels = await loadKernels(LAB, new Map());
    const { cells } = await validate(rows, { alpha: ALPHA, kernels, simulator: new MistakenSimulator(mistake) });
    return cells.filter(({ verdict }) => verdict === "rejected").map(({ cell, direction }) => `${cell} ${direction}`);
  }

  it("rejects nothing of the model as it is", async () => {
    expect(await rejectedCells({})).toEqual([]);
  });

  it.each<[string, Mistake, string]>([
    ["whose tries come every 1.1 s", { policy: { tryPeriod: "1100ms", rounding: "jiffies" } }, "W3-e60-n16 patch"],
    ["whose tries come every 0.9 s", { policy: { tryPeriod: "900ms", rounding: "jiffies" } }, "W3-e60-n16 patch"],
    ["that sends rounds at try 15", { policy: { signalEveryTries: 14 } }, "W3-e60-n16 patch"],
    ["whose idle CPUs always pass the first try", { settings: ["host.idleTasks=false"] }, "W0 patch"],
    ["in which the worker's CPU displaces nobody", { settings: ["host.loaderCpu=none"] }, "W1-n1 patch"],
    ["without the unpatching tail", { settings: ["host.unpatchWait=none"] }, "W0 unpatch"],
    ["that sends no rounds", { policy: { signal: "none" } }, "W3-f600-n4 patch"],
  ])("rejects a model %s", async (_, mistake, cell) => {
    expect(await rejectedCells(mistake)).toContain(cell);
  });
});
