// What can be known of a program before its executions: which values each CPU may write where, which locations it may still write from an
// instruction on, how far a condition's dependency reaches, how many events there can be. Supersets, control flow left aside; a
// value that only justifies itself (out of thin air) is in none.

import { EVENTS_MAX } from "./lkmm-relation";
import * as program from "./program";
import { CPUS_MAX, INSTRUCTIONS_MAX, LOCATIONS_MAX, NONE, REGISTERS_MAX } from "./program";

/** Of a register, or of a location by one CPU. */
export const VALUES_MAX: u32 = 256;

// A set of values: how many, then the values.
const SET: usize = 4 + 4 * <usize>VALUES_MAX;
const REGISTERS: usize = program.STACK_END; // by CPU and register
const WRITTEN: usize = REGISTERS + SET * CPUS_MAX * REGISTERS_MAX; // by CPU and location
const LOCATIONS: usize = WRITTEN + SET * CPUS_MAX * LOCATIONS_MAX; // the values that the round before left there
const RESULTS: usize = LOCATIONS + SET * LOCATIONS_MAX; // of the expression under way
const OPERANDS: usize = RESULTS + SET; // the registers of the expression under way
const CHOICES: usize = OPERANDS + 4 * REGISTERS_MAX; // and which of its values each one has
const ROWS: usize = INSTRUCTIONS_MAX + 1;
const LATER: usize = CHOICES + 4 * REGISTERS_MAX; // by CPU and instruction: bits of locations
const RELEASABLE: usize = LATER + 4 * CPUS_MAX * ROWS; // the same
const JOIN: usize = RELEASABLE + 4 * CPUS_MAX * ROWS; // by CPU and instruction
const EVENTS: usize = JOIN + 4 * CPUS_MAX * ROWS; // of the longest path from an instruction on
export const VALUES_END: usize = (EVENTS + 4 * ROWS + 15) & ~15;

/** Locations, bit by bit, that plain stores may write. */
export let plainlyWritten: u32 = 0;

let changed: bool = false;
let full: bool = false;

function registerSet(cpu: u32, register: u32): usize {
  return REGISTERS + SET * (cpu * REGISTERS_MAX + register);
}
function writtenSet(cpu: u32, location: u32): usize {
  return WRITTEN + SET * (cpu * LOCATIONS_MAX + location);
}
function locationSet(location: u32): usize {
  return LOCATIONS + SET * location;
}
function sizeOf(set: usize): u32 {
  return load<u32>(set);
}
function member(set: usize, n: u32): i32 {
  return load<i32>(set + 4 + ((<usize>n) << 2));
}
function contains(set: usize, value: i32): bool {
  for (let n: u32 = 0; n < sizeOf(set); n++) if (member(set, n) == value) return true;
  return false;
}
function include(set: usize, value: i32): void {
  if (contains(set, value)) return;
  const size = sizeOf(set);
  if (size == VALUES_MAX) {
    full = true;
    return;
  }
  store<i32>(set + 4 + ((<usize>size) << 2), value);
  store<u32>(set, size + 1);
  changed = true;
}
function includeAll(set: usize, other: usize): void {
  for (let n: u32 = 0; n < sizeOf(other); n++) include(set, member(other, n));
}

/** How many values a CPU may write to a location. */
export function writtenCount(cpu: u32, location: u32): u32 {
  return sizeOf(writtenSet(cpu, location));
}
export function writtenValue(cpu: u32, location: u32, n: u32): i32 {
  return member(writtenSet(cpu, location), n);
}
/** May the CPU, before its instruction `at`, still write this value there? */
export function mayWrite(cpu: u32, at: u32, location: u32, value: i32): bool {
  return ((locationsLater(cpu, at) >> location) & 1) != 0 && contains(writtenSet(cpu, location), value);
}
/** Locations, bit by bit, that the CPU may write from its instruction `at` on. */
export function locationsLater(cpu: u32, at: u32): u32 {
  return load<u32>(LATER + 4 * (<usize>cpu * ROWS + at));
}
/** Locations, bit by bit, that the CPU may write from its instruction `at` on without having waited for a lock there. */
export function releasable(cpu: u32, at: u32): u32 {
  return load<u32>(RELEASABLE + 4 * (<usize>cpu * ROWS + at));
}
/** The instruction where both ways of a branch meet again: so far its condition is a control dependency. */
export function join(cpu: u32, at: u32): u32 {
  return load<u32>(JOIN + 4 * (<usize>cpu * ROWS + at));
}

/** Does a branch or jump of the CPU lead back? */
export function loops(cpu: u32): bool {
  for (let at: u32 = 0; at < program.length(cpu); at++) {
    const instruction = program.firstInstruction(cpu) + at;
    const operation = program.operation(instruction);
    const jumps = operation == program.BRANCH || operation == program.JUMP;
    if (jumps && program.target(instruction) <= at) return true;
  }
  return false;
}

/** False: a register or location has more than VALUES_MAX values. */
export function findValues(): bool {
  full = false;
  let links: u32 = 0;
  for (let cpu: u32 = 0; cpu < program.cpuCount(); cpu++) links += begin(cpu);
  // A value comes to be through a chain of writes that work on what was read, each of them once: more rounds add nothing real.
  for (let round: u32 = 0; !full && round <= links; round++) {
    collectLocations();
    changed = false;
    for (let cpu: u32 = 0; cpu < program.cpuCount(); cpu++) {
      for (let at: u32 = 0; at < program.length(cpu); at++) {
        const instruction = program.firstInstruction(cpu) + at;
        if (round > 0 || !isLink(instruction)) follow(cpu, instruction);
      }
    }
    if (round > 0 && !changed) break;
  }
  return !full;
}

/** Does an instruction write what depends on what it, or another before it, has read? */
function isLink(at: u32): bool {
  if (program.operation(at) == program.RMW) {
    const operation = program.rmwOperation(at);
    if (operation != program.XCHG && operation != program.CMPXCHG) return true;
  } else if (program.operation(at) != program.STORE) return false;
  return program.registersRead(program.value(at)) != 0;
}

/** Registers hold 0 and nothing is written; how many links a chain of writes may have. */
function begin(cpu: u32): u32 {
  for (let n: u32 = 0; n < REGISTERS_MAX; n++) {
    store<u32>(registerSet(cpu, n), 0);
    include(registerSet(cpu, n), 0);
  }
  for (let n: u32 = 0; n < LOCATIONS_MAX; n++) store<u32>(writtenSet(cpu, n), 0);
  let links: u32 = 0;
  for (let at: u32 = 0; at < program.length(cpu); at++) links += u32(isLink(program.firstInstruction(cpu) + at));
  return links;
}

function collectLocations(): void {
  for (let location: u32 = 0; location < program.locationCount(); location++) {
    store<u32>(locationSet(location), 0);
    include(locationSet(location), program.initial(location));
    for (let cpu: u32 = 0; cpu < program.cpuCount(); cpu++)
      includeAll(locationSet(location), writtenSet(cpu, location));
  }
}

export function writesMemory(operation: i32): bool {
  if (operation == program.STORE || operation == program.RMW) return true;
  return operation == program.LOCK || operation == program.TRYLOCK || operation == program.UNLOCK;
}

/** Adds to the sets what an instruction may write and what its register may get. */
function follow(cpu: u32, at: u32): void {
  const operation = program.operation(at);
  const register = program.register(at);
  if (operation == program.SET) {
    evaluateAll(cpu, program.value(at));
    includeAll(registerSet(cpu, register), RESULTS);
  } else if (program.address(at) != NONE) {
    for (let locations = locationsOf(cpu, at); locations != 0; locations &= locations - 1) {
      const location = <u32>ctz(locations);
      if (writesMemory(operation)) followWrite(cpu, at, location);
      if (register != NONE) includeAll(registerSet(cpu, register), locationSet(location));
    }
    if (operation == program.TRYLOCK || operation == program.IS_LOCKED) {
      include(registerSet(cpu, register), 0);
      include(registerSet(cpu, register), 1);
    }
  }
}

function followWrite(cpu: u32, at: u32, location: u32): void {
  const written = writtenSet(cpu, location);
  const operation = program.operation(at);
  if (operation == program.LOCK || operation == program.TRYLOCK) return include(written, 1);
  if (operation == program.UNLOCK) return include(written, 0);
  evaluateAll(cpu, program.value(at));
  if (operation == program.STORE) return includeAll(written, RESULTS);
  const found = locationSet(location);
  for (let n: u32 = 0; n < sizeOf(found); n++) {
    for (let m: u32 = 0; m < sizeOf(RESULTS); m++)
      include(written, program.modified(program.rmwOperation(at), member(found, n), member(RESULTS, m)));
  }
}

/** Locations, bit by bit, that an instruction's address may mean. */
function locationsOf(cpu: u32, at: u32): u32 {
  let locations: u32 = 0;
  evaluateAll(cpu, program.address(at));
  for (let n: u32 = 0; n < sizeOf(RESULTS); n++) {
    const location = <u32>(member(RESULTS, n) - program.ADDRESS_BASE);
    if (location < program.locationCount()) locations |= (<u32>1) << location;
  }
  return locations;
}

/** All values of an expression into RESULTS: over every choice of a value for each register it reads. */
function evaluateAll(cpu: u32, expression: i32): void {
  const registers = program.registersRead(expression);
  const before = changed;
  store<u32>(RESULTS, 0);
  for (let left = registers; left != 0; left &= left - 1) choose(cpu, <u32>ctz(left), 0);
  do include(RESULTS, program.evaluate(expression, OPERANDS, 0));
  while (!full && nextChoice(cpu, registers));
  changed = before;
}

function choose(cpu: u32, register: u32, choice: u32): void {
  store<u32>(CHOICES + 4 * register, choice);
  store<i32>(OPERANDS + 4 * register, member(registerSet(cpu, register), choice));
}

function nextChoice(cpu: u32, registers: u32): bool {
  for (let left = registers; left != 0; left &= left - 1) {
    const register = <u32>ctz(left);
    const choice = load<u32>(CHOICES + 4 * register) + 1;
    if (choice < sizeOf(registerSet(cpu, register))) {
      choose(cpu, register, choice);
      return true;
    }
    choose(cpu, register, 0);
  }
  return false;
}

/** From each CPU's last instruction back: what may still be written, where branches join. Returns how many events an execution may have. */
export function findPaths(): u32 {
  let events: u32 = 0;
  plainlyWritten = 0;
  for (let cpu: u32 = 0; cpu < program.cpuCount(); cpu++) {
    const end = program.length(cpu);
    store<u32>(LATER + 4 * (<usize>cpu * ROWS + end), 0);
    store<u32>(JOIN + 4 * (<usize>cpu * ROWS + end), end);
    store<u32>(EVENTS + 4 * end, 0);
    for (let at = end; at > 0; at--) findPath(cpu, at - 1);
    events += load<u32>(EVENTS);
  }
  return min(events, EVENTS_MAX + 1);
}

function findPath(cpu: u32, at: u32): void {
  const instruction = program.firstInstruction(cpu) + at;
  const operation = program.operation(instruction);
  const other = operation == program.BRANCH || operation == program.JUMP ? program.target(instruction) : at + 1;
  const next = operation == program.JUMP ? other : at + 1;
  const own = writesMemory(operation) ? locationsOf(cpu, instruction) : 0;
  if (operation == program.STORE && program.order(instruction) == program.PLAIN) plainlyWritten |= own;
  store<u32>(LATER + 4 * (<usize>cpu * ROWS + at), own | locationsLater(cpu, next) | locationsLater(cpu, other));
  store<u32>(JOIN + 4 * (<usize>cpu * ROWS + at), meet(cpu, next, other));
  store<u32>(EVENTS + 4 * at, eventsOf(operation) + max(load<u32>(EVENTS + 4 * next), load<u32>(EVENTS + 4 * other)));
}

/** Where the ways from two instructions first meet. */
function meet(cpu: u32, a: u32, b: u32): u32 {
  while (a != b) {
    if (a < b) a = join(cpu, a);
    else b = join(cpu, b);
  }
  return a;
}

function eventsOf(operation: i32): u32 {
  if (operation == program.RMW || operation == program.LOCK || operation == program.TRYLOCK) return 2;
  return u32(!isLocal(operation));
}

/** Instructions that no event stands for. */
export function isLocal(operation: i32): bool {
  if (operation == program.SET || operation == program.ASSUME) return true;
  return operation == program.BRANCH || operation == program.JUMP;
}
