// Partial-order reduction by persistent sets (P. Godefroid, Partial-Order Methods for the Verification of Concurrent Systems, 1996).
//
// A set of steps enabled in a state will do instead of all of them if whatever CPUs do without a step of the set commutes with its
// steps and neither enables nor disables them. Then every path from the state to an end takes a step of the set (none of them could
// stay enabled in an end), and its first one can as well be taken first: the same end, by as many steps. By induction on the length of
// the path no end is lost, nor the shortest way to it. That needs no proviso for loops, for ends only; cycles are looked for without.
//
// That steps commute is judged by locations: those that a CPU's step touches against those that other CPUs may touch from where they
// are on, buffered stores among them. A CPU's own flush commutes with its other steps where both are possible: its loads see the same
// value in the buffer and, unless another CPU writes there, in memory. Grace periods are a location too.

import { cpuCount } from "./program";
import { entryCell } from "./cells";
import { flushWrites, readsLater, readsNow, rowAt, writesLater, writesNow } from "./rows";
import { counter, cpuOf, FLUSH, stored } from "./step";
import { EVENTS_END } from "./trail";

// Of each CPU what it may yet read and write, and what its next steps do.
const CPU_BYTES: usize = 32;
const TOUCHES: usize = (EVENTS_END + 15) & ~15;
export const TOUCHES_END: usize = TOUCHES + 8 * CPU_BYTES;

function later(cpu: u32): usize {
  return TOUCHES + <usize>cpu * CPU_BYTES;
}
function next(cpu: u32): usize {
  return later(cpu) + 16;
}

/** Steps that will do instead of all the enabled ones; the state is the one under work. */
export function sufficient(enabled: u32): u32 {
  if ((enabled & (enabled - 1)) == 0) return enabled;
  for (let cpu: u32 = 0; cpu < cpuCount(); cpu++) foresee(cpu);
  for (let left = enabled; left != 0; left &= left - 1) {
    if (commutes(ctz(left))) return left & -left;
  }
  let best = enabled;
  for (let cpu: u32 = 0; cpu < cpuCount(); cpu++) {
    const steps = enabled & stepsOf(closure(cpu));
    if (steps != 0 && popcnt(steps) < popcnt(best)) best = steps;
  }
  return best;
}

function stepsOf(cpus: u32): u32 {
  return cpus | (cpus << FLUSH);
}

function foresee(cpu: u32): void {
  const row = rowAt(cpu, counter(cpu));
  let pending: u64 = 0;
  for (let n: u32 = 0; n < stored(cpu); n++) pending |= flushWrites(load<u32>(entryCell(cpu, n)));
  store<u64>(later(cpu), readsLater(row));
  store<u64>(later(cpu), writesLater(row) | pending, 8);
  store<u64>(next(cpu), readsNow(row));
  store<u64>(next(cpu), writesNow(row) | oldest(cpu), 8);
}

function oldest(cpu: u32): u64 {
  return stored(cpu) == 0 ? 0 : flushWrites(load<u32>(entryCell(cpu, 0)));
}

/** Does the step alone commute with all that other CPUs may do? */
function commutes(step: u32): bool {
  const cpu = cpuOf(step);
  const row = rowAt(cpu, counter(cpu));
  const reads = step < FLUSH ? readsNow(row) : 0;
  const writes = step < FLUSH ? writesNow(row) : oldest(cpu);
  for (let other: u32 = 0; other < cpuCount(); other++) {
    if (other != cpu && conflict(reads, writes, later(other))) return false;
  }
  return true;
}

function conflict(reads: u64, writes: u64, others: usize): bool {
  const written = load<u64>(others, 8);
  return ((writes & (load<u64>(others) | written)) | (reads & written)) != 0;
}

/** CPUs, this one among them, whose next steps commute with all that the rest may do; bits. */
function closure(cpu: u32): u32 {
  let cpus: u32 = 1 << cpu;
  for (let unseen = cpus; unseen != 0;) {
    const touched = next(ctz(unseen));
    unseen &= unseen - 1;
    for (let other: u32 = 0; other < cpuCount(); other++) {
      const bit: u32 = 1 << other;
      if (cpus & bit || !conflict(load<u64>(touched), load<u64>(touched, 8), later(other))) continue;
      cpus |= bit;
      unseen |= bit;
    }
  }
  return cpus;
}
