// The transition: start, try to switch each task, try to complete, send signals, reverse, force, complete
// (kernel/livepatch/transition.c, 4.15 to 7.3; KF 1; docs/rules.md, 9 and 10).

import { hasSignals, isAffectedWithin, isInterruptible, roleOf } from "./behaviour";
import * as table from "./behaviour-table";
import { passTry } from "./branch";
import { FOREVER } from "./distribution";
import { BRANCHING } from "./draw";
import { aim, aimIdle, awaitTurn, deliverKick, endWorker, proceed, touch, wake } from "./cpu";
import { TIF_NEED_RESCHED, TIF_NOTIFY_SIGNAL, TIF_PATCH_PENDING } from "./flags";
import {
  activeCount,
  activeCpu,
  Cpu,
  contextSwitch,
  cpuCount,
  enableGap,
  hookOff,
  hookOn,
  hookWork,
  horizon,
  hz,
  idleTasks,
  ipi,
  isNohzFull,
  isOnline,
  latency,
  patchedFunctions,
  preemption,
  PREEMPT_FULL,
  rcuGrace,
  reliableStack,
  replaceNops,
  signalCost,
  STACK_FRAME_POINTERS,
  STACK_UNRELIABLE,
  tryCostPerTask,
  unhookWork,
  unpatching,
  unpatchWait,
  vmExit,
  WAIT_NONE,
  WAIT_RUDE_TASKS,
} from "./host";
import {
  countIdleStraggler,
  countStraggler,
  FORCE,
  heldCount,
  idleStragglers,
  hold,
  IDLE,
  isPending,
  REMOTE,
  resetHeld,
  resetStragglers,
  setTransitioning,
  STACK,
  switchIdle,
  switchTask,
  transitioning,
} from "./patch-state";
import {
  guestMask,
  HOOK_CALLS,
  HOOK_NONE,
  hookPatching,
  remote,
  remoteWindow,
  signalEveryTries,
  signalFlag,
  SIGNAL_ADMIN,
  SIGNAL_AUTO,
  signalSource,
  wakeIdle,
  wakeKthreads,
} from "./policy";
import { TASK_MAX } from "./memory";
import { prepareAlarms, placeRung } from "./alarm";
import { anyCrowded } from "./crowd";
import { prepareCalm } from "./calm";
import { prepareKin } from "./kin";
import { areHidden, placeLater, prepareRanked } from "./ranked";
import { lastResting, pendRest, placeResting, restingCount, switchRest } from "./resting";
import * as runqueue from "./runqueue";
import { NEVER, now, setNow } from "./runqueue";
import { fallAsleep } from "./sleepers";
import {
  buryZombies,
  countRounds,
  rounds,
  countSynchronization,
  follow,
  followUnyielding,
  runTo,
  runToTurn,
  runToWorker,
  SCHEDULE_END,
  setTryCpu,
  synchronize,
  tryCpu,
} from "./schedule";
import { checkReached, noteReached, passTries, resetStagnation } from "./stagnation";
import * as tally from "./tally";
import { expiry, timeoutAfter } from "./timer";
import { arrivedCount, prepareTwins, presentCount, presentCpu } from "./twins";
import * as task from "./task";
import { NO_TASK, Task } from "./task";

/** sysfs `transition` reads 0 from then on; -1: not by the horizon. */
export let complete: i64 = -1;
/** End of the try that found nobody left; -1 before. */
export let decided: i64 = -1;
export let tries: u32 = 0;

/** klp_signals_cnt. */
let signalsCount: u32 = 0;
let dueTry: i64 = 0;
let reversed: bool = false;
/** Virtual runtime of the loader or worker when it got the CPU, and when that was. */
let workerVruntime: i64 = 0;
let workerFrom: i64 = 0;
/** Not before then can the next RCU-tasks grace period begin. */
let graceReady: i64 = 0;

// Tasks that a try or a round still has to look at, in order; with forks all slots, since any may be born a straggler.
const PENDING: usize = SCHEDULE_END;
export const TRANSITION_END: usize = PENDING + ((<usize>TASK_MAX) << 2);
let pendingCount: u32 = 0;
/** CPUs that had arrived when the list was made: tasks of later ones are not in it. */
let listedCount: u32 = 0;

/** Does more than who gives way to a worker, once, depend on where tasks are after the deciding try? */
function findAftermath(): bool {
  for (let n: u32 = 0; n < actionCount; n++) if (actionKind(n) >= ACT_REVERSE) return true;
  if (hookPatching != HOOK_NONE) return true;
  if ((unpatching ? patchedFunctions : replaceNops) > 0 && unpatchWait != WAIT_NONE) return true;
  if (unhookWork > 0 && (unpatching || replaceNops > 0)) return true;
  return mayOutrun() || contextSwitch > 0 || vmExit > 0 || signalCost > 0;
}

/** May somebody not give way at once? */
function mayHoldOut(): bool {
  if ((guestMask & TIF_NEED_RESCHED) == 0) return true;
  if (preemption == PREEMPT_FULL) return false;
  for (let phase: u32 = 0; phase < table.phaseCount; phase++) if (table.mode(phase) == table.KERNEL) return true;
  return false;
}

/** May whoever completes have outrun the tasks of its CPU? */
function mayOutrun(): bool {
  return tryCostPerTask > 0 || enableGap > 0 || (hookWork > 0 && !unpatching);
}

/** Does anything after the deciding try depend on where tasks are? If not, their CPUs need not be followed. */
export let hasAftermath: bool = true;
/** And that alone: does each CPU give way at the deciding try's end? */
let onlyAsksWhoYields: bool = false;

/** To be called when a model or a policy has been loaded. */
export function prepareTransition(): void {
  for (let cpu: Cpu = 0; cpu < cpuCount; cpu++) runqueue.clearCpu(cpu, 0);
  onlyAsksWhoYields = !findAftermath();
  hasAftermath = !onlyAsksWhoYields || mayHoldOut();
  prepareRanked(hasAftermath);
  prepareTwins(areHidden);
  prepareAlarms();
  prepareCalm();
  prepareKin();
  countInactive();
}

/** Online CPUs that text patching interrupts though nothing can happen there, and the tickless ones among them. */
let inactiveOnline: u32 = 0;
let inactiveIsolated: u32 = 0;

function countInactive(): void {
  inactiveOnline = inactiveIsolated = 0;
  for (let cpu: Cpu = 0, n: u32 = 0; cpu < cpuCount; cpu++) {
    if (n < activeCount && activeCpu(n) == cpu) n++;
    else if (isOnline(cpu)) {
      inactiveOnline++;
      if (isNohzFull(cpu)) inactiveIsolated++;
    }
  }
}

export function resetTransition(): void {
  listedCount = 0;
  complete = decided = -1;
  tries = signalsCount = 0;
  dueTry = 0;
  reversed = false;
  graceReady = -FOREVER;
  resetStagnation();
}

/** klp_start_transition() at time 0, by the loader on its CPU, which it keeps until the end of try 1. */
export function start(): void {
  setNow(0);
  if (tryCpu >= 0) displace(tryCpu);
  noteWorker(0);
  if (!unpatching) workerVruntime += hookWork;
  setTransitioning(true);
  resetStragglers();
  for (let t = task.nextPlaced(0); t < task.taskCount; t = task.nextPlaced(t + 1)) {
    if (task.state(t) == task.DEAD) continue;
    task.setFlags(t, TIF_PATCH_PENDING);
    countStraggler(task.cpuOf(t), 1);
  }
  pendRest();
  if (idleTasks) {
    for (let n: u32 = 0; n < presentCount; n++) {
      const cpu = presentCpu(n);
      runqueue.setIdlePending(cpu, true);
      countIdleStraggler(cpu, 1);
    }
  }
  if (hookPatching != HOOK_NONE) pokeAll();
  aimAll();
  buryZombies();
}

/** The loader takes the CPU from its current task. */
function displace(cpu: Cpu): void {
  const running = runqueue.current(cpu);
  if (running != NO_TASK) {
    const t: Task = running;
    runqueue.charge(cpu);
    if (task.inUserMode(t)) task.exitToUser(t, task.THEN_CONTINUE);
    else if (task.inGuestMode(t)) task.setContext(t, preemption == PREEMPT_FULL ? task.GUEST_EXIT : task.WORK);
    if (task.context(t) == task.POLL) {
      runqueue.leaveCpu(cpu);
      fallAsleep(cpu, t);
    } else runqueue.deselect(cpu);
  }
  runqueue.setWorker(cpu, runqueue.WORKER_RUNNING);
}

/** The loader or a worker has got the tries' CPU: it was asleep, as the scheduler places those who wake. */
function noteWorker(begun: i64): void {
  if (tryCpu >= 0) workerVruntime = runqueue.minVruntime(tryCpu) - latency / 2;
  workerFrom = begun;
}

function aimAll(): void {
  for (let n: u32 = 0; n < presentCount; n++) {
    const cpu = presentCpu(n);
    aim(cpu);
    aimIdle(cpu);
    touch(cpu);
  }
}

/** Text patching interrupts every online CPU (KF 1.11). */
function pokeAll(): void {
  tally.countIpis(inactiveOnline);
  tally.countIsolatedInterrupts(inactiveIsolated);
  for (let n: u32 = 0; n < presentCount; n++) {
    const cpu = presentCpu(n);
    if (!isOnline(cpu)) continue;
    sendIpi(cpu);
    if (runqueue.current(cpu) == NO_TASK) continue;
    deliverKick(cpu);
    proceed(cpu);
    touch(cpu);
  }
}

function sendIpi(cpu: Cpu): void {
  tally.countIpi(cpu);
  if (isNohzFull(cpu)) tally.countIsolatedInterrupt(cpu);
}

/** From start to complete or the horizon. */
export function runTransition(laterTryCpu: i32): void {
  const first = enableGap + (hookPatching == HOOK_CALLS ? hookOn : 0);
  if (first > horizon) {
    runTo(horizon);
    return;
  }
  runTo(first);
  tryComplete(first);
  if (dueTry == NEVER) return;
  if (transitioning) {
    endTry();
    setTryCpu(laterTryCpu);
    if (BRANCHING && passTry(tries, dueTry, signalsCount)) return;
  }
  let action: u32 = 0;
  while (transitioning) {
    const limit = min(horizon, max(actionAt(action), now));
    const begun = runToWorker(dueTry, limit);
    if (begun >= 0) {
      const waited = begun - dueTry;
      noteWorker(begun);
      tryComplete(begun);
      if (dueTry == NEVER) break;
      if (transitioning) {
        endTry();
        if (BRANCHING && passTry(tries, dueTry, signalsCount)) return;
        if (!BRANCHING) repeatTry(waited, now - begun, min(horizon, actionAt(action)));
      }
    } else if (actionAt(action) <= limit) {
      act(action);
      if (dueTry == NEVER) break;
      buryZombies();
      action++;
    } else break;
  }
  if (decided >= 0) finish();
}

/** Tries that would only repeat the last one, and end before `limit`, count as if they had been made. */
function repeatTry(waited: i64, taken: i64, limit: i64): void {
  const passed = passTries(dueTry, signalsCount, waited, taken, limit);
  if (passed == 0) return;
  tries += passed;
  signalsCount += passed;
  dueTry = expiry(now);
}

/** The worker leaves its CPU, and the dead are reaped. */
function endTry(): void {
  releaseCpu();
  buryZombies();
}

function releaseCpu(): void {
  if (tryCpu >= 0) endWorker(tryCpu);
}

/** Nothing left to do for this slot: no task, or one that has switched. */
function isDone(t: Task): bool {
  return task.state(t) == task.DEAD || task.isSwitched(t);
}

/** All slots are to be looked at again. */
function listPending(): void {
  pendingCount = 0;
  listedCount = arrivedCount;
  for (let t = task.nextPlaced(0); t < task.taskCount; t = task.nextPlaced(t + 1)) {
    store<u32>(PENDING + ((<usize>pendingCount) << 2), t);
    pendingCount++;
  }
}

/** The first try finds everyone who rests asleep, unless it never ends, no stack can be trusted or CPUs hear alarms of their own meanwhile: then they are tasks like any. */
function facesRest(begun: i64, end: i64): bool {
  const ordinary = end > horizon || reliableStack == STACK_UNRELIABLE || (anyCrowded && end > begun);
  if (ordinary) placeResting();
  else placeRung(begun, end);
  listPending();
  if (restingCount == 0) return false;
  switchRest(begun, tryCostPerTask);
  return true;
}

/** klp_try_complete_transition() begun at `begun`. */
function tryComplete(begun: i64): void {
  const end = begun + <i64>(task.taskCount + (idleTasks ? cpuCount : 0)) * tryCostPerTask;
  const lastAsleep: i64 = tries == 0 && facesRest(begun, end) ? lastResting() : -1;
  let noted = lastAsleep < 0;
  if (listedCount != arrivedCount) listPending();
  tries++;
  let failed = false;
  let kept: usize = PENDING;
  const last = PENDING + ((<usize>pendingCount) << 2);
  for (let next = PENDING; next < last; next += 4) {
    const t = load<u32>(next);
    if (isDone(t) && !table.hasFork) continue;
    const at = begun + <i64>t * tryCostPerTask;
    if (at > horizon) break;
    if (at > begun) runTo(at);
    if (!noted && <i64>t > lastAsleep) {
      noteRest(<Task>lastAsleep, begun);
      noted = true;
    }
    if (!isDone(t) && !trySwitchTask(t)) failed = true;
    store<u32>(kept, t);
    kept += 4;
  }
  pendingCount = <u32>((kept - PENDING) >> 2);
  if (!noted) noteRest(<Task>lastAsleep, begun);
  if (idleTasks && idleStragglers > 0) {
    for (let n: u32 = 0; n < presentCount; n++) {
      const cpu = presentCpu(n);
      if (runqueue.idleSwitched(cpu)) continue;
      const at = begun + <i64>(task.taskCount + cpu) * tryCostPerTask;
      if (at > horizon) break;
      if (at > begun) runTo(at);
      if (!runqueue.idleSwitched(cpu) && !trySwitchIdle(cpu)) failed = true;
    }
  }
  if (end > begun) runTo(min(end, horizon));
  if (end > horizon) {
    dueTry = NEVER;
    return;
  }
  if (failed) {
    if (signalSource == SIGNAL_AUTO && signalsCount > 0 && signalsCount % signalEveryTries == 0) sendSignals();
    signalsCount++;
    dueTry = expiry(end);
  } else {
    decided = end;
    setTransitioning(false);
  }
}

/** The last of those that rest is looked at. */
function noteRest(last: Task, begun: i64): void {
  const at = begun + <i64>last * tryCostPerTask;
  tally.noteSwitch(at, tally.BARRIER, table.restingPhase(task.classOf(last)), STACK);
}

/** klp_try_switch_task(): another CPU looks at a task that may be off its CPU (KF 2.1). */
function trySwitchTask(t: Task): bool {
  if (reliableStack == STACK_UNRELIABLE) return false;
  const cpu = task.cpuOf(t);
  if (task.state(t) == task.CURRENT) {
    if (!remote || !isNohzFull(cpu) || runqueue.isStalled(cpu) || !task.inUserMode(t)) return false;
    switchTask(t, REMOTE);
    if (remoteWindow > 0 && isAffectedWithin(t, remoteWindow)) tally.countViolation(cpu);
    touch(cpu);
    return true;
  }
  if (reliableStack == STACK_FRAME_POINTERS && task.irqPreempted(t)) return false;
  if (task.stackAffected(t)) return false;
  switchTask(t, STACK);
  return true;
}

/** The same for an idle task, and the poke of 5.16 for one that runs. */
function trySwitchIdle(cpu: Cpu): bool {
  if (!isOnline(cpu)) {
    switchIdle(cpu, IDLE);
    return true;
  }
  const idle = runqueue.isIdle(cpu);
  if (!idle && reliableStack != STACK_UNRELIABLE) {
    switchIdle(cpu, STACK);
    touch(cpu);
    return true;
  }
  if (idle && wakeIdle) {
    sendIpi(cpu);
    if (ipi == 0) switchIdle(cpu, IDLE);
    else if (runqueue.interruptAt(cpu) == NEVER) runqueue.setInterruptAt(cpu, now + ipi, false);
    touch(cpu);
  }
  return false;
}

/** Those of ranked classes who sleep on become tasks like any. */
function findLater(): void {
  if (!placeLater(now)) return;
  follow(false);
  runTo(now);
  listPending();
}

/** klp_send_signals(): one pass of fake signals over the tasks with T, in order. */
function sendSignals(): void {
  countRounds(1);
  findLater();
  if (listedCount != arrivedCount) listPending();
  for (let n: u32 = 0; n < pendingCount; n++) {
    const t = load<u32>(PENDING + ((<usize>n) << 2));
    if (task.state(t) == task.DEAD || !isPending(t)) continue;
    noteReached(t);
    signal(t);
    checkReached(t);
  }
  if (ipi > 0) aimSignalled();
}

/** What the flags just set make of exits and cond_resched() points before the kicks arrive, the whole round being over. */
function aimSignalled(): void {
  for (let n: u32 = 0; n < pendingCount; n++) {
    const t = load<u32>(PENDING + ((<usize>n) << 2));
    if (task.state(t) == task.CURRENT) aim(task.cpuOf(t));
  }
}

function signal(t: Task): void {
  const cpu = task.cpuOf(t);
  const asleep = task.state(t) == task.SLEEP && isInterruptible(task.phase(t));
  if (roleOf(t) == table.ROLE_KTHREAD) {
    if (!wakeKthreads || !asleep) return;
    tally.countKthreadWake(cpu);
  } else {
    if (signalFlag == TIF_NOTIFY_SIGNAL && (task.threadFlags(t) & TIF_NOTIFY_SIGNAL) != 0) return;
    task.setFlags(t, signalFlag);
    runqueue.markSignalled(cpu, task.state(t) != task.CURRENT || table.rests(task.classOf(t)));
    if (!asleep) {
      if (task.state(t) == task.CURRENT) kick(cpu);
      return;
    }
  }
  wake(cpu, t);
  proceed(cpu);
  touch(cpu);
}

/** kick_process(): a reschedule IPI to the CPU on which the task is current. */
function kick(cpu: Cpu): void {
  sendIpi(cpu);
  if (ipi > 0) {
    if (runqueue.interruptAt(cpu) == NEVER) runqueue.setInterruptAt(cpu, now + ipi, true);
  } else {
    deliverKick(cpu);
    proceed(cpu);
  }
  touch(cpu);
}

// Admin actions: what sysfs is written to while the transition runs.

export const ACT_SIGNAL: u32 = 0;
export const ACT_FORCE: u32 = 1;
export const ACT_REVERSE: u32 = 2;
/** kpatch gives up: it unloads the patch, which reverses the transition. */
export const ACT_GIVE_UP: u32 = 3;

export const ACTION_MAX: u32 = 64;
const ACTIONS = memory.data(<i32>ACTION_MAX * 16, 16);
export let actionCount: u32 = 0;

export function setAction(index: u32, at: i64, kind: u32): void {
  assert(index < ACTION_MAX);
  store<i64>(ACTIONS + ((<usize>index) << 4), at);
  store<u32>(ACTIONS + ((<usize>index) << 4) + 8, kind);
}

function actionAt(index: u32): i64 {
  return index < actionCount ? load<i64>(ACTIONS + ((<usize>index) << 4)) : NEVER;
}

function actionKind(index: u32): u32 {
  return load<u32>(ACTIONS + ((<usize>index) << 4) + 8);
}

function act(index: u32): void {
  const kind = actionKind(index);
  if (kind == ACT_SIGNAL) {
    if (signalSource == SIGNAL_ADMIN) sendSignals();
  } else if (kind == ACT_FORCE) force();
  else if (kind == ACT_REVERSE) reverse();
  else if (!reversed) {
    tally.countGiveUp();
    reverse();
  }
}

/** klp_force_transition(): every task switches whatever it is doing. */
function force(): void {
  findLater();
  follow(true);
  runTo(now);
  for (let t = task.nextPlaced(0); t < task.taskCount; t = task.nextPlaced(t + 1)) {
    if (task.state(t) != task.DEAD && !task.isSwitched(t)) switchTask(t, FORCE);
  }
  for (let n: u32 = 0; n < presentCount; n++) {
    const cpu = presentCpu(n);
    if (idleTasks && !runqueue.idleSwitched(cpu)) switchIdle(cpu, FORCE);
    aim(cpu);
    touch(cpu);
  }
  follow(false);
}

/** klp_reverse_transition(): those that have switched must switch back (KF 1.5). */
function reverse(): void {
  follow(true);
  placeResting();
  runTo(now);
  for (let t = task.nextPlaced(0); t < task.taskCount; t = task.nextPlaced(t + 1)) {
    task.clearFlags(t, TIF_PATCH_PENDING);
  }
  for (let n: u32 = 0; n < presentCount; n++) {
    const cpu = presentCpu(n);
    runqueue.setIdlePending(cpu, false);
    runqueue.setIdleWakeAt(cpu, NEVER);
  }
  if (tryCpu >= 0) {
    runqueue.setWorker(tryCpu, runqueue.WORKER_NONE);
    runqueue.setWorkerAt(tryCpu, NEVER);
  }
  const synchronized = synchronize(now);
  if (synchronized == NEVER) {
    dueTry = NEVER;
    return;
  }
  reversed = !reversed;
  turnBack();
  signalsCount = 0;
  dueTry = max(dueTry, now);
  follow(false);
}

/** The target has flipped: T again for all whose state differs from it. */
function turnBack(): void {
  tally.resetBlame();
  for (let t = task.nextPlaced(0); t < task.taskCount; t = task.nextPlaced(t + 1)) {
    if (task.state(t) == task.DEAD) continue;
    const wasSwitched = task.isSwitched(t);
    task.recordSwitch(t, -1, 0);
    task.setSwitched(t, !wasSwitched);
    countStraggler(task.cpuOf(t), wasSwitched ? 1 : -1);
    if (wasSwitched) task.setFlags(t, TIF_PATCH_PENDING);
  }
  if (idleTasks) {
    for (let n: u32 = 0; n < presentCount; n++) {
      const cpu = presentCpu(n);
      const wasSwitched = runqueue.idleSwitched(cpu);
      runqueue.recordIdleSwitch(cpu, -1, 0);
      runqueue.setIdleSwitched(cpu, !wasSwitched);
      runqueue.setIdlePending(cpu, wasSwitched);
      countIdleStraggler(cpu, wasSwitched ? 1 : -1);
    }
  }
  listPending();
  aimAll();
}

// Completion (klp_complete_transition, KF 1.4), by whoever made the deciding try: the *completer*.

function finish(): void {
  for (let t = task.nextPlaced(0); t < task.taskCount; t = task.nextPlaced(t + 1)) {
    if (task.state(t) != task.DEAD && isPending(t)) tally.countWarning(task.cpuOf(t));
  }
  let at = decided;
  if (!hasAftermath && !isSignalHeld()) {
    endTry();
    countSynchronization();
    complete = at;
    return;
  }
  if (onlyAsksWhoYields) followUnyielding(at);
  else follow(true);
  runTo(at);
  if (hookPatching != HOOK_NONE) pokeAll();
  buryZombies();
  if (hookPatching == HOOK_CALLS) at = work(at, hookOff);
  const hooks: u32 = unpatching != reversed ? patchedFunctions : replaceNops;
  for (let n: u32 = 0; n < hooks && at <= horizon; n++) at = unhook(at);
  if (at <= horizon) {
    leave();
    at = synchronize(at);
  }
  if (at <= horizon) at = turn(at, false);
  if (at <= horizon) complete = at;
  else runTo(horizon);
}

/** Has a task signals of a round that it deals with when its CPU is rescheduled, and so at completion's synchronization? */
function isSignalHeld(): bool {
  if (rounds == 0) return false;
  for (let n: u32 = 0; n < presentCount; n++) {
    const cpu = presentCpu(n);
    if (!runqueue.wasSignalled(cpu)) continue;
    if (runqueue.readyCount(cpu) > 0) return true;
    const running = runqueue.current(cpu);
    if (running != NO_TASK && hasSignals(running)) return true;
  }
  return false;
}

/** The completer keeps its CPU for so long; NEVER beyond the horizon. */
function work(at: i64, ticks: i64): i64 {
  if (at + ticks > horizon) return NEVER;
  runTo(at + ticks);
  return now;
}

/** The completer goes to sleep. */
function leave(): void {
  workerVruntime += now - workerFrom;
  releaseCpu();
}

/** One ftrace hook goes (ftrace_shutdown()): the work, then the waits. The completer has the CPU before and after. */
function unhook(from: i64): i64 {
  let at = work(from, unhookWork);
  if (unpatchWait == WAIT_NONE || at > horizon) return at;
  leave();
  at = synchronize(at);
  if (unpatchWait == WAIT_RUDE_TASKS) {
    if (at <= horizon) at = turn(at, false);
    if (at <= horizon) at = gracePeriod(at);
  }
  return at <= horizon ? turn(at, true) : at;
}

/**
 * A wait of the completer is over: it competes for its CPU as any task does, and may have outrun the others there. `takes`: it needs
 * the CPU for longer than an instant. The time when it goes on; NEVER beyond the horizon.
 */
function turn(at: i64, takes: bool): i64 {
  if (tryCpu < 0) return at;
  const cpu: Cpu = tryCpu;
  runqueue.charge(cpu);
  touch(cpu);
  workerVruntime = max(workerVruntime, runqueue.minVruntime(cpu) - latency / 2);
  if (runqueue.runnable(cpu) > 0 && (takes || workerVruntime > runqueue.leastVruntime(cpu))) {
    awaitTurn(cpu, workerVruntime);
    at = runToTurn(cpu);
    if (at > horizon) return at;
    if (!takes) releaseCpu();
  } else if (takes) {
    runqueue.setWorker(cpu, runqueue.WORKER_RUNNING);
  }
  workerFrom = at;
  return at;
}

/** An RCU-tasks grace period (kernel/rcu/tasks.h, 6.1) asked for at `from`: its end; NEVER beyond the horizon. */
function gracePeriod(from: i64): i64 {
  const tenth = hz / 10;
  let at = max(from, graceReady) + rcuGrace; // so that all changes of state can be seen
  if (at > horizon) return NEVER;
  runTo(at);
  holdRunnable();
  for (let interval = tenth; heldCount > 0; interval = min(interval + 1, hz)) {
    at = timeoutAfter(at, interval);
    if (at > horizon) return NEVER;
    runTo(at);
  }
  at += rcuGrace;
  graceReady = timeoutAfter(at, tenth);
  if (at > horizon) return NEVER;
  runTo(at);
  return at;
}

function holdRunnable(): void {
  resetHeld();
  for (let t = task.nextPlaced(0); t < task.taskCount; t = task.nextPlaced(t + 1)) {
    task.setHeld(t, false);
    const runs = task.state(t) == task.CURRENT;
    if (task.state(t) != task.READY && !runs) continue;
    const cpu = task.cpuOf(t);
    const extended = runs && isNohzFull(cpu) && runqueue.readyCount(cpu) == 0;
    if (extended && (task.inUserMode(t) || task.inGuestMode(t))) continue;
    hold(t);
    touch(cpu);
  }
}
