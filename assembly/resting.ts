// Classes at rest: their tasks are a number until one of them has to be looked at; it is then placed on its CPU as the sleeper that
// it has been all along (docs/rules.md, 3). What ends a rest is in alarm.ts.

import { TIF_PATCH_PENDING } from "./flags";
import { Cpu } from "./host";
import * as table from "./behaviour-table";
import { FOREVER } from "./distribution";
import { CLASS_MAX } from "./memory";
import { countStraggler, STACK } from "./patch-state";
import { fallAsleep } from "./sleepers";
import * as task from "./task";
import { Task } from "./task";
import { single, TWINS_END } from "./twins";

/** By class: its tasks that are not placed. */
const LEFT: usize = TWINS_END;
export const RESTING_END: usize = LEFT + ((<usize>CLASS_MAX) << 2);

/** T is set on them. */
const PENDING: i64 = -1;
/** No transition has reached them. */
const UNTOUCHED: i64 = -2;

/** Tasks of all classes that are not placed. */
export let restingCount: u32 = 0;
/** UNTOUCHED, PENDING, or the time of the try that switched them, and its cost a task. */
let switchedFrom: i64 = UNTOUCHED;
let switchedStep: i64 = 0;

function left(number: u32): u32 {
  return load<u32>(LEFT + ((<usize>number) << 2));
}
function setLeft(number: u32, count: u32): void {
  store<u32>(LEFT + ((<usize>number) << 2), count);
}

/** Everyone of a class that rests does so, until placed. */
export function layToRest(): void {
  restingCount = 0;
  switchedFrom = UNTOUCHED;
  for (let number: u32 = 0; number < table.classCount; number++) {
    const count = table.rests(number) ? table.countOf(number) : 0;
    setLeft(number, count);
    restingCount += count;
  }
}

/** A task in its row and on its CPU, nothing else known of it. */
export function placeTask(t: Task, cpu: Cpu): void {
  task.clearTask(t);
  task.setPlaced(t);
  task.recordSwitch(t, -1, 0);
  task.setCpuOf(t, cpu);
}

/** The same for one of a class that rests: from now on it is a task like any. */
export function placeRestless(t: Task): void {
  const cpu = task.homeCpu(t);
  const number = task.classOf(t);
  single(cpu);
  placeTask(t, cpu);
  setLeft(number, left(number) - 1);
  restingCount--;
}

/** Places the task, asleep, unless it is placed already. */
export function placeSleeper(t: Task): void {
  if (task.isPlaced(t)) return;
  placeRestless(t);
  task.setPhaseOf(t, table.restingPhase(task.classOf(t)));
  task.setWakeAt(t, FOREVER);
  fallAsleep(task.cpuOf(t), t);
  if (switchedFrom >= 0) {
    task.setSwitched(t, true);
    task.recordSwitch(t, switchedFrom + <i64>t * switchedStep, STACK);
  } else if (switchedFrom == PENDING) {
    task.setFlags(t, TIF_PATCH_PENDING);
    countStraggler(task.cpuOf(t), 1);
  }
}

/** Places everyone. */
export function placeResting(): void {
  for (let number: u32 = 0; number < table.classCount; number++) {
    if (left(number) == 0) continue;
    const first = table.firstTaskOf(number);
    for (let t = first; t < first + table.countOf(number); t++) placeSleeper(t);
  }
}

// The transition: none of them can make a try fail, so the first switches them all.

export function isRestPending(): bool {
  return restingCount > 0 && switchedFrom == PENDING;
}

export function pendRest(): void {
  switchedFrom = PENDING;
}

/** A try that begins at `begun` and looks at a task every `step` ticks has found them all asleep. */
export function switchRest(begun: i64, step: i64): void {
  switchedFrom = begun;
  switchedStep = step;
}

/** The last of them in the order of tasks; there is one. */
export function lastResting(): Task {
  for (let number = table.classCount - 1; ; number--) {
    if (left(number) == 0) continue;
    let t = table.firstTaskOf(number) + table.countOf(number) - 1;
    while (task.isPlaced(t)) t--;
    return t;
  }
}

/** Resting tasks of a class that no try has reached. */
export function restPendingOf(number: u32): u32 {
  return switchedFrom < 0 ? left(number) : 0;
}
