// Calm CPUs: nothing happens there but that tasks at rest wake, work for a moment and rest again, and once all rest no trace of it is
// left. Of a long calm only the end has to be followed (docs/performance.md; src/replay/plain follows all of it).

import { alarmRate, collect, forgetAlarms, foundAt, foundTask, queueAlarm, restingClasses } from "./alarm";
import * as table from "./behaviour-table";
import { peek } from "./cpu";
import { anyCrowded, CROWD_END, isCrowded, nextAlarm } from "./crowd";
import { FOREVER } from "./distribution";
import { TIF_NEED_RESCHED, TIF_PATCH_PENDING } from "./flags";
import {
  activeCount,
  activeCpu,
  contextSwitch,
  Cpu,
  cpuCount,
  hz,
  isBalanced,
  isLone,
  latency,
  minGranularity,
  preemption,
  PREEMPT_FULL,
  schedulerTick,
  settle,
  signalCost,
  vmExit,
  wakeupGranularity,
} from "./host";
import { CPU_MAX } from "./memory";
import { isPending } from "./patch-state";
import { condResched, guestEats, guestLeaves, guestMask, guestUpdates } from "./policy";
import { isRestPending } from "./resting";
import * as runqueue from "./runqueue";
import * as task from "./task";
import { NO_TASK, Task } from "./task";
import { undisturbedUntil } from "./turns";
import { groupOf, GROUP_MAX, NO_GROUP, runsForEver, standInOf } from "./twins";

// By CPU, the same for all that cannot be told apart: the classes at rest that have tasks there, a bit each; whether it forgets, once
// they rest again, that they ever worked. And its one task that does not rest.
const CLASSES: usize = CROWD_END;
const RUNNER: usize = CLASSES + ((<usize>CPU_MAX) << 3);
const FORGETS: usize = RUNNER + ((<usize>CPU_MAX) << 2);
const GIVES_WAY: usize = FORGETS + CPU_MAX;
const WORK: usize = GIVES_WAY + CPU_MAX;
const OBLIVION: usize = WORK + ((<usize>CPU_MAX) << 3);
// By group of twins, while these are filled in: classes, whether all forget, most work.
const TWINS_BYTES: usize = 24;
const TWINS: usize = OBLIVION + ((<usize>CPU_MAX) << 3);
export const CALM_END: usize = TWINS + <usize>GROUP_MAX * TWINS_BYTES;

/** The runner never runs while somebody who rests otherwise is awake. */
let standsBy: bool = false;
/** The settling is long enough to be forgotten itself: everyone may start at rest. */
export let startsCalm: bool = false;

/** More alarms than this at the end of a calm are not worth looking at one by one. */
const FOUND_FEW: f64 = 32;

export function classesAt(cpu: Cpu): u64 {
  return load<u64>(CLASSES + ((<usize>cpu) << 3));
}
function setClassesAt(cpu: Cpu, classes: u64): void {
  store<u64>(CLASSES + ((<usize>cpu) << 3), classes);
}
function runnerOf(cpu: Cpu): i32 {
  return load<i32>(RUNNER + ((<usize>cpu) << 2));
}
function setRunner(cpu: Cpu, t: i32): void {
  store<i32>(RUNNER + ((<usize>cpu) << 2), t);
}
function forgets(cpu: Cpu): bool {
  return load<u8>(FORGETS + cpu) != 0;
}
function setForgets(cpu: Cpu, value: bool): void {
  store<u8>(FORGETS + cpu, <u8>value);
}
/** Does whoever is current there leave at once for a worker? */
export function givesWay(cpu: Cpu): bool {
  return load<u8>(GIVES_WAY + cpu) != 0;
}
function setGivesWay(cpu: Cpu, value: bool): void {
  store<u8>(GIVES_WAY + cpu, <u8>value);
}
/** CPU time in ticks that the tasks at rest here may take, switches to and fro included, if all of them are awake. */
function work(cpu: Cpu): i64 {
  return load<i64>(WORK + ((<usize>cpu) << 3));
}
function setWork(cpu: Cpu, ticks: i64): void {
  store<i64>(WORK + ((<usize>cpu) << 3), ticks);
}

/** Without an alarm for so long, in ticks, the CPU, if it forgets, has forgotten. */
export function oblivionOf(cpu: Cpu): i64 {
  return load<i64>(OBLIVION + ((<usize>cpu) << 3));
}
function setOblivion(cpu: Cpu, ticks: i64): void {
  store<i64>(OBLIVION + ((<usize>cpu) << 3), ticks);
}

// Once a model and policy.

/** To be called when the twins are known. */
export function prepareCalm(): void {
  for (let cpu: Cpu = 0; cpu < cpuCount; cpu++) {
    setClassesAt(cpu, 0);
    setRunner(cpu, NO_TASK);
    setForgets(cpu, schedulerTick && !isBalanced(cpu) && switchesCheaply());
    setGivesWay(cpu, contextSwitch + vmExit + signalCost == 0);
    setWork(cpu, 0);
  }
  let longest: i64 = 0;
  for (let t: Task = 0; t < task.taskCount; t++) longest = max(longest, meetTask(t));
  if (contextSwitch > 0) {
    // An idle CPU remembers whom it need not switch to.
    for (let cpu: Cpu = 0; cpu < cpuCount; cpu++) if (runnerOf(cpu) == NO_TASK) setForgets(cpu, false);
  }
  shareAmongTwins();
  measure(longest);
}

function jiffy(): i64 {
  return 1000000 / hz + 1;
}

/** Switches cost little beside the turns they end. */
function switchesCheaply(): bool {
  return (contextSwitch + vmExit) * 8 <= jiffy();
}

/** Notes one more task of its CPU; the longest that it may work between two rests, in ticks. */
function meetTask(t: Task): i64 {
  const number = task.classOf(t);
  const cpu = task.homeCpu(t);
  if (!alwaysYields(number)) setGivesWay(cpu, false);
  if (table.rests(number)) {
    const most = table.mostWork(number);
    if (!isCrowded(cpu)) setClassesAt(cpu, classesAt(cpu) | ((<u64>1) << number));
    if (most >= FOREVER) setForgets(cpu, false);
    else setWork(cpu, work(cpu) + mostOf(t));
    return most;
  }
  if (runnerOf(cpu) != NO_TASK || !runsForEver(number) || !yields(table.mode(table.startPhase(number, 0)))) {
    setForgets(cpu, false);
  }
  setRunner(cpu, t);
  return 0;
}

/** What a wake-up of the task may take of its CPU at most, in ticks, switches to and fro included and once more. */
function mostOf(t: Task): i64 {
  return table.mostWork(task.classOf(t)) + 4 * contextSwitch + 2 * vmExit;
}

function alwaysYields(number: u32): bool {
  const first = table.firstPhaseOf(number);
  for (let phase = first; phase < first + table.phasesOf(number); phase++) {
    if (table.mode(phase) != table.SLEEP_MODE && !yields(table.mode(phase))) return false;
  }
  return true;
}

/** Asked to reschedule, does a task in this mode give way at once? */
function yields(mode: u32): bool {
  return (
    mode == table.USER || preemption == PREEMPT_FULL || (mode == table.GUEST && (guestMask & TIF_NEED_RESCHED) != 0)
  );
}

function twins(group: u32): usize {
  return TWINS + <usize>group * TWINS_BYTES;
}

/** CPUs that cannot be told apart are taken as one: what one of them has or remembers, each does. */
function shareAmongTwins(): void {
  for (let group: u32 = 0; group < GROUP_MAX; group++) {
    store<u64>(twins(group), 0);
    store<u8>(twins(group), 1, 8);
    store<i64>(twins(group), 0, 16);
  }
  for (let n: u32 = 0; n < activeCount; n++) {
    const cpu = activeCpu(n);
    if (groupOf(cpu) == NO_GROUP) continue;
    const at = twins(groupOf(cpu));
    store<u64>(at, load<u64>(at) | classesAt(cpu));
    if (!forgets(cpu)) store<u8>(at, 0, 8);
    store<i64>(at, max(load<i64>(at, 16), work(cpu)), 16);
  }
  for (let n: u32 = 0; n < activeCount; n++) {
    const cpu = activeCpu(n);
    if (groupOf(cpu) == NO_GROUP) continue;
    const at = twins(groupOf(cpu));
    setClassesAt(cpu, load<u64>(at));
    setForgets(cpu, load<u8>(at, 8) != 0);
    setWork(cpu, load<i64>(at, 16));
  }
}

/**
 * How long forgetting takes without alarms. A task that wakes is owed half a latency: where it takes the CPU at once and its work is
 * less, the runner stands by until all rest again, and then nothing depends on when that was. Elsewhere the runner runs in between, for
 * no longer than they work and a slice at either end, as a pick takes who has run least; and then alone for a slice.
 */
function measure(longest: i64): void {
  standsBy = wakeupGranularity >= 0 && latency / 2 > wakeupGranularity && longest < latency / 2;
  startsCalm = restingClasses != 0 && !anyCrowded;
  let most: i64 = 0;
  for (let n: u32 = 0; n < activeCount; n++) {
    const cpu = activeCpu(n);
    if (classesAt(cpu) == 0) continue;
    const amongRunners = 2 * work(cpu) + 3 * (latency + minGranularity + jiffy());
    setOblivion(cpu, (standsBy ? work(cpu) + 1 : amongRunners) * (contextSwitch + vmExit > 0 ? 2 : 1));
    most = max(most, amongRunners);
    if (isLone(cpu) || !forgets(cpu)) startsCalm = false;
  }
  if (settle < 6 * most || 2 * <f64>most * alarmRate(restingClasses) > FOUND_FEW) startsCalm = false;
}

// Within a replica.

/** Of so many alarms a tick up to this time, may all but the last be left out, if CPUs take so long to forget? */
export function outlasts(from: i64, until: i64, rate: f64, oblivion: i64): bool {
  return until - from > 2 * oblivion && 2 * <f64>oblivion * rate <= FOUND_FEW && !isRestPending();
}

/** Is there nothing on this CPU before that time but, perhaps, alarms, with nothing that they could change in passing? */
export function isCalm(cpu: Cpu, until: i64): bool {
  if (!forgets(cpu) || peek(cpu) < until || runqueue.wasSignalledAsleep(cpu)) return false;
  if (runqueue.worker(cpu) != runqueue.WORKER_NONE || runqueue.readyCount(cpu) > 0) return false;
  const running = runqueue.current(cpu);
  if (running == NO_TASK) return runqueue.stragglers(cpu) == 0 && runnerOf(cpu) == NO_TASK;
  return runqueue.stragglers(cpu) == (isPending(running) ? 1 : 0) && isUnmoved(cpu, running);
}

/**
 * Does whoever runs on this crowded CPU then, though nobody has followed it so far, give way at once? Those who rest come before all
 * others once they wake, and the last of them to wake have had the time to do all that all of them may have had to do.
 */
export function isAtTurns(cpu: Cpu, at: i64): bool {
  if (!isCrowded(cpu) || !standsBy || runqueue.current(cpu) == NO_TASK) return false;
  if (runqueue.leastVruntime(cpu) < runqueue.minVruntime(cpu)) return false;
  if (undisturbedUntil(cpu) < at) return false;
  const heard = runqueue.delivered(cpu);
  runqueue.setDelivered(cpu, max(heard, at - work(cpu)));
  const isLater = nextAlarm(cpu) > at;
  forgetAlarms(cpu);
  runqueue.setDelivered(cpu, heard);
  return isLater;
}

/** Does this task run on as it did, however often it gives way for a moment? */
function isUnmoved(cpu: Cpu, t: Task): bool {
  if (task.context(t) != task.PHASE || task.left(t) < FOREVER || task.isHeld(t)) return false;
  if (runqueue.isStalled(cpu) || runqueue.lookAt(cpu) != runqueue.NEVER) return false;
  const flags = task.threadFlags(t);
  if (flags == 0) return true;
  if (flags != TIF_PATCH_PENDING || condResched) return false;
  const mode = table.mode(task.phase(t));
  if (mode == table.GUEST) return ((guestUpdates | guestLeaves | guestEats) & TIF_PATCH_PENDING) == 0;
  return mode == table.KERNEL;
}

/**
 * A calm from `from`, or from earlier on, until `until`: queues what has to be heard of its end, and leaves out alarms that are
 * forgotten by then.
 */
export function hearEnd(from: i64, until: i64, classes: u64, oblivion: i64): void {
  let begin = until;
  let found: u32;
  do {
    begin = max(from, begin - oblivion);
    found = collect(begin, until, classes);
  } while (begin > from && !isClear(found, begin, until, oblivion));
  for (let n: u32 = 0; n < found; n++) {
    if (isHeard(n, found, begin, until, oblivion)) queueAlarm(foundAt(n), foundTask(n));
  }
}

/** Is the stretch long enough to tell for each CPU to which its alarms matter when it last had forgotten everything? */
function isClear(found: u32, begin: i64, until: i64, oblivion: i64): bool {
  for (let n: u32 = 0; n < found; n++) {
    if (!isAwaited(task.homeCpu(foundTask(n)), foundAt(n))) continue;
    if (foundAt(n) > until - oblivion && memoryFrom(n, found, oblivion) - oblivion < begin) return false;
  }
  return true;
}

/** The first alarm of a row on this one's CPU in which each comes before the one before is forgotten, this one the last. */
function memoryFrom(n: u32, found: u32, oblivion: i64): i64 {
  const cpu = task.homeCpu(foundTask(n));
  let first = foundAt(n);
  for (let again = true; again;) {
    again = false;
    for (let other: u32 = 0; other < found; other++) {
      const at = foundAt(other);
      if (at >= first || at <= first - oblivion || task.homeCpu(foundTask(other)) != cpu) continue;
      first = at;
      again = true;
    }
  }
  return first;
}

/** Is it in the row that ends with the CPU's last alarm, and may that row's work not be done? */
function isHeard(n: u32, found: u32, begin: i64, until: i64, oblivion: i64): bool {
  const cpu = task.homeCpu(foundTask(n));
  if (!isAwaited(cpu, foundAt(n))) return false;
  let last = n;
  for (let other: u32 = 0; other < found; other++) {
    if (task.homeCpu(foundTask(other)) == cpu && foundAt(other) > foundAt(last)) last = other;
  }
  if (foundAt(last) <= until - oblivion) return false;
  const first = memoryFrom(last, found, oblivion);
  return foundAt(n) >= first && (first - oblivion < begin || !standsBy || mayWork(cpu, first, found, until));
}

/** Where the runner stands by: can the CPU's alarms from the first of the row on have asked for more than the time since? */
function mayWork(cpu: Cpu, first: i64, found: u32, until: i64): bool {
  for (let n: u32 = 0; n < found; n++) {
    const from = foundAt(n);
    if (from < first || task.homeCpu(foundTask(n)) != cpu) continue;
    let asked: i64 = 0;
    for (let other: u32 = 0; other < found; other++) {
      if (foundAt(other) >= from && task.homeCpu(foundTask(other)) == cpu) asked += mostOf(foundTask(other));
    }
    if (from + asked >= until) return true;
  }
  return false;
}

/** Is the CPU, or the one that stands for it, followed, and has it not come so far? */
export function isAwaited(cpu: Cpu, at: i64): bool {
  const standIn = standInOf(cpu);
  return runqueue.isFollowed(standIn) && at > runqueue.delivered(standIn);
}
