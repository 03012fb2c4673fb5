// A class's phases as a chain that a scenario takes: every phase can be reached and is left again. A recording ends somewhere, so
// what it saw of the chain has loose ends; each end that is tied up here is told.

import { reachable } from "../scenario/shares.js";
import type { ObservedPhase } from "./observed.js";

export interface Chain {
  /** Where a task begins: the first in `next`. */
  first: string;
  /** By phase, which phases follow and how often; empty where it is the only one. */
  next: Map<string, Map<string, number>>;
  /** By phase, what was assumed of what follows. */
  assumed: Map<string, string[]>;
}

/** `phases` by name, the first is where a task begins. */
export function chainOf(phases: ReadonlyMap<string, ObservedPhase>): Chain {
  const names = [...phases.keys()];
  const first = names[0]!;
  const assumed = new Map<string, string[]>();
  const assume = (name: string, what: string) => assumed.set(name, [...(assumed.get(name) ?? []), what]);
  const next = new Map(names.map((name) => [name, followers(phases.get(name)!, phases, first, assume)] as const));
  if (names.length === 1) return { first, next: new Map([[first, new Map()]]), assumed: new Map() };
  for (const name of names) {
    if (next.get(name)!.size > 0) continue;
    next.get(name)!.set(first, 1);
    assume(name, `never seen to end: ${first} is an assumption`);
  }
  for (const name of names) {
    const reached = reachable(0, (at) => [...next.get(names[at]!)!.keys()].map((to) => names.indexOf(to)));
    if (reached.has(names.indexOf(name))) continue;
    next.get(first)!.set(name, leaves(phases.get(name)!));
    assume(first, `${name} was under way when the recording began: as often as it ended is an assumption`);
  }
  return { first, next, assumed };
}

/** A task that ended is taken to be followed by one like it, so that there are as many at any time. */
function followers(
  { name, next }: ObservedPhase,
  phases: ReadonlyMap<string, ObservedPhase>,
  first: string,
  assume: (name: string, what: string) => void,
): Map<string, number> {
  const result = new Map<string, number>();
  for (const [to, count] of next) {
    const target = to === "exit" ? first : to;
    if (count > 0 && phases.has(target)) result.set(target, (result.get(target) ?? 0) + count);
  }
  const ended = next.get("exit") ?? 0;
  if (ended > 0) assume(name, `${ended} ended here: each is taken to be followed by one like it`);
  return result;
}

/** How often the phase was seen to end, at least once. */
function leaves({ next }: ObservedPhase): number {
  return Math.max(
    1,
    [...next.values()].reduce((sum, count) => sum + count, 0),
  );
}
