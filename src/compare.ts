// The policies of a scenario against each other, on the same replicas: a run, and what its policies are to each other.

import { breathe } from "#host";
import { comparePolicies, type Side, sideOf } from "./analyse/compare-policies.js";
import { judge } from "./analyse/condition.js";
import { parseCondition } from "./analyse/condition-text.js";
import { paretoFront } from "./analyse/pareto.js";
import { bestFirst, standingOf } from "./analyse/standing.js";
import type { StoppingCondition } from "./analyse/stopping-rules.js";
import { confidenceAt, planUntil, runUntil } from "./analyse/until.js";
import type { ExecuteOptions } from "./execute/executor.js";
import { withExecutor } from "./execute/with-executor.js";
import { verdictOf, verdictOfAll } from "./report/compare-verdict.js";
import type { CompareResult, Comparison } from "./results/result.js";
import { type Histogram, histogramsOf } from "./results/tables.js";
import { type Compiled, ScenarioError } from "./scenario/index.js";
import { compileRun, type SimulateOptions, simulateOn } from "./simulate.js";

export interface CompareOptions extends SimulateOptions {
  /** Each policy with each, not all with the first. */
  allPairs?: boolean;
  /** Conditions such as `p99 kvm-v2 > 1.1 * p99 linux-5.19` (docs/compare.md), to be judged. */
  failIf?: string[];
  /** Stopping rules (docs/statistics.md), instead of a number of replicas; `replicas` is the limit then, ten million unless it is given. */
  until?: string[];
  /** As onProgress, of the comparisons after the simulation. */
  onCompared?: ExecuteOptions["onProgress"];
}

/** Of each replica and policy 80 bytes are kept. */
const REPLICAS_MAX = 1e7;
const TICKS_PER_MS = 1000;

/**
 * Simulates a scenario's policies, two at least, on the same replicas and compares them.
 * @throws ScenarioError when the scenario, a condition or an option that belongs to the scenario is wrong; RangeError when `workers`
 * is; the signal's reason after an abort.
 */
export async function compare(options: CompareOptions): Promise<CompareResult> {
  return (await compareWhole(options)).result;
}

/** As compare(), with the whole distributions behind its quantiles. */
export async function compareWhole(
  options: CompareOptions,
): Promise<{ result: CompareResult; histograms: Histogram[] }> {
  const { onCompared, allPairs = false, failIf = [] } = options;
  const { compiled, conditions: rules } = planCompare(options);
  const names = compiled.policies.map(({ name }) => name);
  const conditions = failIf.map((text) => parseCondition(text, names));
  const { result, latencies, outcomes } = await withExecutor(options, (executor, build) =>
    rules === undefined
      ? simulateOn(executor, compiled, build, { ...options, outcomes: true })
      : runUntil(executor, compiled, build, { ...options, conditions: rules, outcomes: true }),
  );
  const confidence = result.stopping && confidenceAt(result.stopping.looks.length);
  const sides = names.map((name, i) => sideOf(name, outcomes![i]!, confidence));
  const horizonMs = compiled.model.horizon / TICKS_PER_MS;
  const standings = sides.map(standingOf);
  const [best, second, ...behind] = bestFirst(standings);
  const pairs = [[sides[second!]!, sides[best!]!] as const, ...pairsOf(sides, allPairs)];
  const [deciding, ...comparisons] = await compareAll(pairs, compiled, { ...options, onProgress: onCompared });
  const { timing, ...run } = result;
  const compared: CompareResult = {
    ...run,
    comparisons,
    deciding: deciding!,
    pareto: paretoFront(standings),
    verdict: verdictOfAll(
      deciding!,
      behind.map((i) => standings[i]!),
      horizonMs,
    ),
    failIf: conditions.map((condition) => judge(condition, sides, horizonMs)),
    timing,
  };
  return { result: compared, histograms: histogramsOf(result, latencies) };
}

/** The scenario, and the rules by which it stops where there are any. @throws ScenarioError */
export function planCompare({ until, replicas, ...options }: CompareOptions): {
  compiled: Compiled;
  conditions?: StoppingCondition[];
} {
  const plan =
    until === undefined
      ? { compiled: compileRun({ ...options, replicas }) }
      : planUntil({ ...options, until, replicas: replicas ?? REPLICAS_MAX });
  checkComparable(plan.compiled);
  return plan;
}

function checkComparable({ policies, replicas }: Compiled): void {
  const refuse = (field: string, message: string) => {
    throw new ScenarioError([{ field, message }]);
  };
  if (policies.length < 2)
    refuse("policies", `expected two at least to compare, got ${policies[0]!.name} alone (--policy names more)`);
  if (replicas > REPLICAS_MAX)
    refuse("run.replicas", `expected at most ${REPLICAS_MAX} where policies are compared, got ${replicas}`);
}

type Pair = readonly [a: Side, b: Side];

function pairsOf(sides: Side[], all: boolean): Pair[] {
  return sides.slice(0, all ? undefined : 1).flatMap((a, i) => sides.slice(i + 1).map((b) => [a, b] as const));
}

/** One after the other; between two of them the signal is heard. */
async function compareAll(
  pairs: Pair[],
  { seed, model }: Compiled,
  { signal, drain, onProgress }: ExecuteOptions,
): Promise<Comparison[]> {
  const started = performance.now();
  const result: Comparison[] = [];
  for (const [a, b] of pairs) {
    signal?.throwIfAborted();
    drain?.throwIfAborted();
    const compared = comparePolicies(a, b, seed);
    result.push({ ...compared, verdict: verdictOf(compared, model.horizon / TICKS_PER_MS) });
    onProgress?.(progress(result.length, pairs.length, performance.now() - started));
    await breathe();
  }
  return result;
}

function progress(done: number, total: number, ms: number) {
  const rate = (1000 * done) / Math.max(ms, 0.001);
  return { done, total, rate, etaMs: (1000 * (total - done)) / rate };
}
