// Rare tails (docs/rare.md): P(T > t) of each policy, by conditional Monte Carlo where stragglers depend on their own sleeps alone, else by
// splitting. A pilot finds where to split and how many groups it takes; more follow, at two more looks at most, if the interval is not as narrow as wanted. The same for the same scenario, seed and wish, whatever the workers.

import { branchable } from "../branching-core.js";
import type { ExecuteOptions, Executor } from "../execute/executor.js";
import { conditionalGroups, conditionalGroupsFor, conditionalTail } from "../results/conditional.js";
import { portable } from "../results/metrics.js";
import { type Pilot, pilotOf } from "../results/pilot.js";
import type { RareTail } from "../results/result.js";
import {
  type GroupTally,
  groupEstimate,
  groupsFor,
  groupTallies,
  groupVariance,
  PILOT_GROUP,
  rareTail,
  relativeError,
  type SplittingPlan,
  studentQuantile,
} from "../results/splitting.js";
import type { Compiled, Model, Policy } from "../scenario/index.js";
import type { SplittingVariant } from "../splitting-engine.js";
import { unforeseenShare } from "./foreseeable.js";

export const PILOT_PARTICLES = 512;
const EFFORT = { particles: 256, groups: 24, groupsMax: 4096 };
const LOOKS_MAX = 3;
/**
 * So many times the groups that pilot or last look ask for. Who stops as soon as the interval happens to be narrow finds it narrow too
 * early: mostly the first look, whose size the groups themselves had no say in, is to be the last.
 */
const MARGIN = 1.3;
/** Branches are by stragglers where the pilot expects the variance by tries to be so many times as large. */
const GAIN_LEAST = 1.15;
const TICKS_PER_SECOND = 1e6;

export interface RareOptions extends ExecuteOptions {
  /** The times t in ticks; they may lie beyond the scenario's horizon. */
  times: number[];
  /** Relative half-width wanted of the 95% interval, as 0.1. */
  error: number;
  /** Replicas a stage and group, groups at least and at most; for tests of the estimate itself. */
  effort?: { particles: number; groups: number; groupsMax: number };
  /** Splits also where conditioning would do; for tests. */
  splits?: boolean;
}

type Scenario = Pick<Compiled, "model" | "policies" | "seed">;

/** By policy, then by time. */
export async function rareTails(executor: Executor, scenario: Scenario, options: RareOptions): Promise<RareTail[][]> {
  const tails: RareTail[][] = scenario.policies.map(() => []);
  for (const time of options.times) {
    const model = branchable(scenario.model, time);
    for (const [i, policy] of scenario.policies.entries()) {
      tails[i]!.push(await oneTail({ executor, model, policy, seed: scenario.seed, options }));
    }
  }
  return tails;
}

/** One policy's tail at one time: what every way to estimate it needs. */
interface Task {
  executor: Executor;
  model: Model;
  policy: Policy;
  seed: bigint;
  options: RareOptions;
}

async function oneTail(task: Task): Promise<RareTail> {
  return (task.options.splits ? null : await byConditioning(task)) ?? (await bySplitting(task));
}

/** null where it is not known what replicas come to, or that varies too much. */
async function byConditioning({ executor, model, policy, seed, options }: Task): Promise<RareTail | null> {
  const unforeseen = unforeseenShare(model, policy);
  if (unforeseen === null) return null;
  const { particles, groups: least, groupsMax } = options.effort ?? EFFORT;
  const run = (size: number, first: number, groups: number) => {
    const variants = [{ policy, particles: size }];
    return executor.run({ experiment: "conditional", model, variants, first, replicas: groups, seed }, options);
  };
  const pilot = conditionalGroups((await run(PILOT_PARTICLES, PILOT_GROUP, 1)).counts[0]!, 1);
  const asked = conditionalGroupsFor(pilot, { replicas: PILOT_PARTICLES, particles, error: options.error, unforeseen });
  if (asked === null || asked > groupsMax) return null;
  const estimates = await untilNarrow(options, Math.max(least, Math.ceil(MARGIN * asked)), async (first, groups) => {
    const { sums } = conditionalGroups((await run(particles, first, groups)).counts[0]!, first + groups);
    return sums.slice(first).map((sum) => sum / particles);
  });
  const plan = { seconds: model.horizon / TICKS_PER_SECOND, particles, pilot: PILOT_PARTICLES };
  return conditionalTail(plan, estimates, options.error);
}

async function bySplitting({ executor, model, policy, seed, options }: Task): Promise<RareTail> {
  const { particles, groups: least } = options.effort ?? EFFORT;
  const run = (variant: SplittingVariant, first: number, replicas: number) =>
    executor
      .run({ experiment: "splitting", model, variants: [variant], first, replicas, seed }, options)
      .then(({ counts }) => counts[0]!);
  const pilot = pilotOf(await run({ policy, levels: null, particles: [PILOT_PARTICLES] }, PILOT_GROUP, 1));
  const { stages, variance, branching } = stagesBy(pilot, particles);
  const { levels } = pilot;
  const plan: SplittingPlan = {
    seconds: model.horizon / TICKS_PER_SECOND,
    levels,
    particles: stages.particles,
    pilot: PILOT_PARTICLES * pilot.shares.length,
    branching,
  };
  const groups: GroupTally[] = [];
  const asked = Math.max(least, Math.ceil(MARGIN * groupsFor(variance, options.error)));
  await untilNarrow(options, asked, async (first, more) => {
    const counts = await run({ policy, ...stages }, first, more);
    groups.push(...groupTallies(counts, first + more, levels.length + 1).slice(first));
    return groups.slice(first).map(groupEstimate);
  });
  return rareTail(plan, groups, options.error);
}

/** Branches by stragglers where the pilot says that it is worth it, else by tries; and the relative variance of a group that is to be expected. */
export function stagesBy({ levels, shares, learnt }: Pilot, particles: number) {
  const gain = learnt === null ? null : portable(learnt.gain);
  if (learnt === null || learnt.gain < GAIN_LEAST) {
    const stages = {
      levels: levels.map((level) => ({ try: level, importance: null })),
      particles: shares.map(() => particles),
    };
    return { stages, variance: groupVariance(shares, particles), branching: { by: "tries" as const, gain } };
  }
  const stages = {
    levels: levels.map((level, i) => ({ try: level, importance: learnt.importance[i]! })),
    particles: learnt.effort.map((effort) => Math.round(effort * particles)),
  };
  return { stages, variance: learnt.variance / particles, branching: { by: "stragglers" as const, gain } };
}

/** The estimates of so many groups, and of more, at two more looks at most, if the interval is not as narrow as wanted. */
async function untilNarrow(
  { error, effort }: RareOptions,
  asked: number,
  more: (first: number, groups: number) => Promise<number[]>,
): Promise<number[]> {
  const { groupsMax } = effort ?? EFFORT;
  const estimates: number[] = [];
  let wanted = asked;
  for (let look = 0; look < LOOKS_MAX && wanted > estimates.length; look++) {
    wanted = Math.min(groupsMax, wanted);
    estimates.push(...(await more(estimates.length, wanted - estimates.length)));
    wanted = Math.min(groupsMax, groupsNeeded(estimates, error));
  }
  return estimates;
}

/** So many groups would give the interval wanted, as far as those so far can tell; none more where nobody was late. */
function groupsNeeded(estimates: number[], wanted: number): number {
  const found = relativeError(estimates);
  if (found === null) return 0;
  const ratio = (studentQuantile(estimates.length - 1) * found.error) / wanted;
  return ratio <= 1 ? estimates.length : Math.ceil(MARGIN * estimates.length * ratio ** 2);
}
