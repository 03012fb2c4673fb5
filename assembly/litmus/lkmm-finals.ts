// What consistent executions end in: distinct observed values and blocked CPUs, how many executions end so, and of each a shortest one as
// steps.

import * as events from "./lkmm-events";
import { is } from "./lkmm-events";
import { EVENTS_MAX } from "./lkmm-relation";
import * as path from "./lkmm-path";
import { PLAIN_END } from "./lkmm-plain";
import * as program from "./program";
import { NONE } from "./program";

export const OBSERVED_MAX: u32 = 64;
export const FINALS_MAX: u32 = 4096;

/** Of a step: CPU, instruction, whether it is late, whether it has a value; the value. */
export const STEP: usize = 8;
// A final state: executions, blocked CPUs, events and steps of its shortest execution, values, steps.
const VALUES: usize = 24;
const STEPS: usize = VALUES + 4 * <usize>OBSERVED_MAX;
const FINAL: usize = STEPS + STEP * EVENTS_MAX;
const SLOTS: u32 = 2 * FINALS_MAX;
const TABLE: usize = PLAIN_END; // number + 1 of the final state whose values have this hash, or a near one
const FINALS: usize = TABLE + 4 * <usize>SLOTS;
export const FINALS_END: usize = FINALS + FINAL * FINALS_MAX;

export let finalCount: u32 = 0;

function final(n: u32): usize {
  return FINALS + FINAL * n;
}
/** Executions that end so. */
export function executions(n: u32): u32 {
  return load<u32>(final(n));
}
/** CPUs, bit by bit, that wait for ever. */
export function blockedCpus(n: u32): u32 {
  return load<u32>(final(n), 4);
}
/** How many events its shortest execution has; u32.MAX_VALUE: none is known yet. */
export function eventsOfShortest(n: u32): u32 {
  return load<u32>(final(n), 8);
}
export function stepCount(n: u32): u32 {
  return load<u32>(final(n), 12);
}
export function finalValue(n: u32, observed: u32): i32 {
  return load<i32>(final(n) + VALUES + ((<usize>observed) << 2));
}
/** Address of its steps. */
export function stepsOf(n: u32): usize {
  return final(n) + STEPS;
}
export function setShortest(n: u32, count: u32, steps: u32): void {
  store<u32>(final(n), count, 8);
  store<u32>(final(n), steps, 12);
}

export function forgetFinals(): void {
  finalCount = 0;
  memory.fill(TABLE, 0, 4 * SLOTS);
}

/** Counts the execution; number of its final state, or NONE: there is no room for another one. */
export function count(): i32 {
  if (finalCount == FINALS_MAX) return NONE;
  const candidate = final(finalCount);
  for (let n: u32 = 0; n < program.observedCount(); n++)
    store<i32>(candidate + VALUES + ((<usize>n) << 2), observed(n));
  store<u32>(candidate, 0);
  store<u32>(candidate, blocked(), 4);
  setShortest(finalCount, u32.MAX_VALUE, 0);
  const n = find(candidate);
  store<u32>(final(n), executions(n) + 1);
  return n;
}

/** Number of the final state with the candidate's values; the candidate itself gets one if there is none. */
function find(candidate: usize): u32 {
  let at = slot(hash(candidate));
  let after = hash(candidate);
  for (let number = load<u32>(at); number != 0; number = load<u32>(at)) {
    if (isSame(final(number - 1), candidate)) return number - 1;
    at = slot(++after);
  }
  store<u32>(at, ++finalCount);
  return finalCount - 1;
}
function slot(hash: u32): usize {
  return TABLE + ((<usize>(hash & (SLOTS - 1))) << 2);
}

function hash(state: usize): u32 {
  let mixed = load<u32>(state, 4);
  for (let n: usize = 0; n < program.observedCount(); n++)
    mixed = (rotl(mixed, 5) ^ load<u32>(state + VALUES + (n << 2))) * 0x9e3779b1;
  return mixed ^ (mixed >> 15);
}

function isSame(state: usize, other: usize): bool {
  if (load<u32>(state, 4) != load<u32>(other, 4)) return false;
  return memory.compare(state + VALUES, other + VALUES, 4 * program.observedCount()) == 0;
}

function observed(n: u32): i32 {
  const cpu = program.observedCpu(n);
  const index = program.observedIndex(n);
  if (cpu == NONE) return events.valueOf(events.lastWrite(index));
  return load<i32>(path.registers(cpu) + 4 * index);
}

function blocked(): u32 {
  let cpus: u32 = 0;
  for (let event: u32 = 0; event < events.eventCount; event++)
    if (is(event, events.LAST)) cpus |= (<u32>1) << events.cpuOf(event);
  return cpus;
}
