// Where the tasks of a class run, from where they were seen to: a recording shows that a task went to a CPU, never that it may not
// go to another.

import type { ClassInput } from "../scenario/schema.js";
import type { ObservedClass } from "./observed.js";

/** Stretches on a CPU, by CPU of the host, from which on staying away from others is no accident (assumption). */
const STRETCHES_A_CPU = 20;

export interface Affinity {
  cpus: NonNullable<ClassInput["cpus"]>;
  why: string;
}

/**
 * one-each: each task stayed alone on its own CPU, and those are the first CPUs of the host, as one-each fills them; a list: they were
 * seen often, and only there; else spread.
 */
export function affinityOf(observed: ObservedClass, hostCpus: number): Affinity {
  const seen = [...observed.cpus.keys()].filter((cpu) => cpu >= 0 && cpu < hostCpus).sort((a, b) => a - b);
  if (seen.length === 0) return { cpus: "spread", why: "never seen on a CPU" };
  const own = [...observed.cpus.values()].every(({ tasks, alone }) => tasks === 1 && alone === 1);
  const often = stretches(observed) >= STRETCHES_A_CPU * hostCpus;
  if (
    own &&
    seen.length === observed.tasks &&
    seen.at(-1) === seen.length - 1 &&
    (often || observed.kind === "kthread")
  )
    return { cpus: "one-each", why: "each was seen on a CPU of its own" };
  if (hostCpus === 1 || seen.length === hostCpus) return { cpus: "spread", why: "seen on every CPU" };
  if (often) return { cpus: ranges(seen), why: "often seen, and never on another CPU" };
  return { cpus: "spread", why: `seen on CPU ${ranges(seen)}, too seldom to say that they stay there` };
}

/** How often its tasks had a CPU, at most. */
function stretches({ phases }: ObservedClass): number {
  return [...phases.values()].reduce((sum, { mode, lengths }) => sum + (mode === "sleep" ? 0 : lengths.n), 0);
}

/** `0-3,7` */
function ranges(cpus: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const cpu of cpus) {
    const last = parts.at(-1);
    if (last !== undefined && last[1] === cpu - 1) last[1] = cpu;
    else parts.push([cpu, cpu]);
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(",");
}
