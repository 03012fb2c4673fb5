// The workload families of examples/sensitivity/families.yaml, and how one is run at a point of its ranges.

import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import type { Executor } from "../execute/executor.js";
import { packageFile } from "../package-file.js";
import { summarise } from "../results/summarise.js";
import { loadScenario } from "../scenario/index.js";
import type { Evaluate, Range } from "./sensitivity.js";

/** kpatch's patience (KF 1.9): a transition that takes longer has failed, however long it takes. */
export const HORIZON = "75s";

const EXAMPLES = packageFile("examples/");

const value = z.union([z.string(), z.number()]);
const rangeSchema = z.strictObject({
  name: z.string(),
  set: z.string().includes("%"),
  source: z.string(),
  among: z.array(value).min(2).optional(),
  from: value.optional(),
  to: value.optional(),
  log: z.boolean().optional(),
}) satisfies z.ZodType<Range>;
const familySchema = z.strictObject({
  scenario: z.string(),
  policy: z.string(),
  /** The scenario made smaller, or its horizon nearer, where that only costs time. */
  set: z.array(z.string()).optional(),
  ranges: z.array(rangeSchema).min(1),
});
const fileSchema = z.strictObject({
  shared: z.record(z.string(), rangeSchema),
  families: z.record(z.string(), familySchema),
});

export type Family = z.infer<typeof familySchema> & { name: string };

export async function readFamilies(): Promise<Family[]> {
  const text = await readFile(new URL("sensitivity/families.yaml", EXAMPLES), "utf8");
  return Object.entries(fileSchema.parse(parse(text)).families).map(([name, family]) => ({ name, ...family }));
}

export async function familyEvaluator(family: Family, executor: Executor, replicas: number): Promise<Evaluate> {
  const file = `${family.scenario}.yaml`;
  const scenario = await readFile(new URL(file, EXAMPLES), "utf8");
  const fixed = [`run.horizon=${HORIZON}`, ...(family.set ?? [])];
  return async (settings) => {
    const { model, policies, seed } = loadScenario(scenario, {
      file,
      set: [...fixed, ...settings],
      policies: [family.policy],
    });
    const { counts, layout } = await executor.run({
      experiment: "transition",
      model,
      variants: policies,
      replicas,
      seed,
    });
    const { quantiles } = summarise(counts[0]!, layout, model, family.policy).latencyMs;
    const at = (p: number) => quantiles.find((quantile) => quantile.p === p)?.value ?? model.horizon / 1000;
    return { p50: at(0.5), p99: at(0.99) };
  };
}
