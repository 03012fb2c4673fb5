// A run that goes on until it knows enough (docs/statistics.md). It looks at its results at fixed numbers of replicas, whatever the time
// and the workers, so that what it comes to can be had again; intervals are widened so that they hold at all looks together.

import type { ExecuteOptions, Executor } from "../execute/executor.js";
import { withExecutor } from "../execute/with-executor.js";
import { percent } from "../report/format.js";
import type { CountsLayout } from "../results/counts.js";
import { CountsSum } from "../results/merge.js";
import { joinOutcomes, type Outcomes } from "../results/outcomes.js";
import type { Stopping } from "../results/result.js";
import { nearMiss, Problems } from "../scenario/errors.js";
import type { Compiled } from "../scenario/index.js";
import { compileRun, jobOf, type Ran, type SimulateOptions, type Simulation, simulationOf } from "../simulate.js";
import type { Build } from "../wasm.js";
import { parseStopping, type StoppingCondition, type StoppingRule } from "./stopping-rules.js";
import { type RuleState, stateOf } from "./stopping-state.js";

/** Replicas at the first look; each further one has twice as many. */
const FIRST_LOOK = 1000;
const ERROR = 0.05;
export const REPLICAS_LIMIT = 1e9;

export interface UntilOptions extends SimulateOptions {
  /** Stopping rules (stopping-rules.ts). `replicas` is the limit then, a thousand million unless it is given. */
  until: string[];
}

/**
 * Simulates until the rules are met, or a limit of time or replicas is.
 * @throws ScenarioError when the scenario, an option of it, or a rule is wrong; as simulate()
 */
export async function simulateUntil(options: UntilOptions): Promise<Simulation> {
  const { compiled, conditions } = planUntil(options);
  return withExecutor(options, (executor, build) => runUntil(executor, compiled, build, { ...options, conditions }));
}

/** The scenario, its replicas the limit, and the rules, checked against it. @throws ScenarioError */
export function planUntil({ until, ...options }: UntilOptions): {
  compiled: Compiled;
  conditions: StoppingCondition[];
} {
  const conditions = parseStopping(until);
  const compiled = compileRun({ ...options, replicas: options.replicas ?? REPLICAS_LIMIT });
  checkRules(conditions, compiled);
  return { compiled, conditions };
}

export interface RunUntilOptions extends ExecuteOptions {
  conditions: StoppingCondition[];
  outcomes?: boolean;
}

/** As simulateOn(), of what planUntil() gives. */
export async function runUntil(
  executor: Executor,
  compiled: Compiled,
  build: Build,
  { conditions, ...options }: RunUntilOptions,
): Promise<Simulation> {
  const ladder = new Ladder(executor, compiled, options);
  const states = new Map<StoppingRule, RuleState>();
  for (let look = 1; ; look++) {
    await ladder.climb(nextLook(look, compiled.replicas), missingOf(states));
    const confidence = confidenceAt(look);
    const simulation = await simulationOf(ladder.ran(), compiled, build, confidence);
    for (const rule of conditions.flatMap(({ rules }) => rules))
      if (rule.kind !== "time") states.set(rule, stateOf(rule, simulation.result.results, states.get(rule)));
    const reason = reasonToStop(conditions, states, ladder, compiled.replicas, look);
    if (reason === undefined) continue;
    simulation.result.stopping = stopping(conditions, states, ladder, reason);
    return simulation;
  }
}

function nextLook(look: number, limit: number): number {
  return Math.min(limit, FIRST_LOOK * 2 ** (look - 1));
}

/** So that the errors of all looks add up to ERROR: 1/2 + 1/6 + 1/12 + ... = 1. */
export function confidenceAt(look: number): number {
  return 1 - ERROR / (look * (look + 1));
}

/** What is known so far, and the way up. */
class Ladder {
  readonly looks: number[] = [];
  readonly #sums: CountsSum[];
  readonly #outcomes: Outcomes[][];
  readonly #started = performance.now();
  #layout: CountsLayout | undefined;
  #stepMs = 0;
  #kept = 0; // replicas

  constructor(
    private readonly executor: Executor,
    private readonly compiled: Compiled,
    private readonly options: Omit<RunUntilOptions, "conditions">,
  ) {
    this.#sums = compiled.policies.map(() => new CountsSum());
    this.#outcomes = compiled.policies.map(() => []);
  }

  get replicas(): number {
    return this.looks.at(-1) ?? 0;
  }

  get elapsedMs(): number {
    return performance.now() - this.#started;
  }

  /** How long the way to so many replicas will take, at the pace of the last one. */
  expectedMs(replicas: number): number {
    const step = this.replicas - (this.looks.at(-2) ?? 0);
    return ((replicas - this.replicas) * this.#stepMs) / step;
  }

  /** Runs the replicas up to `replicas`. */
  async climb(replicas: number, missing: Missing): Promise<void> {
    const first = this.replicas;
    const { onProgress, outcomes: wanted } = this.options;
    const job = { ...jobOf(this.compiled, wanted), first, replicas: replicas - first };
    const variants = job.variants;
    const began = performance.now();
    const total = variants.length * Math.min(this.compiled.replicas, Math.max(replicas, missing.wanted));
    const { counts, layout, outcomes, kept } = await this.executor.run(job, {
      ...this.options,
      onProgress: ({ done, rate }) => {
        const all = variants.length * first + done;
        onProgress?.({ done: all, total, rate, etaMs: (1000 * (total - all)) / rate, note: missing.text });
      },
    });
    this.#stepMs = performance.now() - began;
    this.#layout = layout;
    this.#kept += kept;
    for (const [i, sum] of this.#sums.entries()) sum.add(counts[i]!);
    for (const [i, parts] of this.#outcomes.entries()) if (outcomes) parts.push(outcomes[i]!);
    this.looks.push(replicas);
  }

  /** As one job of all replicas so far would have it. */
  ran(): Ran {
    return {
      counts: this.#sums.map((sum) => sum.counts()),
      layout: this.#layout!,
      kept: this.#kept,
      ...(this.options.outcomes ? { outcomes: this.#outcomes.map(joinOutcomes) } : {}),
      replicas: this.replicas,
      wallMs: this.elapsedMs,
      workers: this.executor.workers,
    };
  }
}

/** What progress tells of the rules that are not met. */
interface Missing {
  text: string;
  wanted: number;
}

function missingOf(states: ReadonlyMap<StoppingRule, RuleState>): Missing {
  const open = [...states.values()].filter(({ met }) => !met);
  return {
    text: open.map(({ missing }) => missing).join(", "),
    wanted: Math.max(0, ...open.map(({ wanted }) => wanted)),
  };
}

function reasonToStop(
  conditions: readonly StoppingCondition[],
  states: ReadonlyMap<StoppingRule, RuleState>,
  ladder: Ladder,
  limit: number,
  look: number,
): Stopping["reason"] | undefined {
  const asked = conditions.flatMap((condition) => conditionState(condition, states) ?? []);
  if (asked.length > 0 && !asked.includes("open")) return asked.includes("hopeless") ? "censored" : "met";
  if (ladder.replicas >= limit) return "replicas";
  const seconds = Math.min(...timesOf(conditions));
  const expected = ladder.elapsedMs + ladder.expectedMs(nextLook(look + 1, limit));
  return expected > 1000 * seconds ? "time" : undefined;
}

/** Undefined of one that only limits the time. */
function conditionState(
  { join, rules }: StoppingCondition,
  states: ReadonlyMap<StoppingRule, RuleState>,
): "met" | "hopeless" | "open" | undefined {
  const own = rules.flatMap((rule) => states.get(rule) ?? []);
  if (own.length === 0) return undefined;
  if (join === "and" ? own.every(({ met }) => met) : own.some(({ met }) => met)) return "met";
  return own.some(({ met, hopeless }) => !met && !hopeless) ? "open" : "hopeless";
}

function timesOf(conditions: readonly StoppingCondition[]): number[] {
  return conditions.flatMap(({ rules }) => rules.flatMap((rule) => (rule.kind === "time" ? [rule.seconds] : [])));
}

function stopping(
  conditions: readonly StoppingCondition[],
  states: ReadonlyMap<StoppingRule, RuleState>,
  ladder: Ladder,
  reason: Stopping["reason"],
): Stopping {
  const rules = conditions.flatMap(({ rules: own }) =>
    own.map((rule) => {
      const state = states.get(rule);
      if (state === undefined) return timeRule(rule.text, reason, ladder);
      const { met, detail, decision } = state;
      return { rule: rule.text, met, detail, ...(decision === undefined ? {} : { decision }) };
    }),
  );
  const look = ladder.looks.length;
  const intervals = `95% at all ${look} looks together: at look k an interval errs with probability 5% / (k (k + 1)) at most, at this one it holds at ${percent(confidenceAt(look))}`;
  return { rules, looks: ladder.looks, reason, intervals };
}

/** Nothing of the clock: what the run came to is all that differs from one machine to the next. */
function timeRule(rule: string, reason: Stopping["reason"], { replicas }: Ladder): Stopping["rules"][number] {
  const again = `--replicas ${replicas} comes to the same`;
  return reason === "time"
    ? { rule, met: true, detail: `the next look would have come too late: ${again}` }
    : { rule, met: false, detail: "not used up" };
}

/** Policies and thresholds that the rules name must be the scenario's. @throws ScenarioError */
function checkRules(
  conditions: readonly StoppingCondition[],
  { model, policies }: Pick<Compiled, "model" | "policies">,
) {
  const names = policies.map(({ name }) => name);
  const thresholds = model.exceedTicks.filter((ticks) => ticks <= model.horizon).map((ticks) => ticks / 1e6);
  for (const { text, rules } of conditions) {
    const problems = new Problems(() => ({ file: `--until "${text}"` }));
    for (const rule of rules) {
      if (rule.kind === "time") continue;
      if (rule.policy !== undefined && !names.includes(rule.policy))
        problems.expected(
          [],
          `one of the run's policies, ${names.join(", ")}`,
          rule.policy,
          nearMiss(rule.policy, names),
        );
      if (rule.kind === "test" && !thresholds.includes(rule.seconds))
        problems.add(
          [],
          `expected a time that the scenario counts, ${thresholds.map((seconds) => `${seconds}s`).join(", ")}, got ${rule.seconds}s; --set run.exceed=[${rule.seconds}s] counts it, up to the horizon of ${model.horizon / 1e6}s`,
        );
    }
    problems.throwIfAny();
  }
}
