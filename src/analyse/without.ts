// A scenario without one of its classes, without one of the patch's functions, or a policy without one of its mechanisms: all else, and
// every draw that is not theirs, as it was (docs/blame.md).

import { type Compiled, compileScenario, type Model, type Policy } from "../scenario/index.js";

export type Removal =
  | { kind: "class"; name: string }
  | { kind: "function"; name: string }
  | { kind: "mechanism"; name: RemovableName };

/** What a policy is without it; null where it has none. */
const REMOVABLE = {
  signal: ({ signal }) => (signal === "none" ? null : { signal: "none" }),
  idle: ({ wakeIdle }) => (wakeIdle ? { wakeIdle: false } : null),
  cond_resched: ({ condResched, scheduleHook, hookPatching }) =>
    condResched ? { condResched: false, hookPatching: scheduleHook ? hookPatching : "none" } : null,
  schedule: ({ condResched, scheduleHook, hookPatching }) =>
    scheduleHook ? { scheduleHook: false, hookPatching: condResched ? hookPatching : "none" } : null,
  "guest-direct": ({ guestUpdates, guestLeaves, guestMask }) =>
    guestUpdates.length === 0 ? null : { guestUpdates: [], guestMask: withoutT(guestMask, guestLeaves) },
  remote: ({ remote }) => (remote === "none" ? null : { remote: "none" }),
  force: ({ forceAt }) => (forceAt === null ? null : { forceAt: null }),
} satisfies Record<string, (policy: Policy) => Partial<Policy> | null>;

export type RemovableName = keyof typeof REMOVABLE;
export const REMOVABLE_NAMES = Object.keys(REMOVABLE) as RemovableName[];

/** A flag that nothing would clear must not be looked at. */
function withoutT(guestMask: Policy["guestMask"], guestLeaves: Policy["guestLeaves"]): Policy["guestMask"] {
  return guestMask.filter((flag) => flag !== "TIF_PATCH_PENDING" || guestLeaves.includes(flag));
}

/** The model and the policy without it; null where there is no such thing. */
export function without(
  compiled: Pick<Compiled, "scenario" | "model">,
  policy: Policy,
  removal: Removal,
): { model: Model; policy: Policy } | null {
  const { model } = compiled;
  if (removal.kind === "class") return { model: withoutClass(compiled, removal.name), policy };
  if (removal.kind === "function") return { model: withoutFunction(compiled, removal.name), policy };
  const change = REMOVABLE[removal.name](policy);
  const admin = removal.name === "force" ? model.admin.filter(({ do: what }) => what !== "force") : model.admin;
  if (change === null && admin.length === model.admin.length) return null;
  return { model: { ...model, admin }, policy: { ...policy, ...change } };
}

/** Asleep for ever, off all functions: the first try finds it so, whatever kind of task it is. */
const GONE = { phases: { gone: { mode: "sleep", wait: "uninterruptible", duration: "forever" } } };

/** Its tasks keep their numbers, so that those of others keep their draws. */
function withoutClass({ scenario, model }: Pick<Compiled, "scenario" | "model">, name: string): Model {
  const { host, workload, run } = scenario;
  if (name === "idle") return recompiled(model, { ...scenario, host: { ...host, idleTasks: false } });
  const { [name]: removed } = workload;
  // Where no try can see that they sleep, they must not be there at all.
  const gone = host.reliableStack === false ? { ...removed, count: 0 } : { ...removed, behaviour: GONE };
  const settle = `${model.settle}us`;
  return recompiled(model, { ...scenario, workload: { ...workload, [name]: gone }, run: { ...run, settle } });
}

function withoutFunction({ scenario, model }: Pick<Compiled, "scenario" | "model">, name: string): Model {
  const { patch } = scenario;
  const functions = patch.functions.filter((one) => one !== name);
  return recompiled(model, { ...scenario, patch: { ...patch, functions } });
}

/** A changed scenario's model, with classes and CPUs drawn as in the original, where that is a matter of how, not of what. */
function recompiled(original: Model, scenario: object): Model {
  const { model } = compileScenario(scenario);
  const classes = model.classes.map((one) => {
    const before = original.classes.find(({ name }) => name === one.name);
    const ranked = before?.ranked === null ? null : one.ranked;
    const resting = before?.resting === null ? null : one.resting;
    return { ...one, ranked, resting };
  });
  return { ...model, classes, lone: original.lone, balanceSet: original.balanceSet };
}
