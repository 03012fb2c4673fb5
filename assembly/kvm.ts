// KVM_RUN as a task sees it: the work looked at before guest entry, in the era's order (kernel/entry/kvm.c, 5.9 to 6.12,
// virt.c from 7.x; arch/x86/kvm/x86.c vcpu_run). Left out: requests, posted interrupts, fast-path exits.

import { block, condReschedHook, endHalt } from "./behaviour";
import * as table from "./behaviour-table";
import { RESCHED, TIF_NEED_RESCHED, TIF_NEED_RESCHED_LAZY, TIF_NOTIFY_RESUME, TIF_PATCH_PENDING } from "./flags";
import { Cpu } from "./host";
import { GUEST_DIRECT, release, switchTask } from "./patch-state";
import { condResched, guestEats, guestLeaves, guestMask, guestUpdates } from "./policy";
import * as runqueue from "./runqueue";
import { now } from "./runqueue";
import * as tally from "./tally";
import * as task from "./task";
import { Task } from "./task";

/** The flags that keep a vCPU from entering the guest; lazy rescheduling goes with RESCHED. */
export function guestWork(t: Task): u32 {
  const lazy = (guestMask & TIF_NEED_RESCHED) != 0 ? TIF_NEED_RESCHED_LAZY : 0;
  return task.threadFlags(t) & (guestMask | lazy);
}

/** xfer_to_guest_mode_handle_work() by the current task: leaves KVM_RUN, gives up the CPU, or enters the guest. */
export function workLoop(cpu: Cpu, t: Task): void {
  task.setContext(t, task.WORK);
  while (guestWork(t) != 0) {
    task.clearFlags(t, guestEats);
    const flags = task.threadFlags(t);
    if ((guestUpdates & flags & TIF_PATCH_PENDING) != 0) switchTask(t, GUEST_DIRECT);
    if ((task.threadFlags(t) & guestLeaves) != 0) {
      tally.countEintr(cpu);
      task.exitToUser(t, task.THEN_VMM);
      return;
    }
    if ((flags & RESCHED) != 0) {
      release(t);
      runqueue.deselect(cpu);
      return;
    }
    if ((flags & TIF_NOTIFY_RESUME) != 0) {
      task.clearFlags(t, TIF_NOTIFY_RESUME);
      if (condResched) condReschedHook(t); // task work is followed by cond_resched() (kernel/task_work.c, 6.6)
    }
  }
  if (table.isHalt(task.phase(t))) {
    if (task.wakeAt(t) <= now) endHalt(t);
    else block(t);
  } else {
    task.setContext(t, task.PHASE);
    release(t);
  }
}
