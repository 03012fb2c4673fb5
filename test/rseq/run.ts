// Runs of the rseq experiment for tests: fields over small defaults in, metrics by name out.

import { EXPERIMENT_KINDS } from "../../src/experiments.js";
import type { Metric } from "../../src/results/metrics.js";
import { RseqEngine } from "../../src/rseq-engine.js";
import { compileModule } from "../../src/wasm.js";

const module = compileModule("rseq", "debug");

export interface Fields {
  host?: object;
  costs?: object;
  test?: object;
  replicas?: number;
}

export type Metrics = Record<string, Metric>;

/** The metrics of the scenario's only variant. */
export async function metricsOf({ host = {}, costs = {}, test = {}, replicas = 50 }: Fields): Promise<Metrics> {
  const scenario = { experiment: "rseq", host, costs, test, variants: [{ name: "only" }] };
  const { model, variants, seed } = EXPERIMENT_KINDS.rseq.load(scenario, {});
  const engine = new RseqEngine(await module, model, variants);
  const metrics = EXPERIMENT_KINDS.rseq.metrics(engine.run(0, seed, 0, replicas), model, variants[0]!);
  return Object.fromEntries(metrics.map((metric) => [metric.name, metric]));
}

/** Every step of this length but those that are named. */
export function every(length: string, others: object = {}): object {
  const steps =
    "increment affinity affinityReturn sleepCall timerSlack ipi idleWake deepWake contextSwitch stopper enter guest exit vmExit vcpuLoad helper update load getcpu getcpuCall loop";
  return { ...Object.fromEntries(steps.split(" ").map((step) => [step, length])), ...others };
}
