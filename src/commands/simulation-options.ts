// The argument and options of every command that simulates a scenario's policies, and what the library makes of them.

import { availableParallelism } from "node:os";
import { type Command, Option } from "commander";
import { WORKERS_MAX } from "../execute/with-executor.js";
import type { PolicyFile } from "../scenario/index.js";
import type { SimulateOptions } from "../simulate.js";
import { BUILDS, type Build } from "../wasm.js";
import { append, seed, wholeNumber } from "./arguments.js";
import { type ExecutorOptions, executorOf } from "./executor-options.js";
import { type PatchOptions, patchOptions, patchSettings, tellOffStack } from "./patch-options.js";
import { readPolicy } from "./read-text.js";

const REPLICAS_MAX = 1e9;

export interface SimulationOptions extends ExecutorOptions, PatchOptions {
  policy?: string[];
  replicas?: number;
  seed?: bigint;
  workers: number;
  set?: string[];
  build: Build;
  json?: boolean;
}

/** Adds them in the order in which --help shows them. */
export function simulationOptions(command: Command): Command {
  return settingOptions(
    scenarioOptions(command).addOption(
      new Option("--workers <n>", "threads; 0 works in the main one")
        .argParser(wholeNumber(0, WORKERS_MAX))
        .default(availableParallelism(), "as many as there are CPUs"),
    ),
  );
}

/** The first of them: the scenario, and how much of it. */
export function scenarioOptions(command: Command): Command {
  return command
    .argument("<scenario>", "scenario file in YAML or JSON; - reads it from stdin")
    .option(
      "--policy <name>",
      "policy to simulate instead of the scenario's own, or a .yaml or .json file with one (repeatable)",
      append,
    )
    .option(
      "--replicas <n>",
      "transitions a policy, or replicas a variant (default: the scenario's run.replicas)",
      wholeNumber(1, REPLICAS_MAX),
    )
    .option("--seed <n>", "all chance follows from it, 0 to 2^64 - 1 (default: the scenario's run.seed)", seed);
}

/** The last of them. */
export function settingOptions(command: Command): Command {
  return patchOptions(command)
    .option("--set <path=yaml>", "change a value of the scenario (repeatable)", append)
    .addOption(
      new Option("--build <build>", "engine to use; debug checks its assertions").choices(BUILDS).default("release"),
    )
    .option("--json", "print JSON instead of text");
}

/** What simulate() takes of them; policies and livepatch modules in files are read. @throws UsageError */
export async function simulateOptions(
  scenario: string,
  file: string,
  given: Omit<SimulationOptions, "workers"> & { workers?: number },
): Promise<SimulateOptions> {
  const { policy, replicas, seed, workers, set = [], build, patchFunctions, patchModule, ...rest } = given;
  const policies = policy && (await Promise.all(policy.map(policyOf)));
  const patch = await patchSettings({ patchFunctions, patchModule });
  const job = {
    scenario,
    file,
    policies,
    replicas,
    seed,
    workers,
    set: [...set, ...patch],
    build,
    ...executorOf(rest),
  };
  if (patch.length > 0) tellOffStack(job);
  return job;
}

/** A name stays one; a file is read. */
async function policyOf(policy: string): Promise<string | PolicyFile> {
  return /\.(ya?ml|json)$/i.test(policy) ? { file: policy, text: await readPolicy(policy) } : policy;
}
