// A replay's form: who takes part, where they were at `start`, what happened, what it came to. Times are ticks (1 us).

import type { Counter } from "../results/counts.js";
import { whereabouts } from "../results/whereabouts.js";
import type { HostModel, Mechanism, Mode, Model, Wait } from "../scenario/model.js";
import type { ReplayEvent } from "./events.js";
import type { Cpu, Replica, Task } from "./plain/state.js";
import { stackAffected } from "./plain/task.js";

/** JSON of `klpsim replay`. */
export interface Replay {
  schemaVersion: 1;
  scenario: { name: string; hash: string };
  /** A decimal string where a number would not hold it exactly. */
  seed: number | string;
  engine: { version: string; wasmSha256: string };
  policy: string;
  replica: number;
  /** Where it branches off, as `--branch` takes it; empty: nowhere. */
  branches: string;
  /** When sysfs showed completion; null: not by the horizon. */
  complete: number | null;
  decided: number | null;
  lastSwitch: number | null;
  horizon: number;
  tries: number;
  rounds: number;
  counters: Record<Counter, number>;
  /** Who switched last; class and phase `idle` for an idle task. */
  blame: { class: string; phase: string; mechanism: Mechanism } | null;
  /** Who had not switched by the horizon. */
  stuck: { class: string; phase: string }[];
  patch: { functions: string[]; direction: "patch" | "unpatch" };
  host: Pick<HostModel, "cpus" | "hz" | "preemption">;
  phases: ReplayPhase[];
  tasks: ReplayTask[];
  cpus: ReplayCpu[];
  events: ReplayEvent[];
}

export interface ReplayPhase {
  class: string;
  name: string;
  mode: Mode;
  wait: Wait | null; // of sleeps
  halt: boolean;
  affected: number; // probability
  stack: string[];
}

export interface ReplayTask {
  class: string;
  kind: "user" | "vcpu" | "kthread";
  /** As the kernel would show it: 15 characters at most. */
  comm: string;
  pid: number;
  /** The thread group's. */
  tgid: number;
  parent: number | null;
  /** null: not born yet. */
  start: TaskAtStart | null;
}

export interface TaskAtStart {
  cpu: number;
  state: "running" | "ready" | "sleep" | "zombie";
  mode: "user" | "kernel" | "guest";
  phase: number;
  /** Its stack holds a function of the patch. */
  affected: boolean;
  /** Of the phase: CPU time, of a sleep time; null: for ever. */
  left: number | null;
}

export interface ReplayCpu {
  online: boolean;
  nohzFull: boolean;
  /** Who runs at `start`. */
  current: number | null;
}

const FIRST_PID = 10_000;
const FIRST_WORKER_PID = 100;
const COMM_MAX = 15;

export function workerOf(cpu: number): { comm: string; pid: number } {
  return { comm: `kworker/${cpu}:klp`.slice(0, COMM_MAX), pid: FIRST_WORKER_PID + cpu };
}

/** Everybody who ever takes part, where `start` finds them. */
export function tasksOf(replica: Replica): ReplayTask[] {
  const groups = new Map<number, number>();
  return replica.tasks.map((task) => {
    const { number, of, process, parent } = task;
    const pid = FIRST_PID + number;
    const threads = of.kind !== "kthread" && parent === null;
    const tgid = threads ? (groups.get(process) ?? pid) : pid;
    if (threads) groups.set(process, tgid);
    const start = task.state === "dead" ? null : atStart(replica, task);
    return { class: of.name, kind: of.kind, comm: commOf(task), pid, tgid, parent: parent?.number ?? null, start };
  });
}

function commOf({ of, number }: Task): string {
  const suffix = `/${number - of.firstTask}`;
  return `${of.name.slice(0, COMM_MAX - suffix.length)}${suffix}`;
}

function atStart(replica: Replica, task: Task): TaskAtStart {
  const { now } = replica;
  const { cpu, state, mode, phase } = task;
  const asleep = state === "sleep" || task.context === "poll";
  const ran = state === "current" ? Math.max(0, now - cpu.runFrom) : 0;
  const left = asleep ? task.wakeAt - now : task.left - ran;
  return {
    cpu: cpu.number,
    state: state === "current" ? "running" : state === "dead" ? "zombie" : state,
    mode,
    phase,
    affected: stackAffected(replica, task),
    left: left < FOREVER ? left : null,
  };
}

const FOREVER = 2 ** 51; // a rest's or a forever's end is far beyond any horizon

export function cpusOf({ cpus }: Replica): ReplayCpu[] {
  return cpus.map(({ online, nohzFull, current }: Cpu) => ({ online, nohzFull, current: current?.number ?? null }));
}

export function phasesOf(model: Model): ReplayPhase[] {
  return model.phases.map(({ mode, wait, halt, affected, stack }, number) => {
    const { class: of, phase: name } = whereabouts(number, model);
    return { class: of, name, mode, wait: mode === "sleep" ? wait : null, halt, affected, stack };
  });
}
