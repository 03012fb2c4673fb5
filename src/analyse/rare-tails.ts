// Rare tails (docs/rare.md): P(T > t) of each policy by splitting. A pilot finds where to split; then groups, more at each of a few fixed
// looks, until the interval is as narrow as wanted. The same for the same scenario, seed and wish, whatever the workers.

import { branchable } from "../branching-core.js";
import type { ExecuteOptions, Executor } from "../execute/executor.js";
import type { RareTail } from "../results/result.js";
import {
  type GroupTally,
  groupEstimate,
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

const PARTICLES = 256;
const PILOT_PARTICLES = 512;
const FIRST_GROUPS = 24;
const GROUPS_MAX = 4096;
const LOOKS_MAX = 4;
/** So many groups more than the last look's scatter asks for. */
const MARGIN = 1.1;
const TICKS_PER_SECOND = 1e6;

export interface RareOptions extends ExecuteOptions {
  /** The times t in ticks; they may lie beyond the scenario's horizon. */
  times: number[];
  /** Relative half-width wanted of the 95% interval, as 0.1. */
  error: number;
  /** Replicas a stage and group, groups at the first look and at most; for tests of the estimate itself. */
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
  { error, effort, signal, onProgress }: RareOptions,
): Promise<RareTail> {
  const {
    particles,
    groups: firstGroups,
    groupsMax,
  } = effort ?? { particles: PARTICLES, groups: FIRST_GROUPS, groupsMax: GROUPS_MAX };
  const run = (variant: SplittingVariant, first: number, replicas: number) =>
    executor
      .run({ experiment: "splitting", model, variants: [variant], first, replicas, seed }, { signal, onProgress })
      .then(({ counts }) => counts[0]!);
  const pilot = pilotLevels(await run({ policy, particles: PILOT_PARTICLES, levels: null }, PILOT_GROUP, 1));
  const { levels } = pilot;
  const plan: SplittingPlan = {
    seconds: model.horizon / TICKS_PER_SECOND,
    levels,
    particles,
    pilot: PILOT_PARTICLES * pilot.stages,
  };
  const groups: GroupTally[] = [];
  let wanted = firstGroups;
  for (let look = 0; look < LOOKS_MAX && wanted > groups.length; look++) {
    const counts = await run({ policy, particles, levels }, groups.length, wanted - groups.length);
    groups.push(...groupTallies(counts, wanted, levels.length + 1).slice(groups.length));
    wanted = Math.min(groupsMax, groupsNeeded(groups, particles, error));
  }
  return rareTail(plan, groups, error);
}

/** So many groups would give the interval wanted, as far as those so far can tell. */
function groupsNeeded(groups: GroupTally[], particles: number, error: number): number {
  const found = relativeError(groups.map((group) => groupEstimate(group, particles)));
  if (found === null) return 0;
  const ratio = (studentQuantile(groups.length - 1) * found.error) / error;
  return ratio <= 1 ? groups.length : Math.ceil(MARGIN * groups.length * ratio ** 2);
}
