// klpsim run --blame: takes the latencies of a run apart, and asks what each would have been without what held it up.

import type { ExecuteOptions, Executor } from "../execute/executor.js";
import { explainDelays } from "../results/delays.js";
import type { Outcomes } from "../results/outcomes.js";
import type { PolicyResult } from "../results/result.js";
import type { Compiled } from "../scenario/index.js";
import { parseRemovals } from "./removals.js";
import { candidates, whatIf } from "./what-if.js";
import { without } from "./without.js";

export interface BlameOptions {
  /** What to leave out, as `class:reader`, `function:pipe_read`, `mechanism:signal`; what most of the tail waits for if not given, nothing if false. */
  whatIf?: string[] | false;
}

/** Gives each policy's result its `delays`. The outcomes have prompts. @throws ScenarioError where `whatIf` names what is not there. */
export async function addDelays(
  executor: Executor,
  compiled: Compiled,
  { results, outcomes }: { results: PolicyResult[]; outcomes: Outcomes[] },
  { whatIf: named }: BlameOptions,
  options: ExecuteOptions,
): Promise<void> {
  const { model, policies, replicas } = compiled;
  const explained = outcomes.map((one) => explainDelays(one, model));
  const removals = policies.map((policy, i) => {
    if (named === false) return [];
    if (named === undefined) return candidates(compiled, policy, explained[i], results[i].stuck);
    return parseRemovals(named, compiled).filter((removal) => without(compiled, policy, removal) !== null);
  });
  const total = replicas * removals.flat().length;
  let before = 0;
  for (const [i, policy] of policies.entries()) {
    const watch = (done: number) => partOf(total, before + done, options);
    explained[i].whatIf = await whatIf(executor, compiled, policy, outcomes[i], removals[i], watch);
    before += replicas * removals[i].length;
    results[i].delays = explained[i];
  }
}

/** A job's progress as that of the work it is part of, `before` of which is done. */
function partOf(total: number, before: number, options: ExecuteOptions): ExecuteOptions {
  const { onProgress } = options;
  if (onProgress === undefined) return options;
  return {
    ...options,
    onProgress: ({ done, rate }) => {
      const left = total - before - done;
      onProgress({ done: before + done, total, rate, etaMs: (1000 * left) / rate });
    },
  };
}
