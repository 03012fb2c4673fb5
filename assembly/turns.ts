// Turns: while the runnable tasks of a CPU stay the same and nothing is asked of them, only slices end there, and soon in a fixed
// order. Such a row of slices is taken at once (docs/rules.md, 5). Left out: CPUs on which a switch or an exit costs, which step.

import { alarmAt } from "./alarm";
import { after } from "./behaviour";
import * as table from "./behaviour-table";
import { FOREVER } from "./distribution";
import { TIF_NEED_RESCHED, TIF_PATCH_PENDING } from "./flags";
import { contextSwitch, Cpu, jiffyNotBefore, preemption, PREEMPT_FULL, vmExit, wholeJiffies } from "./host";
import { nextScan } from "./kvm";
import { condResched, guestLeaves, guestMask, guestUpdates, taskWork } from "./policy";
import * as runqueue from "./runqueue";
import { NEVER, now, setNow } from "./runqueue";
import * as task from "./task";
import { NO_TASK, Task } from "./task";

/** Takes the turns of this CPU from the slice that ends at `first` on, while nothing else can happen there and no later than `until`. False: none is worth it. */
export function takeTurns(cpu: Cpu, first: i64, until: i64): bool {
  const tasks = runqueue.runnable(cpu);
  const slice = runqueue.slice(tasks);
  if (tasks < 2 || until < first + slice) return false;
  const limit = min(until, turnsUntil(cpu));
  if (limit < first + slice) return false;
  for (let end = first; end <= limit; end = jiffyNotBefore(now + slice)) {
    endTurn(cpu, end);
    takeRounds(cpu, slice, limit);
  }
  runqueue.setClock(cpu, now);
  return true;
}

/** The current task's slice is over: it waits behind the others, and the first of them runs. */
function endTurn(cpu: Cpu, end: i64): void {
  setNow(end);
  waitForTurn(runqueue.current(cpu));
  runqueue.deselect(cpu);
  task.setContext(runqueue.pick(cpu), task.PHASE);
}

/** Where a tick leaves the task whose slice it ends. */
function waitForTurn(t: Task): void {
  const mode = table.mode(task.phase(t));
  if (mode == table.USER) task.exitToUser(t, task.THEN_CONTINUE);
  else if (mode == table.KERNEL) task.setIrqPreempted(t, true);
  else task.setContext(t, preemption == PREEMPT_FULL ? task.GUEST_EXIT : task.WORK);
}

/** Of turns that have begun now and are of one length: the rounds, in which everybody has one, that end by `limit`. */
function takeRounds(cpu: Cpu, slice: i64, limit: i64): void {
  const turn = wholeJiffies(slice);
  if (turn == 0) return;
  const round = turn * runqueue.runnable(cpu);
  const rounds = (limit - now) / round;
  if (rounds < 1 || !goesRound(cpu, turn)) return;
  addTicks(runqueue.current(cpu), rounds * turn);
  for (let t = runqueue.firstReady(cpu); t != NO_TASK; t = task.nextReady(t)) {
    addTicks(t, rounds * turn);
    waitForTurn(t);
  }
  setNow(now + rounds * round);
  runqueue.setRunFrom(cpu, now);
  runqueue.charge(cpu);
}

function addTicks(t: Task, ticks: i64): void {
  task.setVruntime(t, task.vruntime(t) + ticks);
  if (task.left(t) < FOREVER) task.setLeft(t, task.left(t) - ticks);
}

/** Will whoever ends a turn wait behind all others? Then it stays so. */
function goesRound(cpu: Cpu, turn: i64): bool {
  const t: Task = runqueue.current(cpu);
  let last: Task = t;
  for (let next = runqueue.firstReady(cpu); next != NO_TASK; next = task.nextReady(next)) last = next;
  const lead = task.vruntime(last) - task.vruntime(t);
  return lead < turn || (lead == turn && last < t);
}

/** Up to when, this instant included, nothing but turns can happen on a CPU with a current task. */
export function turnsUntil(cpu: Cpu): i64 {
  if (!isUndisturbed(cpu)) return i64.MIN_VALUE;
  const running: Task = runqueue.current(cpu);
  if (!onlyRuns(running)) return i64.MIN_VALUE;
  let until = min(min(runqueue.interruptAt(cpu), runqueue.idleWakeAt(cpu)), runqueue.workerAt(cpu));
  const sleeper = runqueue.firstSleeper(cpu);
  if (sleeper != NO_TASK) until = min(until, task.wakeAt(sleeper));
  if (runqueue.firstAlarm(cpu) != 0) until = min(until, alarmAt(runqueue.firstAlarm(cpu)));
  until = min(until, aloneUntil(cpu, running));
  for (let t = runqueue.firstReady(cpu); t != NO_TASK; t = task.nextReady(t)) {
    if (!onlyRuns(t)) return i64.MIN_VALUE;
    until = min(until, aloneUntil(cpu, t));
  }
  return until;
}

function isUndisturbed(cpu: Cpu): bool {
  return (
    contextSwitch == 0 &&
    vmExit == 0 &&
    runqueue.worker(cpu) == runqueue.WORKER_NONE &&
    runqueue.lookAt(cpu) == NEVER &&
    !runqueue.isStalled(cpu)
  );
}

/** Until when the task, had it the CPU for itself, would neither end its phase nor find work at a tick. */
function aloneUntil(cpu: Cpu, t: Task): i64 {
  const end = after(runqueue.runFrom(cpu), task.left(t));
  const scans = taskWork && table.kind(task.classOf(t)) == table.KIND_VCPU;
  return scans ? min(end, nextScan(t, runqueue.clock(cpu)) - 1) : end;
}

/** Does the task stay in its phase, and take no notice of its flags, as long as slices end? */
function onlyRuns(t: Task): bool {
  const flags = task.threadFlags(t);
  if ((flags & ~TIF_PATCH_PENDING) != 0 || task.isHeld(t)) return false;
  const where = task.context(t);
  const mode = table.mode(task.phase(t));
  if (mode == table.USER) {
    return flags == 0 && (where == task.PHASE || (where == task.EXIT && task.then(t) == task.THEN_CONTINUE));
  }
  if (mode == table.KERNEL) return preemption == PREEMPT_FULL && where == task.PHASE && (flags == 0 || !condResched);
  return (
    mode == table.GUEST &&
    (where == task.PHASE || where == task.WORK || where == task.GUEST_EXIT) &&
    (preemption == PREEMPT_FULL || (guestMask & TIF_NEED_RESCHED) != 0) &&
    (flags == 0 || ((guestMask | guestLeaves | guestUpdates) & TIF_PATCH_PENDING) == 0)
  );
}
