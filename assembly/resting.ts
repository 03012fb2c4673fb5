// Classes that mostly start in one sleep of which only the end matters: their sleepers are a number and the next wake-up; each
// becomes a task of its own when it wakes, or when somebody has to look at it (docs/rules.md, 3).

import * as table from "./behaviour-table";
import { standardExponential, ticks } from "./distribution";
import { DURATION, ENTITY_CLASS, SPLIT, uniform } from "./draw";
import { TIF_PATCH_PENDING } from "./flags";
import { single, TWINS_END } from "./twins";
import { Cpu, startOf } from "./host";
import { CLASS_MAX, TASK_MAX } from "./memory";
import { countStraggler, STACK } from "./patch-state";
import * as runqueue from "./runqueue";
import { NEVER } from "./runqueue";
import { fallAsleep } from "./sleepers";
import * as task from "./task";
import { Task } from "./task";
import { after } from "./behaviour";

// A class is a row: resting tasks left, wake-ups drawn, places of the row of identities drawn, who is next; spacings so far, next wake-up.
const CLASS_BYTES: usize = 32;
const CLASSES: usize = TWINS_END;
/** By class, its tasks' numbers within it, shuffled as far as they are drawn; and with which place each was swapped. */
const ORDER: usize = CLASSES + <usize>CLASS_MAX * CLASS_BYTES;
const SWAPPED: usize = ORDER + ((<usize>TASK_MAX) << 1);
export const RESTING_END: usize = SWAPPED + ((<usize>TASK_MAX) << 1);

/** T is set on them. */
const PENDING: i64 = -1;
/** No transition has reached them. */
const UNTOUCHED: i64 = -2;

/** Tasks that rest. */
export let restingCount: u32 = 0;
/** The earliest of their wake-ups. */
let soonest: i64 = NEVER;
/** UNTOUCHED, PENDING, or the time of the try that switched them, and its cost a task. */
let switchedFrom: i64 = UNTOUCHED;
let switchedStep: i64 = 0;

function row(number: u32): usize {
  assert(number < table.classCount);
  return CLASSES + <usize>number * CLASS_BYTES;
}

function left(number: u32): u32 {
  return load<u32>(row(number));
}

function nextWake(number: u32): i64 {
  return load<i64>(row(number), 24);
}

/** To be called when a model has been loaded: nobody has been drawn yet. */
export function prepareResting(): void {
  for (let number: u32 = 0; number < table.classCount; number++) {
    memory.fill(row(number), 0, CLASS_BYTES);
    const first = table.firstTaskOf(number);
    for (let n: u32 = 0; n < table.countOf(number); n++) store<u16>(ORDER + ((<usize>(first + n)) << 1), <u16>n);
  }
}

/** Puts the rows of identities back in order, the last swap first. */
export function resetResting(): void {
  for (let number: u32 = 0; number < table.classCount; number++) {
    const first = (<usize>table.firstTaskOf(number)) << 1;
    for (let place = load<u32>(row(number), 8); place > 0; place--) {
      const at = (<usize>(place - 1)) << 1;
      swap(ORDER + first + at, ORDER + first + ((<usize>load<u16>(SWAPPED + first + at)) << 1));
    }
    store<u32>(row(number), 0);
    store<u32>(row(number), 0, 8);
  }
  restingCount = 0;
  soonest = NEVER;
  switchedFrom = UNTOUCHED;
}

function swap(a: usize, b: usize): void {
  const held = load<u16>(a);
  store<u16>(a, load<u16>(b));
  store<u16>(b, held);
}

/** So many of a class rest; those who do not are placed already. */
export function layToRest(number: u32, count: u32): void {
  const at = row(number);
  store<u32>(at, count);
  store<u32>(at, 0, 4);
  store<f64>(at, 0, 16);
  restingCount += count;
  drawNext(number);
}

/** Draws who wakes next, and when. */
function drawNext(number: u32): void {
  const at = row(number);
  const count = left(number);
  if (count == 0) {
    store<i64>(at, NEVER, 24);
    return;
  }
  const entity = ENTITY_CLASS + number;
  const drawn = load<u32>(at, 4) + 1;
  const spacing = load<f64>(at, 16) + standardExponential(uniform(entity, DURATION, drawn)) / <f64>count;
  store<u32>(at, drawn, 4);
  store<f64>(at, spacing, 16);
  const own = table.countOf(number);
  const first = table.firstTaskOf(number);
  const order = ORDER + ((<usize>first) << 1);
  let place = load<u32>(at, 8);
  let chosen: Task;
  do {
    const other = place + <u32>Math.floor(<f64>(own - place) * uniform(entity, SPLIT, place));
    swap(order + ((<usize>place) << 1), order + ((<usize>other) << 1));
    store<u16>(SWAPPED + ((<usize>(first + place)) << 1), <u16>other);
    chosen = first + load<u16>(order + ((<usize>place) << 1));
    place++;
  } while (task.isPlaced(chosen));
  store<u32>(at, place, 8);
  store<u32>(at, chosen, 12);
  const residual = ticks(table.restingMean(number) * spacing);
  const wakeAt = after(startOf(task.homeCpu(chosen)), residual);
  store<i64>(at, wakeAt, 24);
  soonest = min(soonest, wakeAt);
}

/** Places everyone who wakes by then. */
export function placeWoken(until: i64): void {
  if (until < soonest) return;
  soonest = NEVER;
  for (let number: u32 = 0; number < table.classCount; number++) {
    while (left(number) > 0 && nextWake(number) <= until) {
      const at = row(number);
      placeSleeper(load<u32>(at, 12), table.restingPhase(number), nextWake(number));
      store<u32>(at, left(number) - 1);
      restingCount--;
      drawNext(number);
    }
    if (left(number) > 0) soonest = min(soonest, nextWake(number));
  }
}

/** Places everyone. */
export function placeResting(): void {
  placeWoken(i64.MAX_VALUE);
}

function placeSleeper(t: Task, phase: u32, wakeAt: i64): void {
  const cpu = task.homeCpu(t);
  single(cpu);
  placeTask(t, cpu);
  task.setPhaseOf(t, phase);
  task.setWakeAt(t, wakeAt);
  fallAsleep(cpu, t);
  runqueue.setNextEvent(cpu, i64.MIN_VALUE);
  if (switchedFrom >= 0) {
    task.setSwitched(t, true);
    task.recordSwitch(t, switchedFrom + <i64>t * switchedStep, STACK);
  } else if (switchedFrom == PENDING) {
    task.setFlags(t, TIF_PATCH_PENDING);
    countStraggler(cpu, 1);
  }
}

/** A task in its row and on its CPU, nothing else known of it. */
export function placeTask(t: Task, cpu: Cpu): void {
  task.clearTask(t);
  task.setPlaced(t);
  task.recordSwitch(t, -1, 0);
  task.setCpuOf(t, cpu);
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
