// What one step does under sc and tso, to the state under work. A CPU's steps: its next instruction, together with all that it then
// does alone (registers, forward branches, fences with nothing to wait for); and, under tso, its oldest store leaving the buffer.
//
// tso is x86's: stores wait in a FIFO buffer that loads of their own CPU look into. Locked instructions and smp_mb() wait until it is
// empty; nothing else orders more than the compiler. Locked are all read-modify-writes, a failing cmpxchg too; not locked are a
// failing trylock and a failing add_unless, which only read before they try (qspinlock.h, atomic-arch-fallback.h, 6.1).

import {
  ADD_UNLESS,
  ADDRESS_BASE,
  ASSUME,
  BRANCH,
  CPUS_MAX,
  cpuCount,
  evaluateAt,
  FENCE,
  initial,
  IS_LOCKED,
  JUMP,
  length,
  LOAD,
  locationCount,
  LOCK,
  MB,
  modified,
  NONE,
  registerCount,
  RMW,
  SECTION_BEGIN,
  SECTION_END,
  SET,
  STORE,
  succeeds,
  SYNCHRONIZE,
  TRYLOCK,
  UNLOCK,
  WAIT,
} from "./program";
import {
  addCell,
  bufferCell,
  clearCells,
  counterCell,
  drainsCell,
  entryCell,
  keep,
  LINGERING,
  LOCATIONS,
  locationCell,
  nestingCell,
  put,
  registerCell,
  registersOf,
  waitsCell,
} from "./cells";
import { beginGrace, bufferDrained, endGrace, enterSection, graceBegun, graceOver, leaveSection } from "./grace";
import {
  addressOf,
  buffered,
  capacity,
  DYNAMIC,
  END,
  expectedOf,
  goesBack,
  graceful,
  kindOf,
  locationOf,
  operationOf,
  resultOf,
  rowAt,
  targetOf,
  valueOf,
} from "./rows";
import { noteFence } from "./trail";

/** Steps by number: a CPU's next instruction has the CPU's, the store that leaves its buffer this much more. */
export const FLUSH: u32 = CPUS_MAX;

export function cpuOf(step: u32): u32 {
  return step < FLUSH ? step : step - FLUSH;
}

const FAILS: u32 = 0xffffffff;

/** The CPU that read or wrote through something else than a location's address; NONE: nobody did. */
export let faultyCpu: i32 = NONE;
/** What the last step read or wrote. */
export let stepValue: i32 = 0;

/** The state before any step. False: an assumption fails at once. */
export function begin(wide: bool): bool {
  faultyCpu = NONE;
  clearCells(wide);
  for (let n: u32 = 0; n < locationCount(); n++) addCell(locationCell(n), initial(n));
  for (let cpu: u32 = 0; cpu < cpuCount(); cpu++) addCpu(cpu);
  if (graceful && buffered) addCell(LINGERING, 0);
  let counts = true;
  for (let cpu: u32 = 0; cpu < cpuCount(); cpu++) counts = settle(cpu) && counts;
  keep();
  return counts;
}

function addCpu(cpu: u32): void {
  addCell(counterCell(cpu), 0);
  for (let n: u32 = 0; n < registerCount(cpu); n++) addCell(registerCell(cpu, n), 0);
  if (graceful) {
    addCell(nestingCell(cpu), 0);
    addCell(waitsCell(cpu), 0);
  }
  if (!buffered) return;
  if (graceful) addCell(drainsCell(cpu), 0);
  addCell(bufferCell(cpu), 0);
  for (let n: u32 = 0; n < capacity(cpu); n++) {
    addCell(entryCell(cpu, n), 0);
    addCell(entryCell(cpu, n) + 4, 0);
  }
}

/** Which steps can be taken; bits. */
export function enabledSteps(): u32 {
  let steps: u32 = 0;
  for (let cpu: u32 = 0; cpu < cpuCount(); cpu++) {
    if (ready(cpu)) steps |= (<u32>1) << cpu;
    if (stored(cpu) != 0) steps |= (<u32>1) << (FLUSH + cpu);
  }
  return steps;
}

/** Takes a step. False: its path does not count. */
export function take(step: u32): bool {
  return step < FLUSH ? execute(step) : flush(cpuOf(step));
}

export function counter(cpu: u32): u32 {
  return load<u32>(counterCell(cpu));
}
export function finished(cpu: u32): bool {
  return counter(cpu) == length(cpu);
}
export function stored(cpu: u32): u32 {
  return load<u32>(bufferCell(cpu));
}

/** Can the CPU execute its next instruction? */
function ready(cpu: u32): bool {
  const row = rowAt(cpu, counter(cpu));
  switch (operationOf(row)) {
    case END:
    case FENCE: // smp_mb(), which settle() passes once the buffer is empty
      return false;
    case STORE:
    case UNLOCK:
      return !buffered || stored(cpu) < capacity(cpu);
    case RMW:
      return (
        stored(cpu) == 0 || (kindOf(row) == ADD_UNLESS && view(cpu, place(cpu, row)) == operand(cpu, expectedOf(row)))
      );
    case LOCK:
      return stored(cpu) == 0 && load<i32>(locationCell(place(cpu, row))) == 0;
    case TRYLOCK:
      return stored(cpu) == 0 || view(cpu, place(cpu, row)) != 0;
    case WAIT:
      return holds(cpu, row);
    case SYNCHRONIZE:
      return graceBegun(cpu) ? graceOver(cpu) : stored(cpu) == 0;
    default:
      return true;
  }
}

function execute(cpu: u32): bool {
  const n = counter(cpu);
  const row = rowAt(cpu, n);
  put(counterCell(cpu), goesBack(row, n) ? targetOf(row) : n + 1);
  perform(cpu, row);
  return settle(cpu);
}

function perform(cpu: u32, row: usize): void {
  switch (operationOf(row)) {
    case LOAD:
    case WAIT:
      return obtain(row, view(cpu, place(cpu, row)));
    case IS_LOCKED:
      return obtain(row, i32(view(cpu, place(cpu, row)) != 0));
    case STORE:
      return write(cpu, place(cpu, row), operand(cpu, valueOf(row)));
    case UNLOCK:
      return write(cpu, place(cpu, row), 0);
    case RMW:
      return modify(cpu, row);
    case LOCK:
      return put(locationCell(place(cpu, row)), 1);
    case TRYLOCK:
      return tryLock(cpu, row);
    case SECTION_BEGIN:
      return enterSection(cpu);
    case SECTION_END:
      return leaveSection(cpu, stored(cpu) != 0);
    case SYNCHRONIZE:
      return synchronize(cpu);
  }
}

function operand(cpu: u32, expression: usize): i32 {
  return evaluateAt(expression, registersOf(cpu), LOCATIONS);
}

/** The location that the instruction is about. */
function place(cpu: u32, row: usize): u32 {
  const known = locationOf(row);
  if (known != DYNAMIC) return known;
  const location = <u32>(operand(cpu, addressOf(row)) - ADDRESS_BASE);
  if (location < locationCount()) return location;
  if (faultyCpu == NONE) faultyCpu = cpu;
  return 0;
}

/** What the CPU sees there: its own newest store if one is in its buffer. */
function view(cpu: u32, location: u32): i32 {
  for (let n = stored(cpu); n > 0; n--) {
    if (load<u32>(entryCell(cpu, n - 1)) == location) return load<i32>(entryCell(cpu, n - 1) + 4);
  }
  return load<i32>(locationCell(location));
}

function obtain(row: usize, value: i32): void {
  stepValue = value;
  if (resultOf(row) != 0) put(resultOf(row), value);
}

function write(cpu: u32, location: u32, value: i32): void {
  stepValue = value;
  if (!buffered) return put(locationCell(location), value);
  const n = stored(cpu);
  put(entryCell(cpu, n), location);
  put(entryCell(cpu, n) + 4, value);
  put(bufferCell(cpu), n + 1);
}

function modify(cpu: u32, row: usize): void {
  const location = place(cpu, row);
  const old = view(cpu, location);
  const asked = expectedOf(row) == 0 ? 0 : operand(cpu, expectedOf(row));
  if (succeeds(kindOf(row), old, asked)) {
    put(locationCell(location), modified(kindOf(row), old, operand(cpu, valueOf(row))));
  }
  obtain(row, old);
}

function tryLock(cpu: u32, row: usize): void {
  const location = place(cpu, row);
  const free = view(cpu, location) == 0;
  if (free) put(locationCell(location), 1);
  obtain(row, i32(free));
}

/** Would the condition hold with what the CPU sees? */
function holds(cpu: u32, row: usize): bool {
  const before = load<i32>(resultOf(row));
  store<i32>(resultOf(row), view(cpu, place(cpu, row)));
  const met = operand(cpu, valueOf(row)) != 0;
  store<i32>(resultOf(row), before);
  return met;
}

function flush(cpu: u32): bool {
  const left = stored(cpu) - 1;
  stepValue = load<i32>(entryCell(cpu, 0) + 4);
  put(locationCell(load<u32>(entryCell(cpu, 0))), stepValue);
  for (let n: u32 = 0; n < left; n++) {
    put(entryCell(cpu, n), load<i32>(entryCell(cpu, n + 1)));
    put(entryCell(cpu, n) + 4, load<i32>(entryCell(cpu, n + 1) + 4));
  }
  put(entryCell(cpu, left), 0);
  put(entryCell(cpu, left) + 4, 0);
  put(bufferCell(cpu), left);
  if (left == 0 && graceful) bufferDrained(cpu);
  return settle(cpu);
}

/** A grace period begins and, if anybody is waited for, ends by a step of its own. */
function synchronize(cpu: u32): void {
  if (graceBegun(cpu)) endGrace(cpu);
  else if (beginGrace(cpu)) put(counterCell(cpu), counter(cpu) - 1);
}

/** All that the CPU does alone before its next step. False: an assumption fails. */
function settle(cpu: u32): bool {
  const from = counter(cpu);
  let n = from;
  for (let next = pass(cpu, n); next != n; next = pass(cpu, n)) {
    if (next == FAILS) return false;
    n = next;
  }
  if (n != from) put(counterCell(cpu), n);
  return true;
}

/** The instruction after one that concerns the CPU alone, always a later one; the same: that is a step. */
function pass(cpu: u32, n: u32): u32 {
  const row = rowAt(cpu, n);
  switch (operationOf(row)) {
    case FENCE:
      if (kindOf(row) == MB && stored(cpu) != 0) return n;
      noteFence(cpu, n);
      return n + 1;
    case SET:
      put(resultOf(row), operand(cpu, valueOf(row)));
      return n + 1;
    case ASSUME:
      return operand(cpu, valueOf(row)) != 0 ? n + 1 : FAILS;
    case BRANCH:
      return operand(cpu, valueOf(row)) != 0 ? n + 1 : max(n, targetOf(row));
    case JUMP:
      return max(n, targetOf(row)); // a turn of a loop is a step
    case SECTION_BEGIN:
    case SECTION_END:
      return graceful ? n : n + 1;
    default:
      return n;
  }
}
