// Which CPU each task starts on, which ones it may run on, and which CPUs can be simulated alone (docs/rules.md 3).

import type { Path, Problems } from "./errors.js";
import { parseCpus } from "./host.js";
import type { ClassModel, HostModel } from "./model.js";
import type { ClassInput } from "./schema.js";

export interface Placement {
  /** Start of task i of the class. */
  cpu: number[];
  /** Allowed CPUs of task i, ascending. */
  allowed: number[][];
}

export function place(input: ClassInput, host: HostModel, path: Path, problems: Problems): Placement | undefined {
  const online = host.online.flatMap((is, cpu) => (is ? [cpu] : []));
  if (input.cpus === "one-each") return placeOneEach(input.count, online, path, problems);
  if (input.cpus === "spread") {
    const housekeeping = online.filter((cpu) => !host.nohzFull[cpu]);
    return roundRobin(input.count, housekeeping.length > 0 ? housekeeping : online);
  }
  return placeOnList(input, host, [...path, "cpus"], problems);
}

function placeOneEach(count: number, online: number[], path: Path, problems: Problems): Placement | undefined {
  if (count > online.length) {
    problems.expected(
      [...path, "count"],
      `at most ${online.length} tasks with cpus: one-each (as many as CPUs are online)`,
      count,
    );
    return undefined;
  }
  const cpu = online.slice(0, count);
  return { cpu, allowed: cpu.map((c) => [c]) };
}

function placeOnList(input: ClassInput, host: HostModel, path: Path, problems: Problems): Placement | undefined {
  const before = problems.list.length;
  const list = parseCpus(input.cpus as string | number[], host.cpus, path, problems);
  if (problems.list.length > before) return undefined;
  const offline = list.find((cpu) => !host.online[cpu]);
  if (list.length === 0 || offline !== undefined) {
    problems.expected(
      path,
      offline === undefined ? "at least one CPU" : `CPUs that are online (${offline} is not)`,
      input.cpus,
    );
    return undefined;
  }
  return roundRobin(input.count, list);
}

function roundRobin(count: number, list: number[]): Placement {
  const allowed = [...list].sort((a, b) => a - b);
  const cpu = Array.from({ length: count }, (_, i) => list[i % list.length] as number);
  return { cpu, allowed: cpu.map(() => allowed) };
}

export interface Tenant {
  placement: Placement;
  model: ClassModel;
}

/** The union of the allowed CPUs of tasks that use a CPU and may be moved: a moment's work is not worth it. */
export function balanceSet(tenants: Tenant[], cpus: number): boolean[] {
  const result = Array.from({ length: cpus }, () => false);
  for (const { placement, model } of tenants) {
    if (!model.usesCpu || model.resting !== null) continue;
    for (const allowed of new Set(placement.allowed))
      if (allowed.length > 1) for (const cpu of allowed) result[cpu] = true;
  }
  return result;
}

/** CPUs on which nobody can wait for anybody. */
export function loneCpus(tenants: Tenant[], balanced: boolean[]): boolean[] {
  const users = balanced.map(() => 0);
  for (const { placement, model } of tenants) {
    for (const cpu of placement.cpu) users[cpu] = (users[cpu] ?? 0) + (model.hasFork ? 2 : model.usesCpu ? 1 : 0);
  }
  return balanced.map((is, cpu) => !is && (users[cpu] ?? 0) < 2);
}
