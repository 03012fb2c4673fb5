// What a task does next: phases begin and end, sleeps block, forks and exits (docs/rules.md, 4 and 11).

import * as table from "./behaviour-table";
import { AFFECTED, BRANCHING, DURATION, NEXT, SPLIT, uniform } from "./draw";
import { durationTicks, FOREVER, isFixed } from "./distribution";
import { RESCHED, SIGNALS, TIF_NOTIFY_SIGNAL, TIF_PATCH_PENDING, TIF_SIGPENDING } from "./flags";
import { Cpu, haltPollGrow, haltPollMax, haltPollShrink, haltPollStart, latency, settle } from "./host";
import { COND_RESCHED, countStraggler, isPending, release, SCHEDULE, switchTask, transitioning } from "./patch-state";
import { forkFixed, scheduleHook } from "./policy";
import * as runqueue from "./runqueue";
import { now } from "./runqueue";
import { fallAsleep, rouse } from "./sleepers";
import * as tally from "./tally";
import * as task from "./task";
import { Task } from "./task";

/** start + length, saturated. */
export function after(start: i64, length: i64): i64 {
  return length >= FOREVER ? FOREVER : start + length;
}

export function roleOf(t: Task): u32 {
  return table.role(task.classOf(t));
}

export function hasSignals(t: Task): bool {
  return (task.threadFlags(t) & SIGNALS) != 0;
}

/** Does this sleep end on a wake-up for TASK_INTERRUPTIBLE? */
export function isInterruptible(phase: u32): bool {
  return table.wait(phase) != table.WAIT_DEAF || table.isHalt(phase);
}

/** Does this kernel phase look at signal_pending()? */
export function heedsSignals(t: Task): bool {
  return table.onSignal(task.phase(t)) != table.ON_SIGNAL_NONE && roleOf(t) == table.ROLE_USER;
}

/** Will the current task, in user mode, be in an affected phase of the kernel within so many ticks? Where in its last tick a phase ends is uniform. */
export function isAffectedWithin(t: Task, ticks: f64): bool {
  const left = task.left(t) - (now - runqueue.runFrom(task.cpuOf(t)));
  const visit = task.visit(t);
  if (<f64>left - uniform(t, SPLIT, visit) >= ticks) return false;
  const next = nextOf(t);
  if (next == table.EXIT_PHASE || table.mode(next) == table.USER) return false;
  return affectedDraw(t, next, visit + 1) < table.affectedProbability(next);
}

function affectedDraw(t: Task, phase: u32, visit: u32): f64 {
  return table.affectedByChance(phase) ? uniform(t, AFFECTED, visit) : 0.5;
}

/** Draws whether the visit's stack holds an affected function. */
@inline
export function drawAffected(t: Task, phase: u32): void {
  const u = affectedDraw(t, phase, task.visit(t));
  task.setAffected(t, u < table.affectedProbability(phase), u < table.affectedWorkProbability(phase));
}

/** The task's next visit is one of this phase: its length in ticks. */
export function enter(t: Task, phase: u32): i64 {
  const visit = task.visit(t) + 1;
  task.setVisit(t, visit);
  task.setPhaseOf(t, phase);
  drawAffected(t, phase);
  if (table.isRest(phase)) return FOREVER;
  const duration = table.duration(phase);
  const length = durationTicks(duration, isFixed(duration) ? 0 : uniform(t, DURATION, visit));
  if (BRANCHING) task.setLengthDrawn(t, length);
  return length;
}

/** Begins the next visit of a phase for the current task. */
export function begin(t: Task, phase: u32): void {
  const length = enter(t, phase);
  runqueue.setLookAt(task.cpuOf(t), runqueue.NEVER);
  if (table.forkTarget(phase) != table.EXIT_PHASE) task.setForkFlag(t, isPending(t));
  const mode = table.mode(phase);
  if (mode == table.SLEEP_MODE) {
    task.setWakeAt(t, after(now, length));
    if (table.isHalt(phase)) beginHalt(t, length);
    else beginSleep(t);
    return;
  }
  task.setLeft(t, length);
  if (mode == table.GUEST) task.setContext(t, task.WORK);
  else if (mode == table.KERNEL && hasSignals(t) && heedsSignals(t)) interrupted(t);
  else task.setContext(t, task.PHASE);
}

function beginSleep(t: Task): void {
  if (hasSignals(t) && isInterruptible(task.phase(t)) && roleOf(t) == table.ROLE_USER) interrupted(t);
  else block(t);
}

function beginHalt(t: Task, length: i64): void {
  const cpu = task.cpuOf(t);
  task.setHaltLength(t, length);
  const poll = task.poll(t);
  if (poll == 0 || runqueue.contenders(cpu) > 0 || (task.threadFlags(t) & (RESCHED | SIGNALS)) != 0) {
    block(t);
    return;
  }
  task.setContext(t, task.POLL);
  runqueue.setPollEnd(cpu, now + min(poll, length));
}

/** How a vCPU's polling time follows a halt of this length (KF 4.4). */
export function pollAfter(poll: i64, length: i64): i64 {
  if (length <= poll) return poll;
  if (poll > 0 && length > haltPollMax) return haltPollShrink == 0 ? 0 : poll / haltPollShrink;
  if (poll < haltPollMax && length < haltPollMax) {
    return min(haltPollMax, poll == 0 ? haltPollStart : poll * haltPollGrow);
  }
  return poll;
}

/** A halt is over because its time has come. */
export function endHalt(t: Task): void {
  task.setPoll(t, pollAfter(task.poll(t), task.haltLength(t)));
  endPhase(t);
}

/** The current task goes to sleep in its phase. */
export function block(t: Task): void {
  const cpu = task.cpuOf(t);
  if (scheduleHook && table.wait(task.phase(t)) == table.WAIT_FREEZABLE && isPending(t) && !task.visitAffected(t)) {
    switchTask(t, SCHEDULE);
  }
  release(t);
  runqueue.charge(cpu);
  runqueue.leaveCpu(cpu);
  fallAsleep(cpu, t);
}

/** A sleeper becomes runnable: half a latency is made good to it, after a rest no more. */
export function rise(cpu: Cpu, t: Task): void {
  rouse(cpu, t);
  const credited = runqueue.minVruntime(cpu) - latency / 2;
  if (table.isRest(task.phase(t))) {
    task.setVruntime(t, credited);
    task.renumber(t, <u32>(now + settle));
  } else task.setVruntime(t, max(task.vruntime(t), credited));
  task.setContext(t, task.WOKEN);
  runqueue.enqueue(cpu, t);
}

/** A signal ends a sleep (or keeps it from beginning), or a kernel phase that heeds signals. */
export function interrupted(t: Task): void {
  const answer = table.onSignal(task.phase(t));
  if (answer == table.ON_SIGNAL_ABSORB && (task.threadFlags(t) & TIF_SIGPENDING) == 0) {
    task.clearFlags(t, TIF_NOTIFY_SIGNAL);
    block(t);
  } else if (answer == table.ON_SIGNAL_EINTR || answer == table.ON_SIGNAL_ABSORB) {
    tally.countEintr(task.cpuOf(t));
    task.exitToUser(t, task.THEN_EINTR);
  } else {
    tally.countRestart(task.cpuOf(t));
    task.exitToUser(t, task.THEN_RESTART);
  }
}

/** What follows this visit of a phase. */
@inline
export function phaseAfter(t: Task, phase: u32, visit: u32): u32 {
  return table.nextPhase(phase, table.hasChoice(phase) ? uniform(t, NEXT, visit) : 0);
}

/** The phase that follows, or EXIT_PHASE. */
export function nextOf(t: Task): u32 {
  return phaseAfter(t, task.phase(t), task.visit(t));
}

/** The current task's phase is over. */
export function endPhase(t: Task): void {
  const ended = task.phase(t);
  if (ended == table.vmmPhase(task.classOf(t))) {
    endVmm(t);
    return;
  }
  if (table.forkTarget(ended) != table.EXIT_PHASE) fork(t);
  if (roleOf(t) == table.ROLE_WORKER) task.clearFlags(t, SIGNALS); // get_signal() in the worker's loop
  const next = nextOf(t);
  if (next == table.EXIT_PHASE) exitTask(t);
  else if (table.mode(next) == table.USER && table.mode(ended) != table.USER) task.exitToUser(t, task.THEN_NEXT);
  else begin(t, next);
}

/** Begins the phase chosen when the last one ended, the exit-to-user loop being done. */
export function beginNext(t: Task): void {
  begin(t, nextOf(t));
}

/** Leaves KVM_RUN with -EINTR: the thread passes through its VMM and comes back to the same phase. */
export function beginVmm(t: Task): void {
  const number = task.classOf(t);
  task.setSavedPhase(t, task.phase(t));
  task.setSavedLeft(t, task.left(t));
  task.setPhaseOf(t, table.vmmPhase(number));
  task.setLeft(t, table.vmmTicks(number));
  task.setContext(t, task.PHASE);
}

/** The VMM calls KVM_RUN again. */
function endVmm(t: Task): void {
  const phase = task.savedPhase(t);
  task.setPhaseOf(t, phase);
  task.setLeft(t, task.savedLeft(t));
  if (!table.isHalt(phase)) task.setContext(t, task.WORK);
  else if (task.wakeAt(t) <= now) endPhase(t);
  else block(t);
}

/** cond_resched() of a task with T, where the era has the hook: it checks its own stack. */
export function condReschedHook(t: Task): void {
  if (isPending(t) && !task.stackAffected(t)) switchTask(t, COND_RESCHED);
}

function fork(parent: Task): void {
  const number = task.classOf(parent);
  const count = table.countOf(number);
  const slots = table.childrenOf(number);
  const first = table.firstTaskOf(number);
  if (parent >= first + count) return; // a child has no slots of its own
  const firstSlot = first + count + (parent - first) * slots;
  for (let child = firstSlot; child < firstSlot + slots; child++) {
    if (task.state(child) == task.DEAD) {
      bear(parent, child);
      return;
    }
  }
}

/** The child gets T and S of its parent: together since 6.1, before that T early and S late (klp_copy_process). */
function bear(parent: Task, child: Task): void {
  const cpu = task.cpuOf(parent);
  task.renewTask(child);
  task.setParent(child, parent);
  task.setPhaseOf(child, table.forkTarget(task.phase(parent)));
  runqueue.charge(cpu);
  task.setCpuOf(child, cpu);
  if (transitioning && (forkFixed ? isPending(parent) : task.forkFlag(parent))) {
    task.setFlags(child, TIF_PATCH_PENDING);
  }
  task.setSwitched(child, task.isSwitched(parent));
  if (transitioning && !task.isSwitched(parent)) countStraggler(cpu, 1);
  task.setVruntime(child, max(task.vruntime(parent), runqueue.minVruntime(cpu)));
  task.exitToUser(child, task.THEN_CHILD);
  runqueue.enqueue(cpu, child);
}

/** The child's first phase. */
export function beginChild(t: Task): void {
  begin(t, task.phase(t));
}

function exitTask(t: Task): void {
  const cpu = task.cpuOf(t);
  release(t);
  runqueue.charge(cpu);
  runqueue.leaveCpu(cpu);
  task.setState(t, task.ZOMBIE);
  const parent = task.parentOf(t);
  if (parent >= 0 && task.cpuOf(parent) == cpu) bury(t);
}

/** The parent has waited for the zombie: it leaves the task list. */
export function bury(t: Task): void {
  const cpu = task.cpuOf(t);
  if (transitioning && !task.isSwitched(t)) countStraggler(cpu, -1);
  task.setState(t, task.DEAD);
  if (transitioning) task.recordSwitch(t, -1, 0);
  task.clearFlags(t, TIF_PATCH_PENDING);
}
