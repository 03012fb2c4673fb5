// What ends a rest: alarms, a Poisson process for each class that rests, drawn cell by cell of time, so that whatever stretch of it
// matters can be drawn alone; and each CPU's queue of alarms to come (docs/rules.md, 3).

import * as table from "./behaviour-table";
import { poissonFrom } from "./distribution";
import { DURATION, ENTITY_CLASS, SPLIT, uniform } from "./draw";
import { Cpu, settle } from "./host";
import { CLASS_MAX, TASK_MAX } from "./memory";
import { placeSleeper, RESTING_END } from "./resting";
import * as runqueue from "./runqueue";
import * as task from "./task";
import { Task } from "./task";

// A queued alarm is a row of 16 bytes: time, task, next. 4,096 crowded CPUs with a cell of about 4 each leave half for a stretch of the rest.
const QUEUED_MAX: u32 = 32768;
const QUEUED: usize = RESTING_END;
// What collect() has found: time, task.
const FOUND_MAX: u32 = 8192;
const FOUND: usize = QUEUED + ((<usize>QUEUED_MAX) << 4);
// Those who rest, class by class, by the names that alarms have for them: first those on CPUs that are not crowded, then CPU by CPU.
const NAMED: usize = FOUND + ((<usize>FOUND_MAX) << 4);
export const ALARM_END: usize = NAMED + ((<usize>TASK_MAX) << 2);

/** Expected alarms in one stretch at most; a Poisson number of this mean does not reach FOUND_MAX. */
const STRETCH_MEAN: f64 = 2048;
/** Longest stretch delivered at once, in ticks. */
const STRETCH_MAX: i64 = 1 << 22;

/** Classes with tasks that rest on CPUs that are not crowded, a bit each. */
export let restingClasses: u64 = 0;

let free: u32 = 0;
let used: u32 = 0;

/** To be called when a model has been loaded. */
export function prepareAlarms(): void {
  restingClasses = 0;
  for (let number: u32 = 0; number < table.classCount; number++) {
    if (table.rests(number) && table.apartOf(number) > 0) restingClasses |= (<u64>1) << number;
  }
}

/** Alarms a tick, of these classes. */
export function alarmRate(classes: u64): f64 {
  let rate: f64 = 0;
  for (let rest = classes; rest != 0; rest &= rest - 1) {
    const number = <u32>ctz(rest);
    rate += <f64>table.apartOf(number) / table.restingMean(number);
  }
  return rate;
}

export function setName(name: u32, t: Task): void {
  assert(name < TASK_MAX);
  store<u32>(NAMED + ((<usize>name) << 2), t);
}
export function namedTask(name: u32): Task {
  return load<u32>(NAMED + ((<usize>name) << 2));
}

/** The longest stretch of time for which so many alarms a tick may be delivered at once. */
export function longestStretch(rate: f64): i64 {
  return <i64>max(1, min(<f64>STRETCH_MAX, STRETCH_MEAN / rate));
}

export function foundAt(index: u32): i64 {
  return load<i64>(FOUND + ((<usize>index) << 4));
}
export function foundTask(index: u32): Task {
  return load<u32>(FOUND + ((<usize>index) << 4), 8);
}

/** Finds the alarms after `from` and up to `until` of these classes; how many there are. */
export function collect(from: i64, until: i64, classes: u64): u32 {
  let found: u32 = 0;
  for (let rest = classes; rest != 0; rest &= rest - 1) {
    const number = <u32>ctz(rest);
    const cell = table.alarmCell(number);
    const mean = table.alarmsInCell(number);
    const none = table.noAlarmInCell(number);
    const count = <f64>table.apartOf(number);
    const entity = ENTITY_CLASS + number;
    let n = (from + 1 + settle) / cell;
    for (let begin = n * cell - settle; begin <= until; begin += cell, n++) {
      const alarms = poissonFrom(none, mean, uniform(entity, DURATION, <u32>n));
      for (let k: u32 = 1; k <= alarms; k++) {
        const at = begin + <i64>(<f64>cell * uniform(entity + k * CLASS_MAX, DURATION, <u32>n));
        if (at <= from || at > until) continue;
        assert(found < FOUND_MAX);
        const t = namedTask(table.firstTaskOf(number) + <u32>(count * uniform(entity + k * CLASS_MAX, SPLIT, <u32>n)));
        store<i64>(FOUND + ((<usize>found) << 4), at);
        store<u32>(FOUND + ((<usize>found) << 4), t, 8);
        found++;
      }
    }
  }
  return found;
}

/** Places everyone who has an alarm after `from` and up to `until`. */
export function placeRung(from: i64, until: i64): void {
  if (restingClasses == 0) return;
  const stretch = longestStretch(alarmRate(restingClasses));
  for (let next = from; next < until;) {
    const begin = next;
    next = min(until, begin + stretch);
    const found = collect(begin, next, restingClasses);
    for (let n: u32 = 0; n < found; n++) placeSleeper(foundTask(n));
  }
}

// Queues: an alarm is its place plus one; 0 is none.

export function resetAlarms(): void {
  free = used = 0;
}

function row(alarm: u32): usize {
  return QUEUED + ((<usize>(alarm - 1)) << 4);
}
function next(alarm: u32): u32 {
  return load<u32>(row(alarm), 12);
}
function setNext(alarm: u32, value: u32): void {
  store<u32>(row(alarm), value, 12);
}

export function alarmAt(alarm: u32): i64 {
  return load<i64>(row(alarm));
}
export function alarmTask(alarm: u32): Task {
  return load<u32>(row(alarm), 8);
}

/** The task's alarm is to be heard: it is placed, and its CPU has the alarm in its queue. */
export function queueAlarm(at: i64, t: Task): void {
  placeSleeper(t);
  enqueueAlarm(task.cpuOf(t), at, t);
  runqueue.setNextEvent(task.cpuOf(t), min(runqueue.nextEvent(task.cpuOf(t)), at));
}

/** Into the CPU's queue, by (time, task). */
export function enqueueAlarm(cpu: Cpu, at: i64, t: Task): void {
  let alarm = free;
  if (alarm != 0) free = next(alarm);
  else alarm = ++used;
  assert(alarm <= QUEUED_MAX);
  store<i64>(row(alarm), at);
  store<u32>(row(alarm), t, 8);
  let before: u32 = 0;
  let after = runqueue.firstAlarm(cpu);
  while (after != 0 && (alarmAt(after) < at || (alarmAt(after) == at && alarmTask(after) < t))) {
    before = after;
    after = next(after);
  }
  setNext(alarm, after);
  if (before == 0) runqueue.setFirstAlarm(cpu, alarm);
  else setNext(before, alarm);
}

/** Takes the first alarm out of the CPU's queue; its task. */
export function takeAlarm(cpu: Cpu): Task {
  const alarm = runqueue.firstAlarm(cpu);
  runqueue.setFirstAlarm(cpu, next(alarm));
  setNext(alarm, free);
  free = alarm;
  return alarmTask(alarm);
}

/** Nobody follows the CPU for now: what is queued will be found again. */
export function forgetAlarms(cpu: Cpu): void {
  const first = runqueue.firstAlarm(cpu);
  if (first == 0) return;
  runqueue.setDelivered(cpu, alarmAt(first) - 1);
  while (runqueue.firstAlarm(cpu) != 0) takeAlarm(cpu);
}
