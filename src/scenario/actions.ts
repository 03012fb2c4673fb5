// What is done to a transition from outside, and when: by the scenario's administrator, the policy's own, and kpatch (docs/rules.md, 9).

import type { Model, Policy } from "./model.js";

/** In the order of the engine's numbers. */
export const ACTIONS = ["signal", "force", "reverse", "give-up"] as const;

export interface Action {
  at: number;
  do: (typeof ACTIONS)[number];
}

/** kpatch's own clock: signals at 15 s, gives up 60 s later, waits as long for the unloading (KF 1.9). */
const KPATCH: Action[] = [
  { at: 15e6, do: "signal" },
  { at: 75e6, do: "give-up" },
  { at: 90e6, do: "signal" },
];

/** By time; of equals the scenario's first. */
export function actionsOf({ admin, patch }: Pick<Model, "admin" | "patch">, policy: Policy): Action[] {
  const actions: Action[] = [...admin];
  if (policy.adminSignalAt !== null) actions.push({ at: policy.adminSignalAt, do: "signal" });
  if (policy.forceAt !== null) actions.push({ at: policy.forceAt, do: "force" });
  if (policy.giveUp) actions.push(...KPATCH.slice(0, patch.direction === "unpatch" ? 1 : undefined));
  return actions.sort((a, b) => a.at - b.at);
}
