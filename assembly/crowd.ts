// Crowded CPUs: tasks that do not rest compete for them. Whoever rests there is woken by alarms drawn for the CPU, a Poisson process of
// its own, so that they can be heard one by one while the CPU is followed (docs/rules.md, 3).

import { ALARM_END, alarmAt, enqueueAlarm, namedTask } from "./alarm";
import { poissonFrom } from "./distribution";
import { DURATION, ENTITY_CPU, SPLIT, uniform } from "./draw";
import { Cpu, horizon, settle } from "./host";
import { CPU_MAX, TASK_MAX } from "./memory";
import * as runqueue from "./runqueue";
import { NEVER } from "./runqueue";
import { Task } from "./task";

// By CPU: the length of its cells in ticks (0: it is not crowded), alarms a tick, their mean number in a cell, the probability of none;
// and its rows, one for each class that rests there: mean rest in ticks, alarms a tick,
// first name, names.
const CROWD_BYTES: usize = 40;
const CROWDS: usize = ALARM_END;
const ROW_BYTES: usize = 24;
const ROWS: usize = CROWDS + <usize>CPU_MAX * CROWD_BYTES;
export const CROWD_END: usize = ROWS + <usize>TASK_MAX * ROW_BYTES;

/** Room for the draws of a cell's alarms, two each. */
const DRAWS_IN_CELL: u32 = 256;

/** Some CPU has alarms of its own. */
export let anyCrowded: bool = false;

function crowd(cpu: Cpu): usize {
  return CROWDS + <usize>cpu * CROWD_BYTES;
}

export function setCrowd(cpu: Cpu, rate: f64, firstRow: u32, rowCount: u32): void {
  const at = crowd(cpu);
  const cell = <i64>Math.floor(1 / rate);
  store<i64>(at, cell);
  store<f64>(at, rate, 8);
  store<f64>(at, <f64>cell * rate, 16);
  store<f64>(at, Math.exp(-(<f64>cell) * rate), 24);
  store<u32>(at, firstRow, 32);
  store<u32>(at, rowCount, 36);
  anyCrowded = true;
}

export function setCrowdRow(index: u32, mean: f64, firstName: u32, count: u32): void {
  assert(index < TASK_MAX);
  const at = ROWS + <usize>index * ROW_BYTES;
  store<f64>(at, mean);
  store<f64>(at, <f64>count / mean, 8);
  store<u32>(at, firstName, 16);
  store<u32>(at, count, 20);
}

function cellOf(cpu: Cpu): i64 {
  return load<i64>(crowd(cpu));
}

export function isCrowded(cpu: Cpu): bool {
  return cellOf(cpu) != 0;
}

function cellAt(cpu: Cpu, time: i64): i64 {
  return (time + settle) / cellOf(cpu);
}

function alarmsIn(cpu: Cpu, cell: i64): u32 {
  return poissonFrom(
    load<f64>(crowd(cpu), 24),
    load<f64>(crowd(cpu), 16),
    uniform(ENTITY_CPU + cpu, DURATION, <u32>cell),
  );
}

function timeOf(cpu: Cpu, cell: i64, alarm: u32): i64 {
  const u = uniform(ENTITY_CPU + cpu, SPLIT, <u32>cell * DRAWS_IN_CELL + 2 * alarm);
  return cell * cellOf(cpu) - settle + <i64>(<f64>cellOf(cpu) * u);
}

/** Whom the alarm is for: each of those who rest here as often as its rest is short. */
function taskOf(cpu: Cpu, cell: i64, alarm: u32): Task {
  const u = uniform(ENTITY_CPU + cpu, SPLIT, <u32>cell * DRAWS_IN_CELL + 2 * alarm + 1);
  let at = ROWS + <usize>load<u32>(crowd(cpu), 32) * ROW_BYTES;
  const last = at + <usize>(load<u32>(crowd(cpu), 36) - 1) * ROW_BYTES;
  let share = load<f64>(crowd(cpu), 8) * u;
  for (; at < last; at += ROW_BYTES) {
    const rate = load<f64>(at, 8);
    if (share < rate) break;
    share -= rate;
  }
  return namedTask(load<u32>(at, 16) + min(<u32>(share * load<f64>(at)), load<u32>(at, 20) - 1));
}

/** When the next alarm in the CPU's queue rings, of a crowded CPU the next one at all; NEVER if there is none. */
export function nextAlarm(cpu: Cpu): i64 {
  if (runqueue.firstAlarm(cpu) == 0 && isCrowded(cpu)) hear(cpu);
  const first = runqueue.firstAlarm(cpu);
  return first == 0 ? NEVER : alarmAt(first);
}

/** Cell by cell until an alarm is in the queue. */
function hear(cpu: Cpu): void {
  let heard = runqueue.delivered(cpu);
  for (; heard < horizon && runqueue.firstAlarm(cpu) == 0;) {
    const cell = cellAt(cpu, heard + 1);
    const alarms = alarmsIn(cpu, cell);
    for (let n: u32 = 0; n < alarms; n++) {
      const at = timeOf(cpu, cell, n);
      if (at > heard) enqueueAlarm(cpu, at, taskOf(cpu, cell, n));
    }
    heard = (cell + 1) * cellOf(cpu) - settle - 1;
  }
  runqueue.setDelivered(cpu, heard);
}
