// Rare tails (docs/rare.md): P(T > t) of each policy by splitting. A pilot finds where to split and how many groups it takes; more
// follow, at two more looks at most, if the interval is not as narrow as wanted. The same for the same scenario, seed and wish, whatever the workers.

import { branchable } from "../branching-core.js";
import type { ExecuteOptions, Executor } from "../execute/executor.js";
import type { RareTail } from "../results/result.js";
import {
  type GroupTally,
  groupEstimate,
  groupsFor,
  groupTallies,
  PILOT_GROUP,
  pilotLevels,
  rareTail,
  relativeError,
  type SplittingPlan,
  studentQuantile,
} from "../results/splitting.js";
import type { Compiled, Model, Policy } from "../scenario/index.js";
import type { SplittingVariant } from "../splitting-engine.js";

const PILOT_PARTICLES = 512;
const EFFORT = { particles: 256, groups: 24, groupsMax: 4096 };
const LOOKS_MAX = 3;
/**
 * So many times the groups that pilot or last look ask for. Who stops as soon as the interval happens to be narrow finds it narrow too
 * early: mostly the first look, whose size the groups themselves had no say in, is to be the last.
 */
const MARGIN = 1.3;
const TICKS_PER_SECOND = 1e6;

export interface RareOptions extends ExecuteOptions {
  /** The times t in ticks; they may lie beyond the scenario's horizon. */
  times: number[];
  /** Relative half-width wanted of the 95% interval, as 0.1. */
  error: number;
  /** Replicas a stage and group, groups at least and at most; for tests of the estimate itself. */
  effort?: { particles: number; groups: number; groupsMax: number };
}

type Scenario = Pick<Compiled, "model" | "policies" | "seed">;

/** By policy, then by time. */
export async function rareTails(executor: Executor, scenario: Scenario, options: RareOptions): Promise<RareTail[][]> {
  const tails: RareTail[][] = scenario.policies.map(() => []);
  for (const time of options.times) {
    const model = branchable(scenario.model, time);
    for (const [i, policy] of scenario.policies.entries()) {
      tails[i]!.push(await oneTail(executor, model, policy, scenario.seed, options));
    }
  }
  return tails;
}

async function oneTail(
  executor: Executor,
  model: Model,
  policy: Policy,
  seed: bigint,
  { error, effort, ...options }: RareOptions,
): Promise<RareTail> {
  const { particles, groups: least, groupsMax } = effort ?? EFFORT;
  const run = (variant: SplittingVariant, first: number, replicas: number) =>
    executor
      .run({ experiment: "splitting", model, variants: [variant], first, replicas, seed }, options)
      .then(({ counts }) => counts[0]!);
  const pilot = await run({ policy, particles: PILOT_PARTICLES, levels: null }, PILOT_GROUP, 1);
  const { levels, shares } = pilotLevels(pilot, PILOT_PARTICLES);
  const seconds = model.horizon / TICKS_PER_SECOND;
  const plan: SplittingPlan = { seconds, levels, particles, pilot: PILOT_PARTICLES * shares.length };
  const groups: GroupTally[] = [];
  let wanted = Math.max(least, Math.ceil(MARGIN * groupsFor(shares, particles, error)));
  for (let look = 0; look < LOOKS_MAX && wanted > groups.length; look++) {
    wanted = Math.min(groupsMax, wanted);
    const counts = await run({ policy, particles, levels }, groups.length, wanted - groups.length);
    groups.push(...groupTallies(counts, wanted, levels.length + 1).slice(groups.length));
    wanted = Math.min(groupsMax, groupsNeeded(groups, particles, error));
  }
  return rareTail(plan, groups, error);
}

/** So many groups would give the interval wanted, as far as those so far can tell; none more where nobody was late. */
function groupsNeeded(groups: GroupTally[], particles: number, error: number): number {
  const found = relativeError(groups.map((group) => groupEstimate(group, particles)));
  if (found === null) return 0;
  const ratio = (studentQuantile(groups.length - 1) * found.error) / error;
  return ratio <= 1 ? groups.length : Math.ceil(MARGIN * groups.length * ratio ** 2);
}
