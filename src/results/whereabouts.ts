// Global phase numbers back to who was where. The number after the last phase stands for the CPUs' idle tasks.

import type { Model } from "../scenario/model.js";

export interface Whereabouts {
  class: string;
  phase: string;
}

/** Number of the class that a phase belongs to; -1 for idle tasks. */
export function classOfPhase(phase: number, { classes }: Pick<Model, "classes">): number {
  return classes.findIndex(
    ({ firstPhase, phaseCount, vmmPhase }) =>
      (firstPhase <= phase && phase < firstPhase + phaseCount) || phase === vmmPhase,
  );
}

/** Names of the class and the phase; `idle` twice for idle tasks. */
export function whereabouts(phase: number, model: Pick<Model, "classes" | "phases">): Whereabouts {
  const owner = model.classes[classOfPhase(phase, model)];
  if (!owner) return { class: "idle", phase: "idle" };
  return { class: owner.name, phase: phase === owner.vmmPhase ? "vmm" : model.phases[phase].name };
}
