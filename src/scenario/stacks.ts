// Which functions each phase of a scenario shows on its kernel stack, by name.

import { resolveBehaviour } from "./behaviours.js";
import { nearMiss, Problems } from "./errors.js";
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

/** Functions of the patch that no stack shows: a patch of them holds up nobody. */
export interface OffStack {
  functions: { name: string /** One that is shown and may have been meant. */; near: string | undefined }[];
  /** How many functions stacks show at all. */
  shown: number;
}

export function offStack(scenario: Pick<Scenario, "workload" | "patch">): OffStack {
  const shown = new Set(stacksOf(scenario).flatMap(({ functions }) => functions));
  const functions = scenario.patch.functions
    .filter((name) => !shown.has(name))
    .map((name) => ({ name, near: sameStem(name, shown) ?? nearMiss(name, shown) }));
  return { functions, shown: shown.size };
}

/** What a compiler makes of a function has a suffix: pipe_read.isra.0. */
function sameStem(name: string, shown: Iterable<string>): string | undefined {
  const stem = (one: string) => one.split(".")[0];
  return [...shown].find((one) => stem(one) === stem(name));
}
