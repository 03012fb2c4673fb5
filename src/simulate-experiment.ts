// The main job for experiments besides transition: a scenario in, metrics of its variants out.

import type { ExecuteOptions, Executor, Job } from "./execute/executor.js";
import { type WorkOptions, withExecutor } from "./execute/with-executor.js";
import { EXPERIMENT_KINDS, type VariantExperiment } from "./experiments.js";
import { digest } from "./results/digest.js";
import type { ExperimentResult } from "./results/metrics.js";
import { experimentOf } from "./scenario/experiment.js";
import { printedSeed } from "./scenario/fields.js";
import { ScenarioError } from "./scenario/index.js";
import { runSettings } from "./simulate.js";
import { version } from "./version.js";
import { type Build, moduleSha256 } from "./wasm.js";

export interface SimulateExperimentOptions extends ExecuteOptions, WorkOptions {
  /** The scenario: the text of a YAML or JSON file, or the object that it would hold. */
  scenario: string | object;
  /** Name of the file the text is from, for messages and as the scenario's name. */
  file?: string;
  /** `path=YAML` settings, applied in order. */
  set?: string[];
  /** Names of variants, instead of all of the scenario's. */
  variants?: string[];
  /** Replicas a variant, instead of the scenario's. */
  replicas?: number;
  /** 0 to 2^64 - 1, instead of the scenario's. */
  seed?: number | bigint;
}

/**
 * Simulates the variants of a scenario whose `experiment` is not transition.
 * @throws ScenarioError when the scenario or an option that belongs to it is wrong; RangeError when `workers` is; the
 * signal's reason after an abort.
 */
export async function simulateExperiment(options: SimulateExperimentOptions): Promise<ExperimentResult> {
  const experiment = experimentOf(options.scenario, options.file);
  if (experiment === "transition") throw new ScenarioError([TRANSITION]);
  return withExecutor(options, (executor, build) => simulateExperimentOn(executor, experiment, build, options));
}

const TRANSITION = { field: "experiment", message: "expected another than transition, which simulate() is for" };

/** On threads that are there already. */
export async function simulateExperimentOn<E extends VariantExperiment>(
  executor: Executor,
  experiment: E,
  build: Build,
  options: SimulateExperimentOptions,
): Promise<ExperimentResult> {
  const { scenario, file, variants: wanted } = options;
  const set = runSettings(options.set ?? [], options.replicas, options.seed);
  const { load, metrics, verdict } = EXPERIMENT_KINDS[experiment];
  const { name, model, variants, replicas, seed } = load(scenario, { file, set, variants: wanted });
  const job: Job<E> = { experiment, model, variants, replicas, seed };
  const started = performance.now();
  const { counts } = await executor.run(job, options);
  const wallMs = performance.now() - started;
  const concluded = verdict?.of(model, variants, counts);
  return {
    schemaVersion: 1,
    scenario: { name, hash: model.hash },
    seed: printedSeed(seed),
    replicas,
    engine: { version, wasmSha256: await moduleSha256(experiment, build) },
    results: variants.flatMap((variant, i) =>
      verdict?.isFor(variant)
        ? []
        : { variant: variant.name, metrics: metrics(counts[i]!, model, variant), digest: digest(counts[i]!) },
    ),
    ...(concluded === undefined ? {} : { verdict: concluded }),
    timing: { wallMs, replicasPerSecond: (1000 * replicas * variants.length) / wallMs, workers: executor.workers },
  };
}
