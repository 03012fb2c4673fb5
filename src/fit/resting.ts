// Tasks that did one thing all the time: a class of their own, for nothing leads to what they do and nothing away from it.

import type { ObservedClass, ObservedPhase } from "./observed.js";

const NAME_LENGTH_MAX = 64;

/** The class without them first, if anything is left of it. */
export function withoutResting(observed: ObservedClass): ObservedClass[] {
  const phases = [...observed.phases.values()].filter(({ lengths }) => lengths.n > 0);
  const all = phases.filter(isThroughout);
  const rest = phases.filter((phase) => !isThroughout(phase));
  const resting = all.reduce((sum, { lengths }) => sum + lengths.throughout.n, 0);
  if (all.length === 0 || phases.length === 1)
    return phases.length === 0 ? [] : [{ ...observed, phases: byName(phases) }];
  const moving = { ...observed, tasks: Math.max(1, observed.tasks - resting), phases: byName(rest) };
  return [
    ...(rest.length === 0 ? [] : [moving]),
    ...all.map((phase) => ({
      ...observed,
      name: `${observed.name.slice(0, NAME_LENGTH_MAX - 4 - phase.name.length)}-in-${phase.name}`,
      tasks: phase.lengths.throughout.n,
      phases: byName([phase]),
    })),
  ];
}

/** Whether every task that was in the phase was in nothing else. */
export function isThroughout({ lengths }: ObservedPhase): boolean {
  return lengths.n > 0 && lengths.n === lengths.throughout.n;
}

function byName(phases: ObservedPhase[]): Map<string, ObservedPhase> {
  return new Map(phases.map((phase) => [phase.name, phase]));
}
