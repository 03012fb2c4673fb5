// A class of tasks with laws fitted to all its durations: what a profile and its reports are made of.

import { type Chain, chainOf } from "./chain.js";
import type { FittedDuration } from "./fitted.js";
import type { Lengths } from "./lengths.js";
import type { Observed, ObservedClass } from "./observed.js";
import { withoutResting } from "./resting.js";

export interface FittedClass {
  observed: ObservedClass;
  chain: Chain;
  /** By phase. */
  durations: Map<string, FittedDuration>;
}

/** Laws for every phase of every class; `fitOne` is asked a phase at a time, and may take its time. */
export async function fitClasses(
  { classes }: Observed,
  fitOne: (lengths: Lengths) => FittedDuration,
  onPhase: (done: number, total: number) => Promise<void>,
): Promise<FittedClass[]> {
  const all = classes.flatMap(withoutResting);
  const total = all.reduce((sum, { phases }) => sum + phases.size, 0);
  const fitted: FittedClass[] = [];
  let done = 0;
  for (const observed of all) {
    const durations = new Map<string, FittedDuration>();
    for (const [name, { lengths }] of observed.phases) {
      await onPhase(done++, total);
      durations.set(name, fitOne(lengths));
    }
    fitted.push({ observed, chain: chainOf(observed.phases), durations });
  }
  return fitted;
}
