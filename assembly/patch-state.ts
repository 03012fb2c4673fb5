// A task's patch state: T (must still switch) and S (has switched), klp_update_patch_state() and what counts around it
// (kernel/livepatch/transition.c, 4.15 to 7.3); and the tasks held by an RCU-tasks grace period (kernel/rcu/tasks.h, 6.1).

import * as behaviour from "./behaviour-table";
import { TIF_PATCH_PENDING } from "./flags";
import { Cpu } from "./host";
import * as runqueue from "./runqueue";
import * as tally from "./tally";
import * as task from "./task";
import { Task } from "./task";

export const USER_EXIT: u32 = 1;
export const STACK: u32 = 2;
export const IDLE: u32 = 3;
export const COND_RESCHED: u32 = 4;
export const SCHEDULE: u32 = 5;
export const GUEST_DIRECT: u32 = 6;
export const REMOTE: u32 = 7;
export const FORCE: u32 = 8;
export const MECHANISMS: u32 = 9;

/** Between start and the deciding try. */
export let transitioning: bool = false;
/** Tasks and idle tasks that have not switched. */
export let stragglerCount: i32 = 0;
/** The idle tasks among them. */
export let idleStragglers: i32 = 0;
/** Processing order of the CPU being executed, for ties in blame. */
export let rank: u32 = 0;

export function setTransitioning(value: bool): void {
  transitioning = value;
}
export function resetStragglers(): void {
  stragglerCount = idleStragglers = 0;
}
export function setRank(value: u32): void {
  rank = value;
}

export function isPending(t: Task): bool {
  return (task.threadFlags(t) & TIF_PATCH_PENDING) != 0;
}

/** A task has become a straggler, or ceased to be one without switching (its slot is freed). */
export function countStraggler(cpu: Cpu, change: i32): void {
  runqueue.addStragglers(cpu, change);
  stragglerCount += change;
}

/** A CPU's stragglers, counted with its twin's until now, are counted for themselves. */
export function countAgain(cpu: Cpu): void {
  stragglerCount += runqueue.stragglers(cpu);
  if (runqueue.idlePending(cpu)) idleStragglers++;
}

/** The same for an idle task. */
export function countIdleStraggler(cpu: Cpu, change: i32): void {
  countStraggler(cpu, change);
  idleStragglers += change;
}

/** T := 0, S := G. A stray T on a task already switched is only cleared. */
export function switchTask(t: Task, mechanism: u32): void {
  const affected = task.stackAffected(t);
  task.clearFlags(t, TIF_PATCH_PENDING);
  if (task.isSwitched(t)) return;
  task.setSwitched(t, true);
  task.recordSwitch(t, runqueue.now, mechanism);
  countStraggler(task.cpuOf(t), -1);
  if (affected) tally.countViolation(task.cpuOf(t));
  tally.noteSwitch(runqueue.now, rank, task.phase(t), mechanism);
}

/** The same for the idle task of a CPU. */
export function switchIdle(cpu: Cpu, mechanism: u32): void {
  runqueue.setIdlePending(cpu, false);
  runqueue.setIdleWakeAt(cpu, runqueue.NEVER);
  if (runqueue.idleSwitched(cpu)) return;
  runqueue.setIdleSwitched(cpu, true);
  runqueue.recordIdleSwitch(cpu, runqueue.now, mechanism);
  countIdleStraggler(cpu, -1);
  tally.noteSwitch(runqueue.now, rank, behaviour.phaseCount, mechanism);
}

/** Tasks that the grace period under way still waits for. */
export let heldCount: i32 = 0;

export function hold(t: Task): void {
  task.setHeld(t, true);
  heldCount++;
}

/** A quiescent state of RCU-tasks. */
export function release(t: Task): void {
  if (!task.isHeld(t)) return;
  task.setHeld(t, false);
  heldCount--;
}

export function resetHeld(): void {
  heldCount = 0;
}
