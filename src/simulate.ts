// The main job, whole: a scenario in, what its policies do to its transitions out.

import { addDelays, type BlameOptions } from "./analyse/blame.js";
import { parseRemovals } from "./analyse/removals.js";
import type { ExecuteOptions, Executor, Growth, Job, Outcome } from "./execute/executor.js";
import { type WorkOptions, withExecutor } from "./execute/with-executor.js";
import type { CountsLayout } from "./results/counts.js";
import type { Outcomes } from "./results/outcomes.js";
import type { RunResult } from "./results/result.js";
import { summarise } from "./results/summarise.js";
import { type Bucket, Words } from "./results/words.js";
import { printedSeed } from "./scenario/fields.js";
import { type Compiled, compileScenario, loadScenario, type PolicyFile } from "./scenario/index.js";
import { version } from "./version.js";
import { type Build, moduleSha256 } from "./wasm.js";

export interface SimulateOptions extends ExecuteOptions, WorkOptions {
  /** The scenario: the text of a YAML or JSON file, or the object that it would hold. */
  scenario: string | object;
  /** Name of the file the text is from, for messages and as the scenario's name. */
  file?: string;
  /** `path=YAML` settings, applied in order. */
  set?: string[];
  /** Names of policies, or policies in files of their own, instead of the scenario's. */
  policies?: (string | PolicyFile)[];
  /** Records that `policies` and `extends` may name, by name. */
  extraPolicies?: Record<string, unknown>;
  /** Replicas a policy, instead of the scenario's. */
  replicas?: number;
  /** 0 to 2^64 - 1, instead of the scenario's. */
  seed?: number | bigint;
  /** Takes latencies apart: each policy's result has its `delays`. */
  blame?: boolean | BlameOptions;
  /** Takes the run as far as it is, at most every `growthMs`; policies that nothing is known of yet are left out. */
  onGrowth?: (soFar: Simulation) => void;
  /** Unless said 200 at first, 1,000 after twenty seconds. */
  growthMs?: number;
}

/** A run's result, and the whole distribution behind its quantiles. */
export interface Simulation {
  result: RunResult;
  /** By policy: how many transitions completed about when (ticks), shortest first; the censored ones are in none. */
  latencies: Bucket[][];
  horizonTicks: number;
  /** By policy, where they were asked for. */
  outcomes?: Outcomes[];
}

/**
 * Simulates a scenario's transitions under each of its policies.
 * @throws ScenarioError when the scenario or an option that belongs to it is wrong; RangeError when `workers` is; the
 * signal's reason after an abort.
 */
export async function simulate(options: SimulateOptions): Promise<RunResult> {
  return (await simulateWhole(options)).result;
}

/** As simulate(), with what a plot needs. */
export async function simulateWhole(options: SimulateOptions): Promise<Simulation> {
  return withExecutor(options, async (executor, build) => {
    const compiled = compileRun(options);
    if (!options.blame) return simulateOn(executor, compiled, build, options);
    const blame = options.blame === true ? {} : options.blame;
    if (blame.whatIf) parseRemovals(blame.whatIf, compiled); // before the work
    const simulation = await simulateOn(executor, compiled, build, { ...options, outcomes: "prompts" });
    await addDelays(
      executor,
      compiled,
      { results: simulation.result.results, outcomes: simulation.outcomes! },
      blame,
      options,
    );
    return simulation;
  });
}

/** A compiled scenario on threads that are there already, as a sweep's points are; `outcomes`: also what each replica came to. */
export async function simulateOn(
  executor: Executor,
  compiled: Compiled,
  build: Build,
  { outcomes: wanted, onGrowth, ...options }: SimulateOnOptions,
): Promise<Simulation> {
  const wasmSha256 = await moduleSha256("transition", build);
  const started = performance.now();
  const ran = () => ({ wallMs: performance.now() - started, workers: executor.workers });
  const outcome = await executor.run(jobOf(compiled, wanted), {
    ...options,
    onGrowth: onGrowth && ((growth) => onGrowth(growthOf(growth, ran(), compiled, wasmSha256))),
  });
  return simulationFrom({ ...outcome, replicas: compiled.replicas, ...ran() }, compiled, wasmSha256);
}

type SimulateOnOptions = ExecuteOptions & Pick<Job, "outcomes"> & Pick<SimulateOptions, "onGrowth" | "growthMs">;

/** As if it were the whole run. */
function growthOf(
  { counts, layout, replicas }: Growth<CountsLayout>,
  ran: Pick<Ran, "wallMs" | "workers">,
  { model, policies, seed }: Compiled,
  wasmSha256: string,
): Simulation {
  const begun = policies.flatMap((_, i) => (replicas[i]! > 0 ? [i] : []));
  const known = <T>(all: readonly T[]) => begun.map((i) => all[i]!);
  const so = { counts: known(counts), layout, kept: 0, replicas: Math.max(...replicas), ...ran };
  const done = replicas.reduce((sum, one) => sum + one, 0);
  const simulation = simulationFrom(so, { model, policies: known(policies), seed }, wasmSha256);
  simulation.result.timing.transitionsPerSecond = (1000 * done) / ran.wallMs;
  return simulation;
}

/** All replicas of a scenario under each of its policies. */
export function jobOf(
  { scenario: source, model, policies: variants, replicas, seed }: Compiled,
  outcomes: Job["outcomes"],
): Job<"transition"> {
  return { experiment: "transition", model, variants, replicas, seed, outcomes, source };
}

/** What was run, and how long that took. */
export interface Ran extends Outcome<CountsLayout> {
  replicas: number; // a policy
  wallMs: number;
  workers: number;
}

/** What is said of it; intervals hold at `confidence`. */
export async function simulationOf(
  ran: Ran,
  compiled: Pick<Compiled, "model" | "policies" | "seed">,
  build: Build,
  confidence?: number,
): Promise<Simulation> {
  return simulationFrom(ran, compiled, await moduleSha256("transition", build), confidence);
}

function simulationFrom(
  { counts, layout, outcomes, kept, replicas, wallMs, workers }: Ran,
  { model, policies, seed }: Pick<Compiled, "model" | "policies" | "seed">,
  wasmSha256: string,
  confidence?: number,
): Simulation {
  const result: RunResult = {
    schemaVersion: 1,
    scenario: { name: model.name, hash: model.hash },
    seed: printedSeed(seed),
    replicas,
    engine: { version, wasmSha256 },
    results: policies.map(({ name }, i) => summarise(counts[i], layout, model, name, confidence)),
    timing: { wallMs, transitionsPerSecond: (1000 * (replicas * policies.length - kept)) / wallMs, workers },
  };
  const latencies = counts.map((one) => new Words(one, layout).buckets(layout.latency));
  return { result, latencies, horizonTicks: model.horizon, outcomes };
}

/** The scenario that these options ask for. @throws ScenarioError */
export function compileRun({
  scenario,
  file,
  set = [],
  policies,
  extraPolicies,
  replicas,
  seed,
}: SimulateOptions): Compiled {
  const options = { file, set: runSettings(set, replicas, seed), policies, extraPolicies };
  return typeof scenario === "string" ? loadScenario(scenario, options) : compileScenario(scenario, options);
}

/** `replicas` and `seed` are fields of the scenario as well: setting them there puts them through its checks. */
export function runSettings(set: string[], replicas?: number, seed?: number | bigint): string[] {
  const settings = [...set];
  if (replicas !== undefined) settings.push(`run.replicas=${replicas}`);
  if (seed !== undefined) settings.push(`run.seed="${seed}"`);
  return settings;
}
