// Classes of tasks each alone on its CPU, whose sleeps on an affected function are drawn from the last to end on (docs/rules.md, 3).

import { type ClassModel, type DurationModel, EXIT_PHASE, type PhaseModel } from "./model.js";
import type { Tenant } from "./placement.js";

/** The share of its sleeps, and of its sleeps the one on an affected function, if the class is ranked. */
export function ranking(
  { model, placement }: Tenant,
  visitors: number[], // by CPU
  phases: PhaseModel[],
  durations: readonly DurationModel[],
): ClassModel["ranked"] {
  if (model.resting !== null || model.kind !== "user" || model.worker !== "none" || model.hasFork) return null;
  if (!placement.allowed.every((cpus) => cpus.length === 1 && visitors[cpus[0] as number] === 1)) return null;
  const own = phases.slice(model.firstPhase, model.firstPhase + model.phaseCount);
  const isUser = (number: number) => number !== EXIT_PHASE && phases[number]?.mode === "user";
  const sleeps = own.filter((phase) => phase.mode === "sleep");
  const affected = sleeps.filter((phase) => phase.affected > 0);
  const [long] = affected;
  if (long === undefined || affected.length > 1 || own.some(({ mode }) => mode !== "user" && mode !== "sleep"))
    return null;
  if (long.affected < 1 || durations[long.duration]?.kind !== "exponential") return null;
  if (!long.next.every(({ phase }) => isUser(phase))) return null;
  const phase = phases.indexOf(long);
  let asleep = 0;
  let share = 0;
  let below = 0;
  for (const start of model.startShares) {
    if (!isUser(start.phase)) asleep += start.cumulative - below;
    if (start.phase === phase) share = start.cumulative - below;
    below = start.cumulative;
  }
  return share > 0 ? { phase, share, asleep } : null;
}

/** How many tasks may run on each CPU. */
export function visitorsOf(tenants: Tenant[], cpus: number): number[] {
  const visitors = Array.from({ length: cpus }, () => 0);
  for (const { placement } of tenants) {
    const tasks = new Map<number[], number>();
    for (const allowed of placement.allowed) tasks.set(allowed, (tasks.get(allowed) ?? 0) + 1);
    for (const [allowed, count] of tasks) for (const cpu of allowed) visitors[cpu] = (visitors[cpu] ?? 0) + count;
  }
  return visitors;
}
