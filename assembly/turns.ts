// Turns: while the runnable tasks of a CPU stay the same and nothing is asked of them, only slices end there, and soon in a fixed
// order. Such a row of slices is taken at once (docs/rules.md, 5). Left out: CPUs on which a switch or an exit costs, which step.

import { alarmTask, enqueueAlarm, takeAlarm } from "./alarm";
import { after, phaseAfter } from "./behaviour";
import * as table from "./behaviour-table";
import { nextAlarm } from "./crowd";
import { durationTicks, FOREVER, isFixed } from "./distribution";
import { DURATION, uniform } from "./draw";
import { TIF_NEED_RESCHED, TIF_PATCH_PENDING } from "./flags";
import {
  contextSwitch,
  Cpu,
  jiffyNotBefore,
  latency,
  minGranularity,
  preemption,
  PREEMPT_FULL,
  settle,
  vmExit,
  wholeJiffies,
} from "./host";
import { isScanned, nextScan } from "./kvm";
import { condResched, guestLeaves, guestMask, guestUpdates } from "./policy";
import { isRestPending } from "./resting";
import * as runqueue from "./runqueue";
import { NEVER, now, setNow } from "./runqueue";
import * as task from "./task";
import { NO_TASK, Task } from "./task";

/** Takes the turns of this CPU from the slice that ends at `first` on, while nothing else can happen there and no later than `until`. False: there is none. */
@inline
export function takeTurns(cpu: Cpu, first: i64, until: i64): bool {
  const tasks = runqueue.runnable(cpu);
  const slice = runqueue.slice(tasks);
  const turn = wholeJiffies(slice);
  const limit = min(until, undisturbedUntil(cpu));
  if (tasks == 2) return takeTurnsOfTwo(cpu, first, limit, slice, turn);
  const stop = min(limit, nextAlarm(cpu));
  if (first > stop) return false;
  for (let end = first; end <= stop; end = jiffyNotBefore(now + slice)) {
    endTurn(cpu, end);
    if (turn > 0) takeRounds(cpu, turn, stop);
  }
  runqueue.setClock(cpu, now);
  return true;
}

/**
 * The same for two tasks, and for the moments among their turns of those who rest: while it lasts nothing changes of the two but their
 * virtual runtimes, and who runs.
 */
function takeTurnsOfTwo(cpu: Cpu, first: i64, limit: i64, slice: i64, turn: i64): bool {
  const one: Task = runqueue.current(cpu);
  const other: Task = runqueue.firstReady(cpu);
  let runsOne = true;
  let haveBoth = false;
  let running = task.vruntime(one);
  let waiting = task.vruntime(other);
  let from = runqueue.runFrom(cpu);
  let taken = false;
  for (let end = first; ; end = jiffyNotBefore(from + slice), taken = true) {
    const alarm = nextAlarm(cpu);
    const stop = min(limit, alarm);
    const isTurn = end <= stop;
    if (isTurn) {
      running += end - from;
      from = end;
    } else {
      if (alarm > limit) break;
      const then = running + (alarm - from);
      const next = takeMoment(cpu, alarm, limit, then, min(then, waiting));
      if (next == NEVER) break;
      running = then;
      from = next;
    }
    const swaps = waiting < running || (waiting == running && runsOne == other < one);
    const least = min(running, waiting);
    waiting = max(running, waiting);
    running = least;
    runsOne = runsOne != swaps;
    haveBoth = haveBoth || swaps;
    const lead = waiting - running;
    if (isTurn && turn > 0 && stop - from >= turn && (lead < turn || (lead == turn && runsOne == other < one))) {
      const turns = (stop - from) / turn;
      const each = (turns >> 1) * turn;
      from += turns * turn;
      haveBoth = true;
      const isOdd = (turns & 1) != 0;
      const rest = waiting + each;
      waiting = isOdd ? running + each + turn : rest;
      running = isOdd ? rest : running + each;
      runsOne = runsOne != isOdd;
    }
  }
  if (!taken) return false;
  addTicks(one, (runsOne ? running : waiting) - task.vruntime(one));
  addTicks(other, (runsOne ? waiting : running) - task.vruntime(other));
  if (haveBoth) waitForTurn(other);
  runqueue.setRunFrom(cpu, from);
  endTurn(cpu, from);
  runqueue.setClock(cpu, from);
  return true;
}

/** The current task's turn is over: it waits with the others, and the first of them runs. */
function endTurn(cpu: Cpu, end: i64): void {
  setNow(end);
  waitForTurn(runqueue.current(cpu));
  runqueue.deselect(cpu);
  task.setContext(runqueue.pick(cpu), task.PHASE);
}

/** Where a tick leaves the task whose slice it ends. */
export function waitForTurn(t: Task): void {
  const mode = table.mode(task.phase(t));
  if (mode == table.USER) task.exitToUser(t, task.THEN_CONTINUE);
  else if (mode == table.KERNEL) task.setIrqPreempted(t, true);
  else task.setContext(t, preemption == PREEMPT_FULL ? task.GUEST_EXIT : task.WORK);
}

/** Of turns that have begun now and are of one length: the rounds, in which everybody has one, that end by `limit`. */
@inline
function takeRounds(cpu: Cpu, turn: i64, limit: i64): void {
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

export function addTicks(t: Task, ticks: i64): void {
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

/**
 * An alarm at `at` that wakes somebody who rests: it takes the CPU at once, works, and rests again before anything else can happen,
 * `until` included. Taken as one: when that is over; NEVER: it is not so. Current has this virtual runtime then, all others no less than
 * `least`.
 */
function takeMoment(cpu: Cpu, at: i64, until: i64, running: i64, least: i64): i64 {
  const t = alarmTask(runqueue.firstAlarm(cpu));
  const woken = max(least, runqueue.minVruntime(cpu)) - latency / 2;
  if (!runqueue.preempts(running - woken) || woken >= least || !isAtPeace(t)) return NEVER;
  const work = workOf(t, at);
  const end = at + work;
  if (end > until || work >= minGranularity) return NEVER;
  takeAlarm(cpu);
  if (nextAlarm(cpu) > end) return end;
  enqueueAlarm(cpu, at, t);
  return NEVER;
}

/** Is the task at rest, with nothing in its flags? */
function isAtPeace(t: Task): bool {
  if (table.mostWork(task.classOf(t)) >= FOREVER) return false;
  if (!task.isPlaced(t)) return !isRestPending();
  return task.state(t) == task.SLEEP && table.isRest(task.phase(t)) && task.threadFlags(t) == 0;
}

/** CPU time in ticks that the task, woken from its rest at this time, asks for before it rests again. */
function workOf(t: Task, at: i64): i64 {
  let visit = <u32>(at + settle);
  let work: i64 = 0;
  let phase = phaseAfter(t, table.restingPhase(task.classOf(t)), visit);
  while (!table.isRest(phase)) {
    visit++;
    const duration = table.duration(phase);
    work += durationTicks(duration, isFixed(duration) ? 0 : uniform(t, DURATION, visit));
    phase = phaseAfter(t, phase, visit);
  }
  return work;
}

/** Up to when, this instant included, nothing but turns can happen on a CPU with a current task. */
export function turnsUntil(cpu: Cpu): i64 {
  return min(undisturbedUntil(cpu), nextAlarm(cpu));
}

/** The same but for alarms. */
export function undisturbedUntil(cpu: Cpu): i64 {
  if (!isUndisturbed(cpu)) return i64.MIN_VALUE;
  const running: Task = runqueue.current(cpu);
  if (!onlyRuns(running)) return i64.MIN_VALUE;
  let until = min(runqueue.untilDisturbed(cpu), aloneUntil(cpu, running));
  const sleeper = runqueue.firstSleeper(cpu);
  if (sleeper != NO_TASK) until = min(until, task.wakeAt(sleeper));
  for (let t = runqueue.firstReady(cpu); t != NO_TASK; t = task.nextReady(t)) {
    if (!onlyRuns(t)) return i64.MIN_VALUE;
    until = min(until, aloneUntil(cpu, t));
  }
  return until;
}

/** Nobody but its tasks is about to run on this CPU, and switching between them costs nothing. */
export function isUndisturbed(cpu: Cpu): bool {
  return (
    contextSwitch == 0 &&
    vmExit == 0 &&
    runqueue.worker(cpu) == runqueue.WORKER_NONE &&
    runqueue.lookAt(cpu) == NEVER &&
    !runqueue.isStalled(cpu)
  );
}

/** Until when the task, had it the CPU for itself, would neither end its phase nor find work at a tick. */
@inline
function aloneUntil(cpu: Cpu, t: Task): i64 {
  const end = after(runqueue.runFrom(cpu), task.left(t));
  return isScanned(t) ? min(end, nextScan(t, runqueue.clock(cpu)) - 1) : end;
}

/** Does the task stay in its phase, and take no notice of its flags, as long as slices end? */
@inline
export function onlyRuns(t: Task): bool {
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
