// The main job, whole: a scenario in, what its policies do to its transitions out.

import { availableParallelism } from "node:os";
import { BUILDS, type Build, coreSha256 } from "./core.js";
import type { ExecuteOptions, Executor } from "./execute/executor.js";
import { InProcessExecutor } from "./execute/in-process.js";
import { PoolExecutor } from "./execute/pool.js";
import type { RunResult } from "./results/result.js";
import { summarise } from "./results/summarise.js";
import { type Bucket, Words } from "./results/words.js";
import { type Compiled, compileScenario, loadScenario, type PolicyFile } from "./scenario/index.js";
import { version } from "./version.js";

export const WORKERS_MAX = 1024;

export interface SimulateOptions extends ExecuteOptions {
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
  /** Threads, 0 for none besides the caller's; the machine's parallelism by default. Changes no result. */
  workers?: number;
  /** `debug` checks the engine's assertions, at a cost in time. Changes no result. */
  build?: Build;
}

/** A run's result, and the whole distribution behind its quantiles. */
export interface Simulation {
  result: RunResult;
  /** By policy: how many transitions completed about when (ticks), shortest first; the censored ones are in none. */
  latencies: Bucket[][];
  horizonTicks: number;
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
  const { workers = availableParallelism(), build = "release" } = options;
  if (!Number.isInteger(workers) || workers < 0 || workers > WORKERS_MAX) {
    throw new RangeError(`workers: expected an integer in 0..${WORKERS_MAX}, got ${workers}`);
  }
  if (!BUILDS.includes(build)) throw new RangeError(`build: expected one of ${BUILDS.join(", ")}, got ${build}`);
  const executor = workers === 0 ? new InProcessExecutor(build) : new PoolExecutor({ workers, build });
  try {
    return await simulateOn(executor, compile(options), build, options);
  } finally {
    await executor.close();
  }
}

async function simulateOn(
  executor: Executor,
  { model, policies, replicas, seed }: Compiled,
  build: Build,
  { signal, onProgress }: ExecuteOptions,
): Promise<Simulation> {
  const started = performance.now();
  const { counts, layout } = await executor.run({ model, policies, replicas, seed }, { signal, onProgress });
  const wallMs = performance.now() - started;
  const result: RunResult = {
    schemaVersion: 1,
    scenario: { name: model.name, hash: model.hash },
    seed: seed <= Number.MAX_SAFE_INTEGER ? Number(seed) : String(seed),
    replicas,
    engine: { version, wasmSha256: await coreSha256(build) },
    results: policies.map(({ name }, i) => summarise(counts[i], layout, model, name)),
    timing: { wallMs, transitionsPerSecond: (1000 * replicas * policies.length) / wallMs, workers: executor.workers },
  };
  const latencies = counts.map((one) => new Words(one, layout).buckets(layout.latency));
  return { result, latencies, horizonTicks: model.horizon };
}

/** `replicas` and `seed` are fields of the scenario as well: setting them there puts them through its checks. */
function compile({ scenario, file, set = [], policies, extraPolicies, replicas, seed }: SimulateOptions): Compiled {
  const settings = [...set];
  if (replicas !== undefined) settings.push(`run.replicas=${replicas}`);
  if (seed !== undefined) settings.push(`run.seed="${seed}"`);
  const options = { file, set: settings, policies, extraPolicies };
  return typeof scenario === "string" ? loadScenario(scenario, options) : compileScenario(scenario, options);
}
