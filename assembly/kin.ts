// Kin: classes at rest that have CPUs in common, if over others. No alarm of one kin comes to a CPU of another, so each is heard for
// itself (docs/rules.md, 3).

import { alarmRate, collect, foundAt, foundTask, longestStretch, queueAlarm } from "./alarm";
import { CALM_END, classesAt, hearEnd, isAwaited, isCalm, oblivionOf, outlasts } from "./calm";
import { activeCount, activeCpu, Cpu } from "./host";
import { CLASS_MAX, CPU_MAX } from "./memory";
import * as runqueue from "./runqueue";
import * as task from "./task";

// By kin: its classes, a bit each; their alarms a tick; the next stretch, in ticks; and, while alarms are delivered, from when on,
// then up to when, how long its CPUs take to forget, and whether these are calm.
const KIN_BYTES: usize = 48;
const KINS: usize = CALM_END;
// By CPU: its kin.
const KIN_OF: usize = KINS + <usize>CLASS_MAX * KIN_BYTES;
export const KIN_END: usize = KIN_OF + CPU_MAX;

/** Of the time ahead, alarms are delivered in stretches, at first short ones, as CPUs may soon cease to matter. In ticks. */
export const STRETCH_FIRST: i64 = 1024;

let kinCount: u32 = 0;

function kin(number: u32): usize {
  return KINS + <usize>number * KIN_BYTES;
}

function kinOf(cpu: Cpu): u32 {
  return load<u8>(KIN_OF + cpu);
}

/** To be called when it is known who rests where. */
export function prepareKin(): void {
  kinCount = 0;
  for (let n: u32 = 0; n < activeCount; n++) if (classesAt(activeCpu(n)) != 0) unite(classesAt(activeCpu(n)));
  for (let number: u32 = 0; number < kinCount; number++) store<f64>(kin(number), alarmRate(load<u64>(kin(number))), 8);
  for (let n: u32 = 0; n < activeCount; n++) {
    let number: u32 = 0;
    while (number < kinCount && (load<u64>(kin(number)) & classesAt(activeCpu(n))) == 0) number++;
    store<u8>(KIN_OF + activeCpu(n), <u8>number);
  }
}

/** These classes have a CPU in common. */
function unite(classes: u64): void {
  let kept: u32 = 0;
  for (let number: u32 = 0; number < kinCount; number++) {
    const others = load<u64>(kin(number));
    if ((others & classes) != 0) classes |= others;
    else store<u64>(kin(kept++), others);
  }
  store<u64>(kin(kept), classes);
  kinCount = kept + 1;
}

export function resetKin(): void {
  for (let number: u32 = 0; number < kinCount; number++) store<i64>(kin(number), STRETCH_FIRST, 16);
}

/** Alarms up to this time are about to be delivered. */
export function beginDelivery(until: i64): void {
  for (let number: u32 = 0; number < kinCount; number++) {
    store<i64>(kin(number), until, 24);
    store<i64>(kin(number), 0, 32);
    store<u32>(kin(number), 1, 40);
  }
}

/** Also to this CPU. */
export function expect(cpu: Cpu, until: i64): void {
  const at = kin(kinOf(cpu));
  store<i64>(at, min(load<i64>(at, 24), runqueue.delivered(cpu)), 24);
  store<i64>(at, max(load<i64>(at, 32), oblivionOf(cpu)), 32);
  if (load<u32>(at, 40) != 0 && !isCalm(cpu, until)) store<u32>(at, 0, 40);
}

/** Alarms into the queues of the CPUs followed, of a long calm only those that are heard at its end; up to when they are all there. */
export function deliverAll(until: i64): i64 {
  let reached = until;
  for (let number: u32 = 0; number < kinCount; number++) {
    const isExpected = load<i64>(kin(number), 24) < until;
    store<i64>(kin(number), isExpected ? deliverTo(kin(number), until) : i64.MIN_VALUE, 24);
    if (isExpected) reached = min(reached, load<i64>(kin(number), 24));
  }
  return reached;
}

function deliverTo(at: usize, until: i64): i64 {
  const classes = load<u64>(at);
  const rate = load<f64>(at, 8);
  const from = load<i64>(at, 24);
  const oblivion = load<i64>(at, 32);
  if (load<u32>(at, 40) != 0 && outlasts(from, until, rate, oblivion)) {
    hearEnd(from, until, classes, oblivion);
    store<i64>(at, STRETCH_FIRST, 16);
    return until;
  }
  const stretch = load<i64>(at, 16);
  const reached = min(until, from + stretch);
  const found = collect(from, reached, classes);
  for (let n: u32 = 0; n < found; n++) {
    if (isAwaited(task.homeCpu(foundTask(n)), foundAt(n))) queueAlarm(foundAt(n), foundTask(n));
  }
  store<i64>(at, min(2 * stretch, longestStretch(rate)), 16);
  return reached;
}

/** What has been delivered, this followed CPU has. */
export function noteDelivery(cpu: Cpu): void {
  if (classesAt(cpu) != 0) runqueue.setDelivered(cpu, max(runqueue.delivered(cpu), load<i64>(kin(kinOf(cpu)), 24)));
}
