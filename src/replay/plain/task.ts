// What a task is and shows: its kind, its flags, its stack (docs/rules.md, 4 and 5).

import type { ClassModel, PhaseModel, ThreadFlag } from "../../scenario/model.js";
import { at, type Replica, type Task } from "./state.js";

export const T: ThreadFlag = "TIF_PATCH_PENDING";
export const N: ThreadFlag = "TIF_NOTIFY_SIGNAL";
export const P: ThreadFlag = "TIF_SIGPENDING";
export const R: ThreadFlag = "TIF_NEED_RESCHED";
export const RL: ThreadFlag = "TIF_NEED_RESCHED_LAZY";
export const NR: ThreadFlag = "TIF_NOTIFY_RESUME";

export function setFlag(task: Task, flag: ThreadFlag): void {
  task.flags.add(flag);
}

export function clear(task: Task, ...flags: ThreadFlag[]): void {
  for (const flag of flags) task.flags.delete(flag);
}

export function signals(task: Task): boolean {
  return task.flags.has(P) || task.flags.has(N);
}

export function needsResched(task: Task): boolean {
  return task.flags.has(R) || task.flags.has(RL);
}

/** Something for the exit-to-user loop: every flag there is. */
export function exitWork(task: Task): boolean {
  return task.flags.size > 0;
}

/** A sleep that a fake signal ends. */
export function isSignalWait(phase: PhaseModel): boolean {
  return phase.wait === "interruptible" || phase.wait === "freezable";
}

export function phaseOf(replica: Replica, task: Task): PhaseModel {
  return at(replica.model.phases, task.phase);
}

export function phasesOf(replica: Replica, of: ClassModel): PhaseModel[] {
  return replica.model.phases.slice(of.firstPhase, of.firstPhase + of.phaseCount);
}

export function isUserWorker(replica: Replica, task: Task): boolean {
  const { worker } = task.of;
  return worker === "io" || (worker === "vhost" && replica.policy.vhost === "user");
}

export function isKthread(replica: Replica, task: Task): boolean {
  if (isUserWorker(replica, task)) return false;
  return task.of.kind === "kthread" || task.of.worker === "vhost";
}

export function isPlain(replica: Replica, task: Task): boolean {
  return !isKthread(replica, task) && !isUserWorker(replica, task);
}

export function isAtRest(task: Task): boolean {
  return task.phase === task.of.resting?.phase;
}

/** A kernel phase that looks at signal_pending(). */
export function heedsSignals(replica: Replica, task: Task): boolean {
  return phaseOf(replica, task).onSignal !== "none" && isPlain(replica, task);
}

/** Really executing there: in the mode of its phase. */
export function inMode(replica: Replica, task: Task, mode: PhaseModel["mode"]): boolean {
  return task.context === "phase" && phaseOf(replica, task).mode === mode;
}

export function stackAffected(replica: Replica, task: Task): boolean {
  const phase = phaseOf(replica, task);
  if (task.state === "zombie") return false;
  if (task.state === "sleep") return task.affected;
  if (task.context === "exit") return false;
  if (task.context === "phase" && phase.mode === "user") return false;
  if (task.context === "work" && phase.mode === "guest") return task.affectedWork;
  return task.affected;
}

/** The preemption model lets an interrupt preempt the kernel under this task. */
export function preemptible(replica: Replica, task: Task): boolean {
  const { preemption } = replica.model.host;
  if (preemption === "full") return needsResched(task);
  return preemption === "lazy" && task.flags.has(R);
}

export function masked(replica: Replica, task: Task): boolean {
  for (const flag of task.flags) if (replica.mask.has(flag)) return true;
  return false;
}

export function condReschedYields(replica: Replica, task: Task): boolean {
  const { preemption } = replica.model.host;
  return task.flags.has(R) && (preemption === "none" || preemption === "voluntary");
}

export function transitionRuns(replica: Replica): boolean {
  return ["loading", "trying", "waiting", "reversing"].includes(replica.stage);
}
