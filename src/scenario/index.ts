// Scenarios: text or object -> checked scenario, model and policies. Works in a browser too.

import { check } from "./check.js";
import { checkHorizon, compileModel } from "./compile.js";
import { type Path, Problems } from "./errors.js";
import { nameOf } from "./experiment.js";
import { printedSeed } from "./fields.js";
import type { Model, Policy } from "./model.js";
import { isPreset, type PolicyLibrary, resolvePolicyEntry } from "./policies.js";
import { type PolicyInput, policyRecordSchema, type Scenario, scenarioSchema } from "./schema.js";
import { applySettings } from "./set.js";
import { plain, readObject, readText, type Source } from "./source.js";
import { showTime } from "./units.js";

export { BEHAVIOUR_PRESETS } from "./behaviour-presets.js";
export { type Problem, ScenarioError } from "./errors.js";
export { experimentOf } from "./experiment.js";
export * from "./model.js";
export { resolvePolicy } from "./policies.js";
export { POLICY_PRESETS } from "./policy-presets.js";
export { type Scenario, scenarioJsonSchema } from "./schema.js";
export { offStack, type PhaseStack, stacksOf } from "./stacks.js";

export interface Compiled {
  /** The checked scenario, defaults filled in; as input again it gives the same model and policies. */
  scenario: Scenario;
  model: Model;
  policies: Policy[];
  replicas: number;
  seed: bigint;
}

/** A policy as YAML or JSON; its name is the file's unless it says another. */
export interface PolicyFile {
  file: string;
  text: string;
}

export interface LoadOptions {
  /** Name of the text's file, for messages and as the scenario's name. */
  file?: string;
  /** `path=YAML`, in order. */
  set?: string[];
  /** Names of policies, or policies in files of their own, to take instead of the scenario's. */
  policies?: (string | PolicyFile)[];
  /** Records that policies may name and extend, by name. */
  extraPolicies?: Record<string, unknown>;
}

/** From YAML or JSON; throws a ScenarioError. */
export function loadScenario(text: string, options: LoadOptions = {}): Compiled {
  return compileSource(readText(text, options.file), options);
}

/** From a plain object, with the same checks. */
export function compileScenario(object: unknown, options: LoadOptions = {}): Compiled {
  return compileSource(readObject(object, options.file), options);
}

/** A scenario that was read before, as one is that is compiled with one setting after another. @throws ScenarioError */
export function compileSource(unset: Source, options: LoadOptions): Compiled {
  const source = applySettings(unset, options.set ?? []);
  const problems = new Problems((path, key) => (isOutside(path) ? {} : source.locate(path, key)));
  const scenario = check(scenarioSchema, source.value, problems);
  problems.throwIfAny();
  if (scenario === undefined) throw new Error("a scenario without problems did not parse");
  const model = compileModel(scenario, scenario.name ?? nameOf(options.file), problems);
  const policies = resolvePolicies(scenario, options, problems);
  if (model !== undefined) checkHorizon(model, policies, problems);
  problems.throwIfAny();
  const seed = BigInt(scenario.run.seed);
  const run = { ...scenario.run, seed: printedSeed(seed) };
  const canonical = { ...scenario, name: model?.name, policies: policies.map(toInput), run } as Scenario;
  return {
    scenario: canonical,
    model: model as Model,
    policies,
    replicas: scenario.run.replicas,
    seed,
  };
}

// Policies named on the command line or in a file of their own stand at no line of the scenario.
const OUTSIDE = /^(--policy|policy) /;

function isOutside(path: Path): boolean {
  return typeof path[0] === "string" && OUTSIDE.test(path[0]);
}

function resolvePolicies(scenario: Scenario, options: LoadOptions, problems: Problems): Policy[] {
  const before = problems.list.length;
  const library = libraryOf(scenario, options.extraPolicies ?? {}, problems);
  if (options.policies?.length === 0) problems.expected(["policy list"], "at least one policy", []);
  if (problems.list.length > before) return [];
  const wanted = options.policies
    ? options.policies.map((policy) => wantedFromOutside(policy, problems))
    : scenario.policies.map((entry, i) => ({ entry, path: ["policies", i], problems }));
  const result = new Map<string, Policy>();
  for (const { entry, path, problems: own } of wanted) {
    const policy = resolvePolicyEntry(entry, path, library, own);
    if (policy !== undefined && result.has(policy.name))
      own.expected(path, "each policy once, under a name of its own", policy.name);
    if (policy !== undefined) result.set(policy.name, policy);
    if (own !== problems) problems.list.push(...own.list);
  }
  return [...result.values()];
}

/** A policy that was asked for, and who collects what is wrong with it. */
interface Wanted {
  entry: unknown;
  path: Path;
  problems: Problems;
}

const SHOWN_NAME_MAX = 60;

function wantedFromOutside(policy: string | PolicyFile, problems: Problems): Wanted {
  if (typeof policy === "string")
    return { entry: policy, path: [`--policy ${policy.slice(0, SHOWN_NAME_MAX)}`], problems };
  const { value, locate } = readText(policy.text, policy.file);
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  const entry = isRecord ? { name: nameOf(policy.file), ...value } : value;
  return { entry, path: [], problems: new Problems(locate) };
}

/** Records by name: the scenario's own, then those of the extra file. */
function libraryOf(scenario: Scenario, extra: Record<string, unknown>, problems: Problems): PolicyLibrary {
  const library = new Map<string, { record: PolicyInput; path: Path }>();
  for (const [name, value] of Object.entries(extra)) {
    const path = [`policy ${name}`];
    const record = check(policyRecordSchema, plain(value, problems), problems, path);
    if (isPreset(name)) problems.expected(path, "a name of its own: this is a preset's", name);
    else if (record !== undefined) library.set(name, { record, path });
  }
  for (const [i, entry] of scenario.policies.entries()) {
    if (typeof entry !== "string" && entry.name !== undefined)
      library.set(entry.name, { record: entry, path: ["policies", i] });
  }
  return library;
}

/** A policy as a scenario writes it: presets by name, others in full. */
function toInput(policy: Policy): Scenario["policies"][number] {
  if (isPreset(policy.name)) return policy.name;
  const time = (ticks: number | null) => (ticks === null ? null : (showTime(ticks).replace(/^0$/, "0s") as string));
  return {
    ...policy,
    tryPeriod: showTime(policy.tryPeriod) as string,
    adminSignalAt: time(policy.adminSignalAt),
    forceAt: time(policy.forceAt),
  };
}
