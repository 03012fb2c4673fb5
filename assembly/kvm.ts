// KVM_RUN as a task sees it: the work looked at before guest entry, in the era's order (kernel/entry/kvm.c, 5.9 to 6.12,
// virt.c from 7.x; arch/x86/kvm/x86.c vcpu_run). Left out: requests, posted interrupts, fast-path exits.

import { START, ENTITY_PROCESS, uniform } from "./draw";
import { block, condReschedHook, endHalt } from "./behaviour";
import * as table from "./behaviour-table";
import { RESCHED, TIF_NEED_RESCHED, TIF_NEED_RESCHED_LAZY, TIF_NOTIFY_RESUME, TIF_PATCH_PENDING } from "./flags";
import { Cpu, hz, jiffiesAt, jiffyTime } from "./host";
import { GUEST_DIRECT, release, switchTask } from "./patch-state";
import { condResched, guestEats, guestLeaves, guestMask, guestUpdates, taskWork } from "./policy";
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
@inline
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

// The scan of an mm's concurrency ids: at a fixed grid of jiffies per mm, every thread of it that ticks gets work (KF 4.4).

function scanJiffies(): i64 {
  return (hz + 9) / 10;
}

function scanPhase(t: Task): i64 {
  return <i64>Math.floor(<f64>scanJiffies() * uniform(ENTITY_PROCESS + task.processOf(t), START, 0));
}

/** Does its mm's scan give the task work? */
export function isScanned(t: Task): bool {
  return taskWork && table.kind(task.classOf(t)) == table.KIND_VCPU;
}

/** The first scan of the task's mm after the given time. */
export function nextScan(t: Task, time: i64): i64 {
  const period = scanJiffies();
  const from = jiffiesAt(max<i64>(time, -1)) + 1;
  const wait = (scanPhase(t) - (from % period) + period) % period;
  return jiffyTime(from + wait);
}

/** Is the jiffy that begins now one of the scans of the task's mm? */
export function isScan(t: Task): bool {
  return now >= 0 && jiffiesAt(now) % scanJiffies() == scanPhase(t);
}
