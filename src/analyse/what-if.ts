// How much faster without it: the same replicas again without a class, a function or a mechanism, compared pair by pair (docs/blame.md).

import type { ExecuteOptions, Executor } from "../execute/executor.js";
import { TAIL } from "../results/delays.js";
import type { Outcomes } from "../results/outcomes.js";
import type { DelayParts, Delays, Estimate, StuckShare, WhatIf } from "../results/result.js";
import { type Compiled, type Policy, stacksOf } from "../scenario/index.js";
import { comparePolicies, sideOf } from "./compare-policies.js";
import { REMOVABLE_NAMES, type RemovableName, type Removal, without } from "./without.js";

/** So many are tried where nobody names any. */
const CANDIDATES_MAX = 5;
const TICKS_PER_MS = 1000;

type Subject = Pick<Compiled, "scenario" | "model" | "replicas" | "seed">;

/** Runs it again without each of these. */
export async function whatIf(
  executor: Executor,
  compiled: Subject,
  policy: Policy,
  outcomes: Outcomes,
  removals: Removal[],
  /** How a job is watched that comes after so many replicas. */
  watch: (done: number) => ExecuteOptions,
): Promise<WhatIf[]> {
  const { replicas, seed } = compiled;
  const results: WhatIf[] = [];
  for (const [i, removal] of removals.entries()) {
    const { model, policy: variant } = without(compiled, policy, removal)!;
    const again = await executor.run(
      { experiment: "transition", model, variants: [variant], replicas, seed, outcomes: true },
      watch(i * replicas),
    );
    results.push({ without: removal, ...difference(again.outcomes![0], outcomes, seed) });
  }
  return results;
}

/** With it less without it. */
function difference(withoutIt: Outcomes, withIt: Outcomes, seed: bigint): Omit<WhatIf, "without"> {
  const [a, b] = [sideOf("without it", withoutIt), sideOf("with it", withIt)];
  const { meanMs, quantilesMs } = comparePolicies(a, b, seed);
  return {
    meanMs: ends(meanMs),
    p99Ms: ends(quantilesMs.find(({ p }) => p === TAIL)!),
    censored: { with: b.completions.censored, without: a.completions.censored },
  };
}

function ends({ value, low, high }: Estimate): Estimate {
  return { value, low, high };
}

/**
 * What most of the tail waits for, the largest part first: classes, functions that they hold, mechanisms that moved them. Where the tail
 * is censored, those who are stuck.
 */
export function candidates(
  compiled: Subject,
  policy: Policy,
  { by, tail: wholeTail }: Pick<Delays, "by" | "tail">,
  stuck: StuckShare[],
): Removal[] {
  const score = new Map<string, { removal: Removal; ms: number }>();
  const add = (removal: Removal, ms: number) => {
    const key = `${removal.kind}:${removal.name}`;
    score.set(key, { removal, ms: ms + (score.get(key)?.ms ?? 0) });
  };
  const { patch } = compiled.scenario;
  const stacks = stacksOf(compiled.scenario);
  const addClass = (name: string, ms: number) => {
    const held = new Set(stacks.flatMap((stack) => (stack.class === name ? stack.functions : [])));
    add({ kind: "class", name }, ms);
    for (const one of patch.functions) if (held.has(one)) add({ kind: "function", name: one }, ms);
  };
  for (const { class: name, mechanism, mean, tail } of by) {
    const parts = tail ?? mean;
    if (name === "nobody") continue;
    addClass(name, total(parts));
    if (parts.roundMs > 0) add({ kind: "mechanism", name: "signal" }, parts.roundMs);
    if (isRemovable(mechanism)) add({ kind: "mechanism", name: mechanism }, total(parts));
  }
  if (wholeTail === null) {
    for (const { class: name, share } of stuck) addClass(name, (share * compiled.model.horizon) / TICKS_PER_MS);
  }
  return [...score.values()]
    .filter(({ removal, ms }) => ms > 0 && without(compiled, policy, removal) !== null)
    .sort((a, b) => b.ms - a.ms)
    .slice(0, CANDIDATES_MAX)
    .map(({ removal }) => removal);
}

function total({ roundMs, taskMs, tryMs, completionMs }: DelayParts): number {
  return roundMs + taskMs + tryMs + completionMs;
}

function isRemovable(name: string): name is RemovableName {
  return (REMOVABLE_NAMES as string[]).includes(name);
}
