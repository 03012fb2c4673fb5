// Scenarios of the experiments besides transition (design 3, 5): which experiment a text describes, and what all of them share. The
// fields of each are in a file of its own.

import { z } from "zod";
import { check } from "./check.js";
import { nearMiss, type Path, Problems } from "./errors.js";
import { expected, integer, or, seed, titleFields } from "./fields.js";
import { applySettings } from "./set.js";
import { sha256 } from "./sha256.js";
import { sourceOf } from "./source.js";

export const EXPERIMENTS = ["transition", "rseq", "memory-fault"] as const;
export type Experiment = (typeof EXPERIMENTS)[number];

/** What is simulated of every variant alike; plain data. */
export interface ExperimentModel {
  /** Over everything that is computed with but variants, replicas and seed. */
  hash: string;
}

export interface CompiledExperiment<Model extends ExperimentModel, Variant> {
  name: string;
  /** The checked scenario, defaults filled in. */
  scenario: object;
  model: Model;
  variants: Variant[];
  replicas: number;
  seed: bigint;
}

export interface ExperimentOptions {
  /** Name of the text's file, for messages and as the scenario's name. */
  file?: string;
  /** `path=YAML`, in order. */
  set?: string[];
  /** Names of variants to take instead of all of the scenario's. */
  variants?: string[];
}

/** What every scenario of these has. */
interface CommonScenario {
  name?: string | undefined;
  run: { replicas: number; seed: number | string };
}

/** How the scenarios of one experiment are read. */
export interface ExperimentReader<Scenario extends CommonScenario, Model extends ExperimentModel, Variant> {
  schema: z.ZodType<Scenario>;
  /** Reports what is wrong to `problems`; what it then returns is not used. `wanted`: names of variants, undefined for the scenario's. */
  compile(
    scenario: Scenario,
    wanted: string[] | undefined,
    problems: Problems,
  ): { model: Omit<Model, "hash">; variants: Variant[] };
}

/** Fields that scenarios of `experiment` share with all others. */
export function commonFields<E extends Experiment>(experiment: E, replicas: number) {
  return {
    ...titleFields,
    experiment: z.literal(experiment, { error: expected(experiment) }),
    run: z
      .strictObject({
        replicas: integer(1, 1e9).default(replicas).describe("Replicas per variant"),
        seed: seed(),
      })
      .prefault({}),
  };
}

const VARIANT_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.+:/-]{0,127}$/;
const variantNameError = expected("a name of letters, digits and - _ . + : /");
export const variantName = () => z.string({ error: variantNameError }).regex(VARIANT_NAME, or(variantNameError));

/** Which experiment a scenario describes. @throws ScenarioError where its text is unreadable or names none that there is. */
export function experimentOf(scenario: string | object, file?: string): Experiment {
  const { value, locate } = sourceOf(scenario, file);
  const named =
    typeof value === "object" && value !== null ? (value as { experiment?: unknown }).experiment : undefined;
  if (named === undefined) return "transition";
  const found = EXPERIMENTS.find((experiment) => experiment === named);
  if (found !== undefined) return found;
  const problems = new Problems(locate);
  const hint = typeof named === "string" ? nearMiss(named, EXPERIMENTS) : undefined;
  problems.expected(["experiment"], `one of ${EXPERIMENTS.join(", ")}`, named, hint);
  problems.throwIfAny();
  return "transition";
}

/** A scenario's text or object, checked and compiled. @throws ScenarioError */
export function loadExperiment<Scenario extends CommonScenario, Model extends ExperimentModel, Variant>(
  reader: ExperimentReader<Scenario, Model, Variant>,
  text: string | object,
  options: ExperimentOptions = {},
): CompiledExperiment<Model, Variant> {
  const source = applySettings(sourceOf(text, options.file), options.set ?? [], reader.schema);
  const problems = new Problems((path, key) => (isOutside(path) ? {} : source.locate(path, key)));
  const scenario = check(reader.schema, source.value, problems);
  problems.throwIfAny();
  if (scenario === undefined) throw new Error("a scenario without problems did not parse");
  if (options.variants?.length === 0) problems.expected(["variant list"], "at least one variant", []);
  const { model, variants } = reader.compile(scenario, options.variants, problems);
  problems.throwIfAny();
  return {
    name: scenario.name ?? nameOf(options.file),
    scenario,
    model: { ...model, hash: sha256(JSON.stringify(model)) } as Model,
    variants,
    replicas: scenario.run.replicas,
    seed: BigInt(scenario.run.seed),
  };
}

/** The scenario's name where it says none. */
export function nameOf(file: string | undefined): string {
  const base = file?.split(/[\\/]/).at(-1) ?? "";
  return base.replace(/\.(ya?ml|json)$/i, "") || "scenario";
}

// Variants named on the command line stand at no line of the scenario.
function isOutside(path: Path): boolean {
  return typeof path[0] === "string" && /^--variant |^variant list$/.test(path[0]);
}
