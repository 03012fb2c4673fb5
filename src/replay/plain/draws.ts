// Draws (docs/rules.md, 1): pure functions of (seed, replica, entity, purpose, n).

import type { ClassModel } from "../../scenario/model.js";
import type { Cpu, Replica, Task } from "./state.js";

// Entities.
export const CPU_ENTITY = 65536;
export const HOST_ENTITY = 131071;
export const PROCESS_ENTITY = 131072;
export const CLASS_ENTITY = 262144;

// Purposes.
export const START = 0;
export const DURATION = 1;
export const NEXT = 2;
export const AFFECTED = 3;
export const LOOK = 4;
export const SPLIT = 6;

export function taskUniform(replica: Replica, task: Task, purpose: number, n: number): number {
  return replica.draws.uniform(task.number, purpose, n);
}

export function cpuUniform(replica: Replica, cpu: Cpu, purpose: number, n: number): number {
  return replica.draws.uniform(CPU_ENTITY + cpu.number, purpose, n);
}

export function classUniform(replica: Replica, of: ClassModel, purpose: number, n: number): number {
  return replica.draws.uniform(CLASS_ENTITY + replica.model.classes.indexOf(of), purpose, n);
}

/** The first whose cumulative share exceeds u. */
export function firstShare<V extends { cumulative: number }>(list: V[], u: number): V {
  const found = list.find((entry) => u < entry.cumulative);
  if (found === undefined) throw new Error(`replay: shares end below ${u}`);
  return found;
}
