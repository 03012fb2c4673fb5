// The phases of a class as a scenario has them: modes known, stacks of one sleep at most 4 and the rest together, 64 in all,
// names unique.

import { PHASE_MAX } from "../scenario/schema.js";
import { Account, type PhaseAccount, type PhaseSpec } from "./account.js";
import { NameBook } from "./class-names.js";
import type { ObservedPhase } from "./observed.js";
import type { Kind } from "./recording.js";
import { settleUnderWay } from "./under-way.js";

const STACKS_KEPT = 4;
/** Where a task begins, if it has one of these. */
const FIRST = ["user", "run", "guest"];

export interface ClassPhases {
  phases: Map<string, ObservedPhase>;
  /** Phases that were made one with others, and their share of the time. */
  pooled: { count: number; share: number };
}

export function classPhases(account: Account, kind: Kind): ClassPhases {
  const known = withModes(account, kind);
  settleUnderWay(known);
  const stacked = withFewStacks(withWaits(known));
  const { account: few, pooled } = withFewPhases(stacked);
  return { phases: named(few), pooled };
}

/** What was not known of a piece on a CPU, the task's kind tells. */
function withModes(account: Account, kind: Kind): Account {
  const hasUser = [...account.phases.values()].some(({ spec }) => spec.mode === "user");
  const of = (spec: PhaseSpec): PhaseSpec => {
    if (spec.mode !== "run") return spec;
    if (kind === "kthread") return { ...spec, mode: "kernel" };
    return { ...spec, mode: "user", name: hasUser ? "user" : spec.name };
  };
  return mapped(account, ({ spec }) => of(spec));
}

/** A sleep in an unknown state that can have been no other's counts as the common one. */
function withWaits(account: Account): Account {
  return mapped(account, ({ spec }) =>
    spec.mode === "sleep" && spec.wait === null ? { ...spec, wait: "interruptible" } : spec,
  );
}

function withFewStacks(account: Account): Account {
  const sleeps = new Map<string, PhaseAccount[]>();
  for (const phase of account.phases.values()) {
    const key = keyOf(phase.spec);
    sleeps.set(key, [...(sleeps.get(key) ?? []), phase]);
  }
  const specs = new Map<PhaseAccount, PhaseSpec>();
  for (const phases of sleeps.values()) {
    if (phases.length === 1) continue;
    const known = phases.filter(({ spec }) => spec.stack !== null).sort((a, b) => b.lengths.n - a.lengths.n);
    for (const [rank, phase] of known.slice(0, STACKS_KEPT).entries())
      specs.set(phase, rank === 0 ? phase.spec : { ...phase.spec, name: `${phase.spec.name}-${rank + 1}` });
    const rest = phases.filter((phase) => !specs.has(phase));
    for (const phase of rest) specs.set(phase, { ...phase.spec, name: `${phase.spec.name}-other`, stack: null });
  }
  return mapped(account, (phase) => specs.get(phase) ?? phase.spec);
}

function keyOf({ mode, name, call, wait }: PhaseSpec): string {
  return `${mode} ${name} ${call ?? ""} ${wait ?? ""}`;
}

/** Those with the least time become `other`, one a mode and state. */
function withFewPhases(account: Account): { account: Account; pooled: ClassPhases["pooled"] } {
  const phases = [...account.phases.values()].sort((a, b) => b.lengths.seen - a.lengths.seen);
  const all = total(phases);
  let kept = phases.length;
  if (kept > PHASE_MAX) {
    const others = (from: number) => new Set(phases.slice(from).map(({ spec }) => otherOf(spec).name)).size;
    for (kept = PHASE_MAX; kept + others(kept) > PHASE_MAX; ) kept--;
  }
  const rest = new Set(phases.slice(kept));
  const pooled = { count: rest.size, share: all > 0 ? total([...rest]) / all : 0 };
  return { account: mapped(account, (phase) => (rest.has(phase) ? otherOf(phase.spec) : phase.spec)), pooled };
}

function otherOf({ mode, wait, halt }: PhaseSpec): PhaseSpec {
  const name = mode === "sleep" ? `other-sleep${wait === "interruptible" ? "" : `-${wait}`}` : `other-${mode}`;
  return { name, mode, wait, halt, call: null, stack: null };
}

function total(phases: readonly PhaseAccount[]): number {
  return phases.reduce((sum, { lengths }) => sum + lengths.seen, 0);
}

function mapped(account: Account, spec: (phase: PhaseAccount) => PhaseSpec): Account {
  const to = new Account();
  to.addAll(account, spec);
  return to;
}

function named(account: Account): Map<string, ObservedPhase> {
  const names = new Map<PhaseAccount, string>();
  const book = new NameBook(["exit"]);
  const seen = [...account.phases.values()].filter(
    ({ lengths, next, exits }) => lengths.n > 0 || next.size > 0 || exits !== null,
  );
  const first = seen.find(({ spec }) => FIRST.includes(spec.name)) ?? seen.find(({ spec }) => spec.mode !== "sleep");
  const ordered = first === undefined ? seen : [first, ...seen.filter((phase) => phase !== first)];
  for (const phase of ordered) names.set(phase, book.name(phase.spec.name));
  const nextOf = ({ next }: PhaseAccount) =>
    new Map(
      [...next].flatMap(([to, count]): [string, number][] => {
        const name = to === "exit" ? to : names.get(to); // none: it began as the recording ended
        return name === undefined ? [] : [[name, count]];
      }),
    );
  return new Map(
    ordered.map((phase) => {
      const { spec, lengths, interrupted, exits } = phase;
      const { mode, wait, halt, call, stack } = spec;
      if (mode === "run") throw new Error(`${spec.name}: a phase without a mode`);
      const name = names.get(phase)!;
      return [
        name,
        { name, mode, wait, halt, call, stack, lengths, next: nextOf(phase), interrupted, exits: exits ?? new Map() },
      ];
    }),
  );
}
