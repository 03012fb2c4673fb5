// One CPU up to a barrier: everything that can happen on it between two tries (docs/rules.md, 5 to 8). CPUs do not touch each
// other here. Events at which nothing could change are not visited: ticks without work, exits and cond_resched() points
// while no flag makes them matter. src/replay/plain visits them all and must agree.

import { alarmTask, takeAlarm } from "./alarm";
import {
  after,
  block,
  condReschedHook,
  endHalt,
  endPhase,
  hasSignals,
  heedsSignals,
  interrupted,
  rise,
  roleOf,
} from "./behaviour";
import * as table from "./behaviour-table";
import { nextAlarm } from "./crowd";
import { exponentialTicks, FOREVER } from "./distribution";
import { BRANCHING, ENTITY_CPU, LOOK, uniform } from "./draw";
import { exitLoop } from "./entry";
import {
  EXIT_WORK,
  RESCHED,
  SIGNALS,
  TIF_NEED_RESCHED,
  TIF_NEED_RESCHED_LAZY,
  TIF_NOTIFY_RESUME,
  TIF_PATCH_PENDING,
} from "./flags";
import {
  Cpu,
  idleWakeRate,
  isNohzFull,
  isOnline,
  jiffyNotBefore,
  nextWatchdog,
  preemption,
  PREEMPT_FULL,
  PREEMPT_LAZY,
  PREEMPT_NONE,
  PREEMPT_VOLUNTARY,
  schedulerTick,
  vmExit,
  watchdog,
} from "./host";
import { guestWork, isScan, isScanned, nextScan, workLoop } from "./kvm";
import { IDLE, release, setRank, switchIdle } from "./patch-state";
import { condResched } from "./policy";
import { placeSleeper } from "./resting";
import { runRoutine } from "./routine";
import * as runqueue from "./runqueue";
import { NEVER, now, setNow } from "./runqueue";
import * as tally from "./tally";
import * as task from "./task";
import { NO_TASK, Task } from "./task";
import { takeTurns } from "./turns";

const TICKS_PER_SECOND: f64 = 1e6;

// The kinds of event, in the order of equal instants.
const TICK: u32 = 0;
const WAKE: u32 = 1;
const PHASE_END: u32 = 2;
const STALL_END: u32 = 3;
const LOOK_POINT: u32 = 4;
const INTERRUPT: u32 = 5;
const IDLE_WAKE: u32 = 6;
const WATCHDOG: u32 = 7;
const WORKER_WAKE: u32 = 8;
/** Of the wake-ups. */
const ALARM: u32 = 9;

/**
 * Runs one CPU up to and including `until`. True: its worker has begun to run, at `now`, and the CPU stopped there.
 * With untilClean it also stops, its clock there, once its last straggler has switched: whatever follows can be made up later.
 */
export function runCpu(cpu: Cpu, until: i64, untilClean: bool = false): bool {
  if (runqueue.nextEvent(cpu) > until) return false;
  setRank(cpu);
  const waited = runqueue.worker(cpu) != runqueue.WORKER_RUNNING;
  for (;;) {
    const at = findEvent(cpu);
    if (at > until) {
      runqueue.setNextEvent(cpu, at);
      break;
    }
    if ((eventKind == TICK || (eventKind == ALARM && tickAt != NEVER)) && takeTurns(cpu, tickAt, until)) continue;
    if (eventKind <= PHASE_END && runRoutine(cpu, until)) proceed(cpu);
    else {
      setNow(at);
      runqueue.setClock(cpu, at);
      execute(cpu);
    }
    if (waited && runqueue.worker(cpu) == runqueue.WORKER_RUNNING) {
      touch(cpu);
      setRank(tally.BARRIER);
      return true;
    }
    if (untilClean && runqueue.stragglers(cpu) == 0) {
      touch(cpu);
      setRank(tally.BARRIER);
      return false;
    }
  }
  setRank(tally.BARRIER);
  return false;
}

/** Something has changed this CPU, which has run up to now: its next event must be found anew. */
export function touch(cpu: Cpu): void {
  runqueue.setClock(cpu, now);
  runqueue.setNextEvent(cpu, i64.MIN_VALUE);
}

/** When something happens next on this CPU, as things stand. */
export function peek(cpu: Cpu): i64 {
  if (runqueue.nextEvent(cpu) == i64.MIN_VALUE) runqueue.setNextEvent(cpu, findEvent(cpu));
  return runqueue.nextEvent(cpu);
}

// What findEvent() found.
let eventKind: u32 = 0;
/** The next tick at which something can change; NEVER if there is none. */
let tickAt: i64 = NEVER;
let eventTask: i32 = NO_TASK;

function findEvent(cpu: Cpu): i64 {
  let at = NEVER;
  const running = runqueue.current(cpu);
  if (running != NO_TASK) {
    at = nextTick(cpu, running);
    eventKind = TICK;
  }
  tickAt = at;
  const sleeper = runqueue.firstSleeper(cpu);
  if (sleeper != NO_TASK && task.wakeAt(sleeper) < at) {
    at = task.wakeAt(sleeper);
    eventKind = WAKE;
    eventTask = sleeper;
  }
  const rings = nextAlarm(cpu);
  if (rings < at || (rings == at && eventKind == WAKE && <i32>alarmTask(runqueue.firstAlarm(cpu)) < eventTask)) {
    at = rings;
    eventKind = ALARM;
  }
  if (running != NO_TASK) {
    if (runqueue.isStalled(cpu)) {
      at = earlier(at, runqueue.stallUntil(cpu), STALL_END);
    } else if (task.context(running) == task.POLL) {
      at = earlier(at, runqueue.pollEnd(cpu), PHASE_END);
    } else {
      at = earlier(at, after(runqueue.runFrom(cpu), task.left(running)), PHASE_END);
      at = earlier(at, runqueue.lookAt(cpu), LOOK_POINT);
    }
  }
  at = earlier(at, runqueue.interruptAt(cpu), INTERRUPT);
  at = earlier(at, runqueue.idleWakeAt(cpu), IDLE_WAKE);
  if (watchdog > 0 && runqueue.idlePending(cpu) && hasWatchdog(cpu)) {
    at = earlier(at, nextWatchdog(runqueue.clock(cpu)), WATCHDOG);
  }
  at = earlier(at, runqueue.workerAt(cpu), WORKER_WAKE);
  return at >= FOREVER ? NEVER : at;
}

function earlier(at: i64, candidate: i64, kind: u32): i64 {
  if (candidate >= at) return at;
  eventKind = kind;
  return candidate;
}

/** The next scheduler tick at which something can change for the current task; NEVER if none. */
function nextTick(cpu: Cpu, running: Task): i64 {
  const contenders = runqueue.contenders(cpu);
  const waiting = contenders > 0;
  if (!schedulerTick || (!waiting && isNohzFull(cpu))) return NEVER;
  const clock = runqueue.clock(cpu);
  const flags = task.threadFlags(running);
  if (tickHasWork(running, flags, waiting)) return jiffyAfter(clock);
  let at = NEVER;
  if (waiting && (flags & TIF_NEED_RESCHED) == 0) {
    const share = runqueue.slice(contenders + 1) - runqueue.ran(cpu);
    const due = runqueue.runFrom(cpu) + share;
    at = share > 0 && due > clock ? jiffyNotBefore(due) : jiffyAfter(clock);
  }
  return isScanned(running) ? min(at, nextScan(running, clock)) : at;
}

function jiffyAfter(time: i64): i64 {
  return jiffyNotBefore(time + 1);
}

function tickHasWork(running: Task, flags: u32, waiting: bool): bool {
  if ((flags & TIF_NEED_RESCHED_LAZY) != 0 && (flags & TIF_NEED_RESCHED) == 0) return true;
  if (task.isHeld(running)) return true;
  const where = task.context(running);
  if (where == task.POLL) return waiting || (flags & (RESCHED | SIGNALS)) != 0;
  const mode = table.mode(task.phase(running));
  if (mode == table.USER) return (flags & EXIT_WORK) != 0;
  if (mode == table.GUEST) return guestWork(running) != 0 || (flags & RESCHED) != 0;
  return preemptsInKernel(flags) || ((flags & SIGNALS) != 0 && heedsSignals(running));
}


@inline
function execute(cpu: Cpu): void {
  tally.countEvent();
  const wasIdle = runqueue.isIdle(cpu);
  if (eventKind == TICK) tick(cpu);
  else if (eventKind == WAKE) wake(cpu, eventTask);
  else if (eventKind == ALARM) {
    if (!rings(cpu, takeAlarm(cpu))) return;
  } else if (eventKind == PHASE_END) endOfPhase(cpu);
  else if (eventKind == STALL_END) endOfStall(cpu);
  else if (eventKind == LOOK_POINT) look(cpu);
  else if (eventKind == INTERRUPT) {
    delayedInterrupt(cpu);
    if (wasIdle) return; // an interrupt alone does not make the idle loop turn
  } else if (eventKind == IDLE_WAKE) idleWake(cpu);
  else if (eventKind == WATCHDOG) turnIdleLoop(cpu);
  else wakeWorker(cpu);
  proceed(cpu);
}

function tick(cpu: Cpu): void {
  const t: Task = runqueue.current(cpu);
  const flags = task.threadFlags(t);
  if (preemption == PREEMPT_LAZY && (flags & TIF_NEED_RESCHED_LAZY) != 0) task.setFlags(t, TIF_NEED_RESCHED);
  runqueue.charge(cpu);
  const contenders = runqueue.contenders(cpu);
  if (contenders > 0 && runqueue.ran(cpu) >= runqueue.slice(contenders + 1)) resched(t);
  if (isScanned(t) && isScan(t)) task.setFlags(t, TIF_NOTIFY_RESUME);
  if (task.inUserMode(t) || task.inGuestMode(t)) release(t);
  interrupt(cpu);
}

function resched(t: Task): void {
  task.setFlags(t, preemption == PREEMPT_LAZY ? TIF_NEED_RESCHED_LAZY : TIF_NEED_RESCHED);
}

/** An alarm wakes the task if it rests. */
function rings(cpu: Cpu, t: Task): bool {
  placeSleeper(t);
  if (task.state(t) != task.SLEEP || !table.isRest(task.phase(t))) return false;
  wake(cpu, t);
  task.setWakeAt(t, now);
  return true;
}

/** A sleeper becomes runnable and may preempt current; the wake-up is an interrupt on this CPU. */
export function wake(cpu: Cpu, woken: Task): void {
  runqueue.charge(cpu);
  rise(cpu, woken);
  const running = runqueue.current(cpu);
  if (running == NO_TASK) return;
  if (task.context(running) != task.POLL && runqueue.preempts(task.vruntime(running) - task.vruntime(woken))) {
    resched(running);
  }
  interrupt(cpu);
}

function endOfPhase(cpu: Cpu): void {
  const t: Task = runqueue.current(cpu);
  runqueue.charge(cpu);
  if (task.context(t) != task.POLL) {
    task.setLeft(t, 0);
    endPhase(t);
  } else {
    runqueue.setPollEnd(cpu, NEVER);
    if (task.wakeAt(t) <= now) endHalt(t);
    else block(t);
  }
}

function endOfStall(cpu: Cpu): void {
  const t: Task = runqueue.current(cpu);
  const switching = runqueue.isSwitching(cpu);
  runqueue.endStall(cpu);
  runqueue.setRunFrom(cpu, now);
  if (switching && (task.threadFlags(t) & TIF_NEED_RESCHED) != 0) scheduleAgain(cpu, t);
  else {
    if (switching) task.setIrqPreempted(t, false);
    interrupt(cpu);
  }
}

/** schedule() goes on while R is set: asked to go during the switch to it, a task goes where it was. */
function scheduleAgain(cpu: Cpu, t: Task): void {
  const where = task.context(t);
  if (where != task.PHASE && where != task.GUEST_EXIT) release(t);
  runqueue.deselect(cpu);
}

function look(cpu: Cpu): void {
  runqueue.setLookAt(cpu, NEVER);
  const t: Task = runqueue.current(cpu);
  if (table.mode(task.phase(t)) == table.GUEST) {
    interrupt(cpu);
    return;
  }
  if (condResched) condReschedHook(t);
  if ((task.threadFlags(t) & TIF_NEED_RESCHED) != 0 && reschedsInCondResched()) runqueue.deselect(cpu);
}

/** Under full and lazy preemption cond_resched() does not schedule. */
function reschedsInCondResched(): bool {
  return preemption == PREEMPT_NONE || preemption == PREEMPT_VOLUNTARY;
}

/** An IPI that took its time: a kick, or the wake-up of an idle CPU. */
function delayedInterrupt(cpu: Cpu): void {
  const kick = runqueue.interruptIsKick(cpu);
  runqueue.setInterruptAt(cpu, NEVER, false);
  if (kick) deliverKick(cpu);
  else if (runqueue.isIdle(cpu)) {
    if (runqueue.idlePending(cpu)) switchIdle(cpu, IDLE);
  } else interrupt(cpu);
}

/** An idle CPU reschedules for a reason of its own. */
function idleWake(cpu: Cpu): void {
  runqueue.setIdleWakeAt(cpu, NEVER);
  turnIdleLoop(cpu);
}

/** Something short has run on the CPU: if that was idle, its loop turns. */
function turnIdleLoop(cpu: Cpu): void {
  if (runqueue.isIdle(cpu) && runqueue.idlePending(cpu)) switchIdle(cpu, IDLE);
}

/** A reschedule IPI arrives: it forces a kernel entry, nothing more (kick_process). */
export function deliverKick(cpu: Cpu): void {
  const t = runqueue.current(cpu);
  if (t != NO_TASK && !runqueue.isStalled(cpu) && task.inGuestMode(t)) tally.countGuestExit(cpu);
  interrupt(cpu);
}

/** The worker of a try or of a synchronization wants this CPU. */
function wakeWorker(cpu: Cpu): void {
  runqueue.setWorkerAt(cpu, NEVER);
  runqueue.setWorker(cpu, runqueue.WORKER_WAITING);
  const running = runqueue.current(cpu);
  if (running == NO_TASK) return;
  runqueue.charge(cpu);
  resched(running);
  interrupt(cpu);
}

/** The completer, back from a wait, competes for its CPU; a wake-up preempts if it is enough behind. */
export function awaitTurn(cpu: Cpu, vruntime: i64): void {
  runqueue.setWorkerVruntime(cpu, vruntime);
  runqueue.setWorker(cpu, runqueue.WORKER_COMPETING);
  const running = runqueue.current(cpu);
  if (running != NO_TASK) {
    const lag = task.vruntime(running) - vruntime;
    if (vruntime <= runqueue.leastVruntime(cpu) || runqueue.preempts(lag)) resched(running);
    interrupt(cpu);
  }
  proceed(cpu);
  touch(cpu);
}

/** Is preemption inside the kernel due? */
function preemptsInKernel(flags: u32): bool {
  if (preemption == PREEMPT_FULL) return (flags & RESCHED) != 0;
  return preemption == PREEMPT_LAZY && (flags & TIF_NEED_RESCHED) != 0;
}

/** The current task is interrupted: what it does about its flags depends on where it is. */
export function interrupt(cpu: Cpu): void {
  const running = runqueue.current(cpu);
  if (running == NO_TASK || runqueue.isStalled(cpu)) return;
  const t: Task = running;
  const flags = task.threadFlags(t);
  const where = task.context(t);
  if (where == task.POLL) interruptPoll(cpu, t, flags);
  if (where != task.PHASE) return;
  const mode = table.mode(task.phase(t));
  if (mode == table.USER) {
    if ((flags & EXIT_WORK) == 0) return;
    runqueue.charge(cpu);
    runqueue.setLookAt(cpu, NEVER);
    task.exitToUser(t, task.THEN_CONTINUE);
  } else if (mode == table.GUEST) interruptGuest(cpu, t, flags);
  else interruptKernel(cpu, t, flags);
}

function interruptGuest(cpu: Cpu, t: Task, flags: u32): void {
  if (preemptsInKernel(flags)) {
    runqueue.charge(cpu);
    task.setContext(t, task.GUEST_EXIT);
    runqueue.deselect(cpu);
  } else if (guestWork(t) != 0) {
    runqueue.charge(cpu);
    runqueue.setLookAt(cpu, NEVER);
    task.setContext(t, task.WORK);
    if (vmExit > 0) runqueue.stallFor(cpu, vmExit);
  }
}

function interruptKernel(cpu: Cpu, t: Task, flags: u32): void {
  if (preemptsInKernel(flags)) {
    task.setIrqPreempted(t, true);
    runqueue.deselect(cpu);
  } else if ((flags & SIGNALS) != 0 && heedsSignals(t)) {
    runqueue.charge(cpu);
    runqueue.setLookAt(cpu, NEVER);
    interrupted(t);
  }
}

function interruptPoll(cpu: Cpu, t: Task, flags: u32): void {
  if ((flags & (RESCHED | SIGNALS)) == 0 && runqueue.contenders(cpu) == 0) return;
  runqueue.charge(cpu);
  runqueue.setPollEnd(cpu, NEVER);
  if ((flags & SIGNALS) != 0) task.setContext(t, task.WORK);
  else block(t);
}

/** Lets the current task go on until it is inside a phase again, or somebody else is, or the CPU is idle. */
export function proceed(cpu: Cpu): void {
  while (!runqueue.isStalled(cpu)) {
    let running = runqueue.current(cpu);
    if (running == NO_TASK) {
      running = takeCpu(cpu);
      if (running == NO_TASK) return;
      continue;
    }
    const where = task.context(running);
    if (where == task.PHASE || where == task.POLL) break;
    if (where == task.WOKEN) wokenUp(running);
    else if (where == task.EXIT) exitLoop(cpu, running);
    else workLoop(cpu, running);
  }
  aim(cpu);
}

/** Whoever is next on a CPU without a current task: the worker, the queue's first, or the idle task. */
function takeCpu(cpu: Cpu): i32 {
  const worker = runqueue.worker(cpu);
  if (worker == runqueue.WORKER_WAITING || (worker == runqueue.WORKER_COMPETING && hasTurn(cpu))) {
    runqueue.setWorker(cpu, runqueue.WORKER_RUNNING);
    return NO_TASK;
  }
  if (worker == runqueue.WORKER_RUNNING) return NO_TASK;
  const picked = runqueue.pick(cpu);
  if (picked == NO_TASK && runqueue.idlePending(cpu)) switchIdle(cpu, IDLE);
  return picked;
}

/** Nobody in the queue is behind the competing worker. */
function hasTurn(cpu: Cpu): bool {
  const first = runqueue.firstReady(cpu);
  return first == NO_TASK || runqueue.workerVruntime(cpu) <= task.vruntime(first);
}

function hasWatchdog(cpu: Cpu): bool {
  return isOnline(cpu) && !isNohzFull(cpu);
}

/** Back from a sleep (docs/rules.md, 7). */
function wokenUp(t: Task): void {
  const role = roleOf(t);
  if (role == table.ROLE_KTHREAD) endPhase(t);
  else if (role == table.ROLE_WORKER) {
    task.clearFlags(t, SIGNALS);
    endPhase(t);
  } else if (table.isHalt(task.phase(t))) {
    if (task.wakeAt(t) <= now) endHalt(t);
    else task.setContext(t, task.WORK);
  } else if (task.wakeAt(t) <= now) endPhase(t);
  else if (hasSignals(t)) interrupted(t);
  else block(t);
}

/** Draws the next look point when a flag begins to make it matter, drops it when none does. */
export function aim(cpu: Cpu): void {
  const running = runqueue.current(cpu);
  const rate = running == NO_TASK || runqueue.isStalled(cpu) ? 0 : lookRate(running);
  if (rate <= 0) runqueue.setLookAt(cpu, NEVER);
  else if (runqueue.lookAt(cpu) == NEVER) {
    assert(runqueue.weight(cpu) == 1); // twins draw nothing
    const u = uniform(running, LOOK, task.nextLook(running));
    runqueue.setLookAt(cpu, now + exponentialTicks(TICKS_PER_SECOND / rate, u));
    if (BRANCHING) runqueue.noteLookAimed(cpu);
  }
}

function lookRate(t: Task): f64 {
  if (task.context(t) != task.PHASE) return 0;
  const phase = task.phase(t);
  const mode = table.mode(phase);
  if (mode == table.KERNEL) {
    const flags = task.threadFlags(t);
    const matters =
      ((flags & TIF_NEED_RESCHED) != 0 && reschedsInCondResched()) || ((flags & TIF_PATCH_PENDING) != 0 && condResched);
    return matters ? table.condReschedRate(phase) : 0;
  }
  return mode == table.GUEST && guestWork(t) != 0 ? table.exitRate(phase) : 0;
}

/** Draws when an idle CPU whose idle task has T next reschedules for a reason of its own. */
export function aimIdle(cpu: Cpu): void {
  if (!isOnline(cpu) || !runqueue.isIdle(cpu) || !runqueue.idlePending(cpu) || idleWakeRate <= 0) return;
  const u = uniform(ENTITY_CPU + cpu, LOOK, runqueue.nextIdleLook(cpu));
  runqueue.setIdleWakeAt(cpu, now + exponentialTicks(TICKS_PER_SECOND / idleWakeRate, u));
  if (BRANCHING) runqueue.noteIdleAimed(cpu);
}

/** The worker leaves the CPU. */
export function endWorker(cpu: Cpu): void {
  runqueue.setWorker(cpu, runqueue.WORKER_NONE);
  proceed(cpu);
  touch(cpu);
}
