// The program's instructions prepared for exploration: each a row of 72 bytes with its operands found, and what its CPU may yet touch
// from there on, which the reduction asks.

import {
  ADD_UNLESS,
  address,
  ADDRESS_BASE,
  BRANCH,
  CPUS_MAX,
  cpuCount,
  evaluate,
  expected,
  expressionAt,
  FENCE,
  firstInstruction,
  INSTRUCTIONS_MAX,
  IS_LOCKED,
  JUMP,
  length,
  LOAD,
  LOCATIONS_MAX,
  locationCount,
  LOCK,
  MB,
  NONE,
  operation,
  order,
  register,
  registersRead,
  RMW,
  rmwOperation,
  SECTION_BEGIN,
  SECTION_END,
  STORE,
  SYNCHRONIZE,
  target,
  TRYLOCK,
  UNLOCK,
  value,
  WAIT,
} from "./program";
import { BUFFER_MAX, CELLS_REGION_END, LOCATIONS, registerCell, registersOf } from "./cells";

/** Behind a CPU's last instruction. */
export const END: i32 = -1;
/** The location is not known before the step. */
export const DYNAMIC: u32 = 0xffffffff;
/** Bit of a mask of locations: whether a grace period can end. */
const GRACE: u64 = 1 << 32;

const ROW_BYTES: usize = 72;
const CAPACITIES: usize = (CELLS_REGION_END + 15) & ~15;
const ROWS: usize = CAPACITIES + 4 * 8;
export const ROWS_END: usize = ROWS + <usize>(CPUS_MAX * (INSTRUCTIONS_MAX + 1)) * ROW_BYTES;

/** Store buffers: x86's total store order. */
export let buffered: bool = false;
/** Somebody waits for grace periods: sections matter. */
export let graceful: bool = false;

/** Address of an instruction's row, by its number in its CPU. */
export function rowAt(cpu: u32, n: u32): usize {
  return ROWS + <usize>(cpu * (INSTRUCTIONS_MAX + 1) + n) * ROW_BYTES;
}
export function operationOf(row: usize): i32 {
  return load<i32>(row);
}
/** Which fence, or what a read-modify-write does. */
export function kindOf(row: usize): i32 {
  return load<i32>(row, 4);
}
/** Cell of the register that gets the value; 0: none. */
export function resultOf(row: usize): usize {
  return load<u32>(row, 8);
}
/** The location, or DYNAMIC. */
export function locationOf(row: usize): u32 {
  return load<u32>(row, 12);
}
// Addresses of expressions; 0: none.
export function addressOf(row: usize): usize {
  return load<u32>(row, 16);
}
export function valueOf(row: usize): usize {
  return load<u32>(row, 20);
}
export function expectedOf(row: usize): usize {
  return load<u32>(row, 24);
}
export function targetOf(row: usize): u32 {
  return load<u32>(row, 28);
}

// Locations that a step, and those that its CPU from there on, may read or write; bits.
export function readsNow(row: usize): u64 {
  return load<u64>(row, 32);
}
export function writesNow(row: usize): u64 {
  return load<u64>(row, 40);
}
export function readsLater(row: usize): u64 {
  return load<u64>(row, 48);
}
export function writesLater(row: usize): u64 {
  return load<u64>(row, 56);
}

/** What leaves a CPU's buffer: a store to the location. */
export function flushWrites(location: u32): u64 {
  return ((<u64>1) << location) | (graceful ? GRACE : 0);
}

/** Rows of the program in memory. */
export function prepareRows(tso: bool): void {
  buffered = tso;
  graceful = some(SYNCHRONIZE);
  for (let cpu: u32 = 0; cpu < cpuCount(); cpu++) {
    for (let n: u32 = 0; n < length(cpu); n++) prepareRow(cpu, n);
    memory.fill(rowAt(cpu, length(cpu)), 0, ROW_BYTES);
    store<i32>(rowAt(cpu, length(cpu)), END);
    reckonCapacity(cpu);
    foresee(cpu);
  }
}

function some(wanted: i32): bool {
  for (let cpu: u32 = 0; cpu < cpuCount(); cpu++) {
    for (let n: u32 = 0; n < length(cpu); n++) if (operation(firstInstruction(cpu) + n) == wanted) return true;
  }
  return false;
}

function prepareRow(cpu: u32, n: u32): void {
  const at = firstInstruction(cpu) + n;
  const row = rowAt(cpu, n);
  const result = register(at);
  store<i32>(row, operation(at));
  store<i32>(row, operation(at) == RMW ? rmwOperation(at) : order(at), 4);
  store<u32>(row, result == NONE ? 0 : <u32>registerCell(cpu, result), 8);
  store<u32>(row, constantLocation(cpu, address(at)), 12);
  store<u32>(row, expression(address(at)), 16);
  store<u32>(row, expression(value(at)), 20);
  store<u32>(row, expression(expected(at)), 24);
  store<u32>(row, target(at), 28);
  const touched = locations(row);
  const stores = isStore(operation(at));
  store<u64>(row, reads(operation(at), touched), 32);
  store<u64>(row, buffered && stores ? grace() : writes(operation(at), touched), 40);
  store<u64>(row, reads(operation(at), touched), 48);
  store<u64>(row, writes(operation(at), touched), 56);
  store<u32>(row, 0, 64);
}

function expression(offset: i32): u32 {
  return offset == NONE ? 0 : <u32>expressionAt(offset);
}

function constantLocation(cpu: u32, expression: i32): u32 {
  if (expression == NONE || registersRead(expression) != 0) return DYNAMIC;
  const location = <u32>(evaluate(expression, registersOf(cpu), LOCATIONS) - ADDRESS_BASE);
  return location < locationCount() ? location : DYNAMIC;
}

function locations(row: usize): u64 {
  if (addressOf(row) == 0) return 0;
  return locationOf(row) == DYNAMIC ? ((<u64>1) << LOCATIONS_MAX) - 1 : (<u64>1) << locationOf(row);
}

function isStore(operation: i32): bool {
  return operation == STORE || operation == UNLOCK;
}
function isAtomic(operation: i32): bool {
  return operation == RMW || operation == LOCK || operation == TRYLOCK;
}
function grace(): u64 {
  return graceful ? GRACE : 0;
}

function reads(operation: i32, touched: u64): u64 {
  if (operation == SYNCHRONIZE) return GRACE;
  const read = operation == LOAD || operation == IS_LOCKED || operation == WAIT || isAtomic(operation);
  return read ? touched : 0;
}

/** A store that waits in a buffer can hold up a grace period, as a section does. */
function writes(operation: i32, touched: u64): u64 {
  if (operation == SECTION_BEGIN || operation == SECTION_END || operation == SYNCHRONIZE) return grace();
  if (isStore(operation)) return touched | (buffered ? grace() : 0);
  return isAtomic(operation) ? touched : 0;
}

/** Adds to each row what comes after it, until loops add nothing more. */
function foresee(cpu: u32): void {
  for (let changed = true; changed;) {
    changed = false;
    for (let n = <i32>length(cpu) - 1; n >= 0; n--) {
      const row = rowAt(cpu, n);
      const operation = operationOf(row);
      if (operation != JUMP && inherit(row, row + ROW_BYTES)) changed = true;
      if ((operation == JUMP || operation == BRANCH) && inherit(row, rowAt(cpu, targetOf(row)))) changed = true;
    }
  }
}

function inherit(row: usize, next: usize): bool {
  const reads = readsLater(row) | readsLater(next);
  const writes = writesLater(row) | writesLater(next);
  const changed = reads != readsLater(row) || writes != writesLater(row);
  store<u64>(row, reads, 48);
  store<u64>(row, writes, 56);
  return changed;
}

/** How many stores wait in a CPU's buffer at most; of a CPU that loops no more than those of two turns. */
export function capacity(cpu: u32): u32 {
  return load<u32>(CAPACITIES + ((<usize>cpu) << 2));
}

/** By how many can be there before each instruction: they add up to the next one that waits until the buffer is empty. */
function reckonCapacity(cpu: u32): void {
  const bound = capacityBound(cpu);
  let most: u32 = 0;
  for (let changed = true; changed;) {
    changed = false;
    for (let n: u32 = 0; n < length(cpu); n++) {
      const row = rowAt(cpu, n);
      const operation = operationOf(row);
      const after = drains(row) ? 0 : min(storedBefore(row) + u32(isStore(operation)), bound);
      most = max(most, after);
      if (operation != JUMP && carry(row + ROW_BYTES, after)) changed = true;
      if ((operation == JUMP || operation == BRANCH) && carry(rowAt(cpu, targetOf(row)), after)) changed = true;
    }
  }
  store<u32>(CAPACITIES + ((<usize>cpu) << 2), most);
}

function capacityBound(cpu: u32): u32 {
  let stores: u32 = 0;
  let turns: u32 = 1;
  for (let n: u32 = 0; n < length(cpu); n++) {
    if (isStore(operationOf(rowAt(cpu, n)))) stores++;
    if (goesBack(rowAt(cpu, n), n)) turns = 2;
  }
  return min(stores * turns, BUFFER_MAX);
}

/** Does the CPU wait there until its buffer is empty, whatever it finds? */
function drains(row: usize): bool {
  const operation = operationOf(row);
  if (operation == RMW) return kindOf(row) != ADD_UNLESS;
  return operation == LOCK || operation == SYNCHRONIZE || (operation == FENCE && kindOf(row) == MB);
}

function storedBefore(row: usize): u32 {
  return load<u32>(row, 64);
}

function carry(row: usize, stored: u32): bool {
  const more = stored > storedBefore(row);
  if (more) store<u32>(row, stored, 64);
  return more;
}

/** Does the instruction lead to where its CPU has been? */
export function goesBack(row: usize, n: u32): bool {
  const operation = operationOf(row);
  return (operation == JUMP || operation == BRANCH) && targetOf(row) <= n;
}
