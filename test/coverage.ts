// How often intervals hold what they should: repetitions of a run whose law is known, with disjoint seeds, each of a fixed number of
// replicas or with a stopping rule.

import { parseStopping } from "../src/analyse/stopping-rules.js";
import { runUntil } from "../src/analyse/until.js";
import { compileCore } from "../src/core.js";
import { type Executor, type Job, openEngine } from "../src/execute/executor.js";
import type { Distribution, PolicyResult } from "../src/results/result.js";
import { type Compiled, compileScenario } from "../src/scenario/index.js";
import { simulateOn } from "../src/simulate.js";
import { patchLiteLater } from "./closed.js";

/** A scenario, and the truth about some of its figures. */
export interface Law {
  name: string;
  compiled: Compiled;
  /** Figures with their true values; each gives its interval in a result. */
  figures: { name: string; truth: number; of: (result: PolicyResult) => Interval }[];
}

export interface Interval {
  low: number | null;
  high: number | null;
}

/** How many of the repetitions' intervals held the truth, by figure, and the mean number of replicas. */
export interface Coverage {
  repetitions: number;
  replicas: number;
  held: number[];
}

const LATEST_TRY = 400;

const meanOf = ({ meanLow, meanHigh }: Distribution): Interval => ({ low: meanLow, high: meanHigh });
const quantileOf = (p: number, { quantiles }: Distribution): Interval => quantiles.find((one) => one.p === p)!;
const exceedOf = (seconds: number, { exceed }: PolicyResult): Interval =>
  exceed.find((one) => one.seconds === seconds)!;

/** So many tasks of these phases, which do not meet: each alone on a CPU, without idle tasks and scheduler ticks. */
export function independentTasks(count: number, phases: Record<string, unknown>) {
  return {
    host: { cpus: count, loaderCpu: "none", idleTasks: false, schedulerTick: false },
    workload: { task: { kind: "user", count, cpus: "one-each", behaviour: { phases } } },
    patch: { functions: ["pipe_read"] },
    policies: ["plain"],
  };
}

/** Asleep on the patched function, and awake for a millionth of the time. */
export const SLEEPER = {
  asleep: { mode: "sleep", duration: { exponential: "2s" }, stack: ["pipe_read"], next: "awake" },
  awake: { mode: "user", duration: "2us", next: "asleep" },
};

/** A task of examples/patch-lite.yaml. */
const PATCH_LITE = {
  user: { mode: "user", duration: { exponential: "5ms" }, next: { "asleep-clean": 9, "asleep-affected": 1 } },
  "asleep-clean": { mode: "sleep", duration: { exponential: "50ms" }, next: "user" },
  "asleep-affected": { mode: "sleep", duration: { exponential: "2s" }, stack: ["pipe_read"], next: "user" },
};

const TASKS = 16;
const RUN = { exceed: ["9s"] };

/** 16 tasks of examples/patch-lite.yaml: completion is at whole seconds, by the law that its comment gives. */
export function patchLite(): Law {
  const compiled = compileScenario({ ...independentTasks(TASKS, PATCH_LITE), run: RUN });
  const later = (t: number) => patchLiteLater(TASKS, t);
  const tries = Array.from({ length: LATEST_TRY }, (_, t) => t);
  const quantile = (p: number) => 1000 * tries.find((t) => 1 - later(t) >= p)!;
  const mean = 1000 * tries.reduce((sum, t) => sum + later(t), 0);
  return {
    name: "patch-lite, 16 tasks: completion, on whole seconds",
    compiled,
    figures: [
      { name: "mean", truth: mean, of: ({ latencyMs }) => meanOf(latencyMs) },
      { name: "p50", truth: quantile(0.5), of: ({ latencyMs }) => quantileOf(0.5, latencyMs) },
      { name: "p99", truth: quantile(0.99), of: ({ latencyMs }) => quantileOf(0.99, latencyMs) },
      { name: "P(>9s)", truth: later(9), of: (result) => exceedOf(9, result) },
    ],
  };
}

/** 16 sleepers: the last switch is the latest of 16 wake-ups. */
export function sleepers(): Law {
  const compiled = compileScenario({ ...independentTasks(TASKS, SLEEPER), run: RUN });
  const quantile = (p: number) => -2000 * Math.log(1 - p ** (1 / TASKS));
  const harmonic = Array.from({ length: TASKS }, (_, i) => 1 / (i + 1)).reduce((sum, part) => sum + part);
  return {
    name: "16 sleepers: last switch, continuous",
    compiled,
    figures: [
      { name: "mean", truth: 2000 * harmonic, of: ({ lastSwitchMs }) => meanOf(lastSwitchMs) },
      { name: "p50", truth: quantile(0.5), of: ({ lastSwitchMs }) => quantileOf(0.5, lastSwitchMs) },
      { name: "p99", truth: quantile(0.99), of: ({ lastSwitchMs }) => quantileOf(0.99, lastSwitchMs) },
      {
        name: "P(>9s)",
        truth: 1 - (1 - Math.exp(-4.5)) ** TASKS,
        of: (result) => exceedOf(9, result),
      },
    ],
  };
}

/** Repetition r has the seed `firstSeed + r`. `stop`: so many replicas, or a rule with a limit of them. */
export async function coverage(
  { compiled, figures }: Law,
  repetitions: number,
  stop: { replicas: number; until?: string },
  firstSeed = 1,
): Promise<Coverage> {
  const executor = await oneEngine(compiled);
  const conditions = stop.until === undefined ? undefined : parseStopping([stop.until]);
  const held = figures.map(() => 0);
  let replicas = 0;
  for (let r = 0; r < repetitions; r++) {
    const one = { ...compiled, replicas: stop.replicas, seed: BigInt(firstSeed + r) };
    const { result } = conditions
      ? await runUntil(executor, one, "release", { conditions })
      : await simulateOn(executor, one, "release", {});
    replicas += result.replicas;
    for (const [i, { truth, of }] of figures.entries()) if (holds(of(result.results[0]!), truth)) held[i]!++;
  }
  return { repetitions, replicas: replicas / repetitions, held };
}

/** An executor of one scenario that keeps its engine from run to run: to open one costs more than a thousand of these replicas. */
async function oneEngine({ model, policies, replicas, seed }: Compiled): Promise<Executor> {
  const job = { experiment: "transition" as const, model, variants: policies, replicas, seed };
  const engine = openEngine(await compileCore(), job);
  const run = async ({ seed, first = 0, replicas }: Job) => ({
    layout: engine.layout,
    counts: [engine.run(0, seed, first, replicas)],
  });
  return { workers: 0, run: run as Executor["run"], close: async () => {} };
}

/** An open end bounds nothing. */
function holds({ low, high }: Interval, truth: number): boolean {
  return (low === null || low <= truth) && (high === null || truth <= high);
}
