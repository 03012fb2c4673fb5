// Crowded CPUs: tasks that do not rest compete for them. Whoever rests there is woken by alarms drawn for the CPU, a Poisson process of
// its own, so that they can be heard one by one while the CPU is followed (docs/rules.md, 3).

import { ALARM_END, alarmAt, enqueueAlarm, namedTask } from "./alarm";
import { standardExponential } from "./distribution";
import { DURATION, ENTITY_CPU, SPLIT, uniform } from "./draw";
import { Cpu, horizon, settle } from "./host";
import { CPU_MAX, TASK_MAX } from "./memory";
import * as runqueue from "./runqueue";
import { NEVER } from "./runqueue";
import { Task } from "./task";

// By CPU: the length of its cells in ticks (0: it is not crowded), alarms a tick, ticks an alarm, and its rows, one for each class
// that rests there: mean rest in ticks, alarms a tick of the classes before, first name, names.
const CROWD_BYTES: usize = 32;
const CROWDS: usize = ALARM_END;
const ROW_BYTES: usize = 24;
const ROWS: usize = CROWDS + <usize>CPU_MAX * CROWD_BYTES;
export const CROWD_END: usize = ROWS + <usize>TASK_MAX * ROW_BYTES;

/** Alarms in a cell, on average; a Poisson number of this mean does not reach MOST. */
const MEAN: f64 = 4;
const MOST: u32 = 64;

/** Some CPU has alarms of its own. */
export let anyCrowded: bool = false;

function crowd(cpu: Cpu): usize {
  return CROWDS + <usize>cpu * CROWD_BYTES;
}

export function setCrowd(cpu: Cpu, rate: f64, firstRow: u32, rowCount: u32): void {
  const at = crowd(cpu);
  store<i64>(at, <i64>Math.floor(MEAN / rate));
  store<f64>(at, rate, 8);
  store<f64>(at, 1 / rate, 16);
  store<u32>(at, firstRow, 24);
  store<u32>(at, rowCount, 28);
  anyCrowded = true;
}

export function setCrowdRow(index: u32, mean: f64, before: f64, firstName: u32, count: u32): void {
  assert(index < TASK_MAX);
  const at = ROWS + <usize>index * ROW_BYTES;
  store<f64>(at, mean);
  store<f64>(at, before, 8);
  store<u32>(at, firstName, 16);
  store<u32>(at, count, 20);
}

function cellOf(cpu: Cpu): i64 {
  return load<i64>(crowd(cpu));
}

export function isCrowded(cpu: Cpu): bool {
  return cellOf(cpu) != 0;
}

/** Whom an alarm is for: each of those who rest here as often as its rest is short. */
function taskFor(cpu: Cpu, u: f64): Task {
  const first = ROWS + <usize>load<u32>(crowd(cpu), 24) * ROW_BYTES;
  const share = load<f64>(crowd(cpu), 8) * u;
  let row = first;
  for (let n: u32 = 1; n < load<u32>(crowd(cpu), 28); n++) {
    const other = first + <usize>n * ROW_BYTES;
    row = select(other, row, load<f64>(other, 8) <= share);
  }
  const name = <u32>((share - load<f64>(row, 8)) * load<f64>(row));
  return namedTask(load<u32>(row, 16) + min(name, load<u32>(row, 20) - 1));
}

/** When the next alarm in the CPU's queue rings, of a crowded CPU the next one at all; NEVER if there is none. */
export function nextAlarm(cpu: Cpu): i64 {
  if (runqueue.firstAlarm(cpu) == 0 && isCrowded(cpu)) hear(cpu);
  const first = runqueue.firstAlarm(cpu);
  return first == 0 ? NEVER : alarmAt(first);
}

/** Cell by cell until an alarm is in the queue. */
function hear(cpu: Cpu): void {
  const length = cellOf(cpu);
  const gap = load<f64>(crowd(cpu), 16);
  let heard = runqueue.delivered(cpu);
  for (let cell = (heard + 1 + settle) / length; heard < horizon && runqueue.firstAlarm(cpu) == 0; cell++) {
    const begin = cell * length - settle;
    let draw = <u32>cell * MOST;
    for (let passed: f64 = 0; ; draw++) {
      passed += gap * standardExponential(uniform(ENTITY_CPU + cpu, DURATION, draw));
      if (passed >= <f64>length) break;
      const at = begin + <i64>passed;
      if (at > heard) enqueueAlarm(cpu, at, taskFor(cpu, uniform(ENTITY_CPU + cpu, SPLIT, draw)));
    }
    heard = begin + length - 1;
  }
  runqueue.setDelivered(cpu, heard);
}
