// Completion times of a cell's scenario under its policy. Cells of several files that come to the same scenario and policy
// are simulated once.

import { readFile } from "node:fs/promises";
import { Core, compileCore } from "../core.js";
import { type Compiled, loadScenario, type Model } from "../scenario/index.js";
import type { NamedPolicy } from "./kernels.js";
import type { Recipe } from "./settings.js";

export interface Sample {
  completedMs: number[];
  n: number;
  censored: number;
}

export interface Plan {
  key: string;
  compiled: Compiled;
}

/** Reads templates and runs replicas 0 .. replicas - 1 of what they come to. */
export class Simulator {
  private readonly templates = new Map<string, string>();
  private readonly samples = new Map<string, Sample>();
  private module: WebAssembly.Module | undefined;

  constructor(
    private readonly directory: URL,
    private readonly replicas: number,
  ) {}

  /** Throws a ScenarioError where template and settings do not make a scenario. */
  async plan(recipe: Recipe, policy: NamedPolicy): Promise<Plan> {
    const compiled = loadScenario(await this.template(recipe.template), {
      file: recipe.template,
      set: recipe.settings,
      policies: [policy.name],
      ...(policy.record === undefined ? {} : { extraPolicies: { [policy.name]: policy.record } }),
    });
    const { model, policies, seed } = compiled;
    if (recipe.start !== undefined) setStart(model, recipe.start);
    return { key: JSON.stringify([model.hash, recipe.start, policies[0], String(seed)]), compiled };
  }

  isDone(plan: Plan): boolean {
    return this.samples.has(plan.key);
  }

  async sample(plan: Plan): Promise<Sample> {
    const known = this.samples.get(plan.key);
    if (known !== undefined) return known;
    this.module ??= await compileCore();
    const sample = draw(this.module, plan.compiled, this.replicas);
    this.samples.set(plan.key, sample);
    return sample;
  }

  private async template(name: string): Promise<string> {
    const text = this.templates.get(name) ?? (await readFile(new URL(name, this.directory), "utf8"));
    this.templates.set(name, text);
    return text;
  }
}

/** Scenarios start where the long run is; this says otherwise. */
function setStart({ classes, phases }: Model, { class: name, shares }: NonNullable<Recipe["start"]>): void {
  const found = classes.find((c) => c.name === name);
  if (found === undefined) return; // no task of the class
  let cumulative = 0;
  found.resting = null;
  found.startShares = Array.from({ length: found.phaseCount }, (_, i) => {
    const phase = found.firstPhase + i;
    cumulative += shares[phases[phase]!.name] ?? 0;
    return { phase, cumulative: i === found.phaseCount - 1 ? 1 : cumulative };
  });
}

function draw(module: WebAssembly.Module, { model, policies, seed }: Compiled, replicas: number): Sample {
  const core = new Core(module, model);
  core.setPolicy(policies[0]!);
  const completedMs: number[] = [];
  for (let replica = 0; replica < replicas; replica++) {
    const { complete } = core.trace(seed, replica);
    if (complete >= 0) completedMs.push(complete / 1000);
  }
  return { completedMs, n: replicas, censored: replicas - completedMs.length };
}
