// klpsim explain: what a scenario will simulate, from its compiled model (docs/explain.md).

import { parallelism } from "#host";
import { InProcessExecutor } from "../execute/in-process.js";
import { WORKERS_MAX, type WorkOptions } from "../execute/with-executor.js";
import { milliseconds } from "../results/distribution.js";
import type { ExplainedClass, ExplainedPolicy, Explanation } from "../results/explanation.js";
import { actionsOf } from "../scenario/actions.js";
import { printedSeed } from "../scenario/fields.js";
import { type ClassModel, type Compiled, type Model, type Policy, stacksOf } from "../scenario/index.js";
import { compileRun, type SimulateOptions } from "../simulate.js";
import { firstTryAt } from "../try-times.js";
import { expectedStragglers, ratesOf, sharesOf } from "./expected.js";
import { likelyMistakes } from "./mistakes.js";
import { neverSwitching, switchedByChance } from "./never.js";
import { waysOf } from "./ways.js";

export type ExplainOptions = Omit<SimulateOptions, "blame" | "onProgress">;

const PILOT_MS = 100;
const PILOT_REPLICAS_MAX = 256;

/**
 * What a scenario will simulate under each of its policies, and about how long that will take.
 * @throws ScenarioError when the scenario or an option that belongs to it is wrong; the signal's reason after an abort.
 */
export async function explain(options: ExplainOptions): Promise<Explanation> {
  const compiled = compileRun(options);
  return { ...explainedWithoutPilot(compiled), timing: await estimate(compiled, options) };
}

/** As explain(), but for how long it will take: nothing is run. */
export function explainedWithoutPilot(compiled: Compiled): Omit<Explanation, "timing"> {
  const { model, policies, replicas, seed } = compiled;
  const explained = policies.map((policy) => explainPolicy(model, policy));
  return {
    schemaVersion: 1,
    scenario: { name: model.name, hash: model.hash },
    host: explainHost(model),
    patch: explainPatch(compiled),
    classes: model.classes.map((one) => explainClass(one, compiled)),
    settle: { ms: milliseconds(model.settle), why: whySettle(compiled) },
    policies: explained,
    run: { replicas, seed: printedSeed(seed), horizonMs: milliseconds(model.horizon) },
    warnings: likelyMistakes(compiled, explained),
  };
}

function explainHost({ host }: Model): Explanation["host"] {
  const { cpus, online, nohzFull, hz, preemption, idleTasks, loaderCpu } = host;
  const count = (list: boolean[], value: boolean) => list.filter((one) => one === value).length;
  return { cpus, offline: count(online, false), nohzFull: count(nohzFull, true), hz, preemption, idleTasks, loaderCpu };
}

function explainPatch({ scenario, model }: Compiled): Explanation["patch"] {
  const stacks = stacksOf(scenario);
  const functions = model.patch.functions.map((name) => ({
    name,
    heldBy: stacks
      .filter((stack) => stack.functions.includes(name))
      .map(({ class: owner, phase }) => ({ class: owner, phase })),
  }));
  return { direction: model.patch.direction, functions };
}

function explainClass(one: ClassModel, { scenario, model }: Compiled): ExplainedClass {
  const { tasks, classes, patch } = model;
  const cpus = new Set(tasks.cpu.slice(one.firstTask, one.firstTask + one.count));
  const runners = new Map<number, number>();
  for (const { usesCpu, firstTask, count } of classes) {
    if (!usesCpu) continue;
    for (const cpu of tasks.cpu.slice(firstTask, firstTask + count)) runners.set(cpu, (runners.get(cpu) ?? 0) + 1);
  }
  const stacks = stacksOf(scenario).filter((stack) => stack.class === one.name);
  const held = (name: string) => stacks.find(({ phase }) => phase === name)?.functions ?? [];
  return {
    class: one.name,
    kind: one.kind,
    tasks: one.count,
    cpus: cpus.size,
    crowd: Math.max(...[...cpus].map((cpu) => runners.get(cpu) ?? 0)),
    drawn: one.resting !== null ? "at rest" : one.ranked !== null ? "ranked" : "by task",
    phases: sharesOf(one, model).map(({ phase, share }) => ({
      phase: phase.name,
      mode: phase.mode,
      share,
      affected: phase.affected,
      functions: held(phase.name).filter((name) => patch.functions.includes(name)),
    })),
    perSecond: ratesOf(one, model),
  };
}

function whySettle({ scenario, model }: Compiled): string {
  if (scenario.run.settle !== undefined) return "as run.settle says";
  if (!model.lone.includes(false)) return "nobody can wait for a CPU, so all start where the long run has them";
  return "the larger of 2 s and 5 mean cycles of tasks that can wait for each other, at most 20 s";
}

function explainPolicy(model: Model, policy: Policy): ExplainedPolicy {
  const ways = model.classes.flatMap((one) => waysOf(one, model, policy));
  const byChance = switchedByChance(model, policy, ways);
  return {
    policy: policy.name,
    firstTryMs: milliseconds(firstTryAt(model, policy)),
    firstRoundMs: milliseconds(firstRound(model, policy)),
    stragglers: expectedStragglers(model, policy),
    ways,
    never: neverSwitching(model, policy, ways, byChance),
    byChance,
  };
}

/** About when, in ticks; the k-th try comes about k periods after the first. */
function firstRound(model: Model, policy: Policy): number | null {
  if (policy.signal === "none") return null;
  if (policy.signal === "auto") return firstTryAt(model, policy) + policy.signalEveryTries * policy.tryPeriod;
  return actionsOf(model, policy).find(({ do: what }) => what === "signal")?.at ?? null;
}

/** A doubling pilot in the calling thread: what one replica more takes, the engine's setting up apart. */
async function estimate(compiled: Compiled, options: ExplainOptions): Promise<Explanation["timing"]> {
  const { model, policies: variants, replicas: wanted, seed } = compiled;
  const workers = checkedWorkers(options);
  const executor = new InProcessExecutor(options.build);
  const timed = async (replicas: number) => {
    const started = performance.now();
    await executor.run({ experiment: "transition", model, variants, replicas, seed }, { signal: options.signal });
    return performance.now() - started;
  };
  await timed(1); // compiles
  const settingUp = await timed(1);
  let replicas = 1;
  let ms = 0;
  do {
    replicas *= 2;
    ms = (await timed(replicas)) - settingUp;
  } while (ms < PILOT_MS && replicas < Math.min(wanted, PILOT_REPLICAS_MAX));
  const msPerReplica = Math.max(0, ms) / (replicas - 1) / variants.length;
  const estimateMs = (msPerReplica * variants.length * wanted) / Math.max(1, workers);
  return { pilotReplicas: replicas, msPerReplica, workers, estimateMs };
}

/** @throws RangeError */
function checkedWorkers({ workers = parallelism() }: WorkOptions): number {
  if (Number.isInteger(workers) && workers >= 0 && workers <= WORKERS_MAX) return workers;
  throw new RangeError(`workers: expected an integer in 0..${WORKERS_MAX}, got ${workers}`);
}
