// Which functions each phase of a scenario shows on its kernel stack, by name.

import { resolveBehaviour } from "./behaviours.js";
import { Problems } from "./errors.js";
import { stackOf } from "./phases.js";
import type { Scenario } from "./schema.js";

export interface PhaseStack {
  class: string;
  phase: string;
  /** KVM's own included. */
  functions: string[];
}

/** Of a checked scenario: a row a phase, class by class. */
export function stacksOf({ workload }: Pick<Scenario, "workload">): PhaseStack[] {
  return Object.entries(workload).flatMap(([name, input]) => {
    const phases = resolveBehaviour(input, [], new Problems(() => ({})))?.phases ?? new Map<string, never>();
    return [...phases].map(([phase, one]) => ({
      class: name,
      phase,
      functions: stackOf(one, one.mode, one.halt === true),
    }));
  });
}
