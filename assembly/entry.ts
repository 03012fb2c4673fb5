// From kernel to user mode: the exit work in the era's order (kernel/entry/common.c, 4.15 to 7.3; KF 3.3). Left out: uprobes,
// user-return notifiers, rseq.

import { beginChild, beginNext, beginVmm, block, endPhase } from "./behaviour";
import * as table from "./behaviour-table";
import {
  EXIT_WORK,
  RESCHED,
  SIGNALS,
  TIF_NOTIFY_RESUME,
  TIF_NOTIFY_SIGNAL,
  TIF_PATCH_PENDING,
  TIF_SIGPENDING,
} from "./flags";
import { Cpu, signalCost } from "./host";
import { release, switchTask, USER_EXIT } from "./patch-state";
import { signalFlag, updateBeforeSignal } from "./policy";
import * as runqueue from "./runqueue";
import { now } from "./runqueue";
import * as tally from "./tally";
import * as task from "./task";
import { Task } from "./task";

/** One visit of the exit-to-user loop by the current task; it may give up the CPU or stall on the way. */
@inline
export function exitLoop(cpu: Cpu, t: Task): void {
  let flags = task.threadFlags(t) & EXIT_WORK;
  while (flags != 0) {
    if ((flags & RESCHED) != 0) {
      release(t);
      runqueue.deselect(cpu);
      return;
    }
    if (updateBeforeSignal && (flags & TIF_PATCH_PENDING) != 0) switchTask(t, USER_EXIT);
    const signalled = (flags & SIGNALS) != 0;
    if (signalled) signalPass(t);
    task.clearFlags(t, TIF_NOTIFY_RESUME);
    if (!updateBeforeSignal && (flags & TIF_PATCH_PENDING) != 0) switchTask(t, USER_EXIT);
    if (signalled && signalCost > 0) {
      runqueue.stallFor(cpu, signalCost);
      return;
    }
    flags = task.threadFlags(t) & EXIT_WORK;
  }
  enterUserMode(t);
}

/** The signal step: recalc_sigpending() keeps P while T is set, where the fake signal is P (kernel/signal.c, 5.10). */
function signalPass(t: Task): void {
  tally.countSignalPass(task.cpuOf(t));
  const flags = task.threadFlags(t);
  const kept = signalFlag == TIF_SIGPENDING && (flags & TIF_PATCH_PENDING) != 0;
  task.clearFlags(t, kept ? TIF_NOTIFY_SIGNAL : SIGNALS);
}

function enterUserMode(t: Task): void {
  const next = task.then(t);
  if (next == task.THEN_CONTINUE) task.setContext(t, task.PHASE);
  else if (next == task.THEN_NEXT) beginNext(t);
  else if (next == task.THEN_RESTART) restart(t);
  else if (next == task.THEN_EINTR) endPhase(t);
  else if (next == task.THEN_VMM) beginVmm(t);
  else beginChild(t);
}

/** The interrupted system call is made again. */
function restart(t: Task): void {
  if (table.mode(task.phase(t)) == table.KERNEL) task.setContext(t, task.PHASE);
  else if (task.wakeAt(t) > now) block(t);
  else endPhase(t);
}
