// What a task is and shows: its kind, its flags, its stack (docs/rules.md, 4 and 5).

import type { ClassModel, PhaseModel, ThreadFlag } from "../../scenario/model.js";
import { at, type Replica, type Task, tell } from "./state.js";

export const T: ThreadFlag = "TIF_PATCH_PENDING";
export const N: ThreadFlag = "TIF_NOTIFY_SIGNAL";
export const P: ThreadFlag = "TIF_SIGPENDING";
export const R: ThreadFlag = "TIF_NEED_RESCHED";
export const RL: ThreadFlag = "TIF_NEED_RESCHED_LAZY";
export const NR: ThreadFlag = "TIF_NOTIFY_RESUME";

export function setFlag(replica: Replica, task: Task, flag: ThreadFlag): void {
  if (task.flags.has(flag)) return;
  task.flags.add(flag);
  tell(replica, { type: "flag", task: task.number, flag, set: true });
}

export function clear(replica: Replica, task: Task, ...flags: ThreadFlag[]): void {
  for (const flag of flags)
    if (task.flags.delete(flag)) tell(replica, { type: "flag", task: task.number, flag, set: false });
}

export function signals(task: Task): boolean {
  return task.flags.has(P) || task.flags.has(N);
}

export function needsResched(task: Task): boolean {
  return task.flags.has(R) || task.flags.has(RL);
}

/** On its CPU the task comes to user mode. */
export function toUser(replica: Replica, task: Task): void {
  if (task.mode === "user") return;
  task.mode = "user";
  tell(replica, { type: "to-user", cpu: task.cpu.number, task: task.number });
}

export function toGuest(replica: Replica, task: Task): void {
  task.mode = "guest";
  tell(replica, { type: "guest-entry", cpu: task.cpu.number, task: task.number });
}

/** Out of user mode or the guest, whatever for. */
export function toKernel(replica: Replica, task: Task): void {
  if (task.mode === "kernel") return;
  const type = task.mode === "user" ? "to-kernel" : "guest-exit";
  task.mode = "kernel";
  tell(replica, { type, cpu: task.cpu.number, task: task.number });
}

/** Functions of the patch that its stack is known to hold; where only a probability is known, none. */
export function affectedFunctions(replica: Replica, task: Task): string[] {
  const { stack, mode } = phaseOf(replica, task);
  const left = mode === "guest" && task.context === "work" ? "vcpu_enter_guest" : null;
  return stack.filter((name) => name !== left && replica.model.patch.functions.includes(name));
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
