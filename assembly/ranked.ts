// Ranked classes: each task alone on its CPU, a straggler only while it sleeps on an affected function. Their wake-ups are drawn from
// the last on, as order statistics, and as long as nothing but the last is asked for, the others are not drawn (docs/rules.md, 3).

import * as table from "./behaviour-table";
import { drawAffected } from "./behaviour";
import { exceededTicks, exponentialCdf, exponentialMean, standardExponential } from "./distribution";
import { DURATION, ENTITY_CLASS, SPLIT, uniform } from "./draw";
import { TIF_PATCH_PENDING } from "./flags";
import { idleTasks, ipi, reliableStack, STACK_UNRELIABLE } from "./host";
import { CLASS_MAX } from "./memory";
import { countStraggler, transitioning } from "./patch-state";
import { wakeIdle } from "./policy";
import { KIN_END } from "./kin";
import { placeTask } from "./resting";
import { fallAsleep } from "./sleepers";
import * as task from "./task";
import { Task } from "./task";
import { single } from "./twins";

// By class, 32 bytes: minus the logarithm of the last order statistic drawn of uniform ones, f64; the wake-up that follows from it, of
// the last who is not placed, or 0 if nobody else is in the long sleep, i64; how many sleepers are not placed; of how many; names drawn.
const ROWS: usize = KIN_END;
export const RANKED_END: usize = ROWS + ((<usize>CLASS_MAX) << 5);

function row(number: u32): usize {
  return ROWS + ((<usize>number) << 5);
}
/** When the last of those not placed wakes; 0: nobody else is in the class's long sleep. */
export function lastWake(number: u32): i64 {
  return load<i64>(row(number), 8);
}
function left(number: u32): u32 {
  return load<u32>(row(number), 16);
}

/** Those of the class who are not asleep have been placed; the others are so many. */
export function rank(number: u32, asleep: u32): void {
  const at = row(number);
  store<f64>(at, 0);
  store<u32>(at, asleep, 16);
  store<u32>(at, asleep, 20);
  store<u32>(at, 0, 24);
  drawLast(number);
}

/** Draws when the last of those not placed wakes. */
function drawLast(number: u32): void {
  const at = row(number);
  store<i64>(at, 0, 8);
  if (left(number) == 0) return;
  const u = uniform(ENTITY_CLASS + number, DURATION, load<u32>(at, 20) - left(number));
  const exponent = load<f64>(at) + standardExponential(u) / <f64>left(number);
  store<f64>(at, exponent);
  const beyond = exponentialCdf(exponent) * table.asleepShare(number);
  if (beyond >= table.longShare(number)) return;
  const mean = exponentialMean(table.duration(table.longSleep(number)));
  store<i64>(at, exceededTicks(mean, beyond / table.longShare(number)), 8);
}

/** A task in its row, on its CPU. */
export function placeAlone(t: Task): void {
  single(task.homeCpu(t));
  placeTask(t, task.homeCpu(t));
}

/** Places the last, asleep. */
export function placeLast(number: u32): void {
  const at = row(number);
  const t = drawName(number);
  const cpu = task.homeCpu(t);
  placeAlone(t);
  task.setPhaseOf(t, table.longSleep(number));
  drawAffected(t, table.longSleep(number));
  task.setWakeAt(t, lastWake(number));
  fallAsleep(cpu, t);
  if (transitioning) {
    task.setFlags(t, TIF_PATCH_PENDING);
    countStraggler(cpu, 1);
  }
  store<u32>(at, left(number) - 1, 16);
  drawLast(number);
}

/** Who it is: anyone who is not placed. */
function drawName(number: u32): Task {
  const at = row(number);
  const count = <f64>table.countOf(number);
  let named = load<u32>(at, 24);
  let t: Task;
  do {
    t = table.firstTaskOf(number) + <u32>(count * uniform(ENTITY_CLASS + number, SPLIT, named++));
  } while (task.isPlaced(t));
  store<u32>(at, named, 24);
  return t;
}

/** Places, of all classes, who wakes later than that; whether there was anybody. */
export function placeLater(than: i64): bool {
  if (!areHidden) return false;
  let placed = false;
  for (let number: u32 = 0; number < table.classCount; number++) {
    if (!table.isRanked(number)) continue;
    for (; lastWake(number) > than; placed = true) placeLast(number);
  }
  return placed;
}

/** Of a ranked class nobody but the last has to be placed: the first try comes at once, and none of the others can outlast him. */
export let areHidden: bool = false;

/** To be called when a model and a policy have been loaded. `aftermath`: something after the deciding try depends on where tasks are. */
export function prepareRanked(aftermath: bool): void {
  const idleForgotten = !idleTasks || (wakeIdle && ipi == 0);
  areHidden = !aftermath && reliableStack != STACK_UNRELIABLE && idleForgotten;
}
