// How far each CPU of an execution has come, and what its next event is ordered after by its own CPU alone: fences, dependencies, acquire
// and release (linux-kernel.cat: ppo, strong-fence and the fences of propagation, as far as they lie within one CPU).
// A CPU's state before each of its events is a frame; going back is looking at the frame before.

import * as events from "./lkmm-events";
import { EVENTS_END, is } from "./lkmm-events";
import * as relation from "./lkmm-relation";
import { clear, copy, EVENTS_MAX, insert, intersect, RELATION, row, unite } from "./lkmm-relation";
import { isLocal, join } from "./lkmm-values";
import * as program from "./program";
import { CPUS_MAX, INSTRUCTIONS_MAX, NONE, REGISTERS_MAX } from "./program";

// What an event comes after: by addresses and data (carried on through the CPU's own reads of its writes), by ppo whole, by all fences,
// by strong ones, by strong ones and release, by what propagates writes otherwise, and locks taken before it.
export const PO: usize = EVENTS_END;
export const ADDRESS: usize = PO + RELATION;
const DATA: usize = ADDRESS + RELATION;
export const PPO: usize = DATA + RELATION;
export const FENCED: usize = PPO + RELATION;
export const STRONG: usize = FENCED + RELATION;
export const CUMULATIVE: usize = STRONG + RELATION;
export const PROPAGATED: usize = CUMULATIVE + RELATION;
/** Locks taken before it. */
export const LOCKS: usize = PROPAGATED + RELATION;
/** Locks taken before an smp_mb__after_unlock_lock() before it. */
export const FENCED_LOCKS: usize = LOCKS + RELATION;
const CARRIED: usize = FENCED_LOCKS + RELATION; // of a read: itself, and what the write of its own CPU that it reads depends on by data
const SCRATCH: usize = CARRIED + RELATION;

// A frame: instruction, section depth, begin of the section, branches so far, registers; then sets.
const REGISTERS: usize = 16;
const SETS: usize = REGISTERS + 4 * REGISTERS_MAX;
const ALL: u32 = 0;
const ACCESSES: u32 = 1;
const ORDERED_READS: u32 = 2; // those that smp_rmb() orders
const WRITES: u32 = 3;
const BEFORE_RMB: u32 = 4;
const BEFORE_WMB: u32 = 5;
const BEFORE_MB: u32 = 6;
const BEFORE_ATOMIC: u32 = 7; // before an smp_mb__before_atomic()
const THROUGH_ATOMIC: u32 = 8; // up to the last atomic operation
const THROUGH_LOCK: u32 = 9;
const BEFORE_GRACE_PERIOD: u32 = 10;
const ACQUIRES: u32 = 11;
const BEFORE_UNLOCK: u32 = 12;
const BEFORE_UNLOCK_LOCK: u32 = 13;
const TAKEN: u32 = 14; // locks
const TAKEN_FENCED: u32 = 15;
const WRITE_ADDRESSES: u32 = 16; // what plain writes depend on by their address
const WMB_ADDRESSES: u32 = 17; // the same of those before a write barrier
const DEPENDENCIES: u32 = 18; // by register
const SET_COUNT: u32 = DEPENDENCIES + REGISTERS_MAX;
const FRAME: usize = SETS + SET_COUNT * (EVENTS_MAX >> 3);
const FRAMES: usize = SCRATCH + 64;
const STEPS: usize = INSTRUCTIONS_MAX + 1;
// Of each branch a CPU has passed: where its ways join; and what its condition depends on.
const BRANCHES: usize = FRAMES + FRAME * STEPS * CPUS_MAX;
const BRANCH: usize = 8 + (EVENTS_MAX >> 3);
const DEPTHS: usize = BRANCHES + BRANCH * INSTRUCTIONS_MAX * CPUS_MAX;
export const PATH_END: usize = (DEPTHS + 4 * CPUS_MAX + 15) & ~15;

function depth(cpu: u32): u32 {
  return load<u32>(DEPTHS + 4 * cpu);
}
function frame(cpu: u32): usize {
  return FRAMES + FRAME * (STEPS * cpu + depth(cpu));
}
function setOf(cpu: u32, which: u32): usize {
  return frame(cpu) + SETS + <usize>which * relation.capacityBytes();
}
/** The instruction that the CPU is at; its count of instructions: it has ended. */
export function position(cpu: u32): u32 {
  return load<u32>(frame(cpu));
}
export function hasEnded(cpu: u32): bool {
  return position(cpu) == program.length(cpu);
}
export function registers(cpu: u32): usize {
  return frame(cpu) + REGISTERS;
}
/** The events of the CPU. */
export function eventsOf(cpu: u32): usize {
  return setOf(cpu, ALL);
}
function branch(cpu: u32, n: u32): usize {
  return BRANCHES + BRANCH * (INSTRUCTIONS_MAX * cpu + n);
}

/** Puts every CPU at its first event; false: an assumption does not hold. */
export function start(): bool {
  let holds = true;
  for (let cpu: u32 = 0; cpu < program.cpuCount(); cpu++) {
    store<u32>(DEPTHS + 4 * cpu, 0);
    memory.fill(frame(cpu), 0, frameBytes(cpu));
    if (!runLocal(cpu)) holds = false;
  }
  return holds;
}

function frameBytes(cpu: u32): usize {
  return SETS + <usize>(DEPENDENCIES + program.registerCount(cpu)) * relation.capacityBytes();
}

/** The CPU is about to do its next event: what it is changed to can be taken back. */
export function enter(cpu: u32): void {
  const before = frame(cpu);
  store<u32>(DEPTHS + 4 * cpu, depth(cpu) + 1);
  memory.copy(frame(cpu), before, frameBytes(cpu));
}
export function leave(cpu: u32): void {
  store<u32>(DEPTHS + 4 * cpu, depth(cpu) - 1);
}

/** Past its event, to the next one; false: an assumption does not hold. */
export function advance(cpu: u32): bool {
  store<u32>(frame(cpu), position(cpu) + 1);
  return runLocal(cpu);
}
/** The CPU goes no further. */
export function stop(cpu: u32): void {
  store<u32>(frame(cpu), program.length(cpu));
}

function runLocal(cpu: u32): bool {
  for (; !hasEnded(cpu);) {
    const at = position(cpu);
    const instruction = program.firstInstruction(cpu) + at;
    const operation = program.operation(instruction);
    if (!isLocal(operation)) return true;
    let next = at + 1;
    if (operation == program.JUMP) next = program.target(instruction);
    else {
      const value = evaluate(cpu, program.value(instruction));
      if (operation == program.ASSUME && value == 0) return false;
      if (operation == program.BRANCH) {
        depend(cpu, program.value(instruction), join(cpu, at));
        if (value == 0) next = program.target(instruction);
      } else if (operation == program.SET) setRegister(cpu, instruction, value);
    }
    store<u32>(frame(cpu), next);
  }
  return true;
}

export function evaluate(cpu: u32, expression: i32): i32 {
  return program.evaluate(expression, registers(cpu), 0);
}

/** A register gets what an expression of registers gives. */
function setRegister(cpu: u32, instruction: u32, value: i32): void {
  clear(SCRATCH);
  uniteDependencies(SCRATCH, cpu, program.value(instruction));
  const register = program.register(instruction);
  store<i32>(registers(cpu) + 4 * register, value);
  copy(setOf(cpu, DEPENDENCIES + register), SCRATCH);
}
/** A register gets what a read gives. */
export function receive(cpu: u32, register: i32, value: i32, read: u32): void {
  if (register == NONE) return;
  store<i32>(registers(cpu) + 4 * register, value);
  copy(setOf(cpu, DEPENDENCIES + register), row(CARRIED, read));
}

/** Adds the reads that an expression depends on. */
function uniteDependencies(to: usize, cpu: u32, expression: i32): void {
  if (expression == NONE) return;
  for (let left = program.registersRead(expression); left != 0; left &= left - 1)
    unite(to, setOf(cpu, DEPENDENCIES + <u32>ctz(left)));
}

/** Up to instruction `until` all depends on a condition. */
export function depend(cpu: u32, condition: i32, until: u32): void {
  const count = load<u32>(frame(cpu), 12);
  store<u32>(branch(cpu, count), until);
  clear(branch(cpu, count) + 8);
  uniteDependencies(branch(cpu, count) + 8, cpu, condition);
  store<u32>(frame(cpu), count + 1, 12);
}
function uniteControl(to: usize, cpu: u32): void {
  for (let n: u32 = 0; n < load<u32>(frame(cpu), 12); n++)
    if (load<u32>(branch(cpu, n)) > position(cpu)) unite(to, branch(cpu, n) + 8);
}

/** Orders a read, whose source is known or pending, after what its CPU did before, and what follows after it. */
export function addRead(cpu: u32, read: u32): void {
  if (is(read, events.FULL)) copy(setOf(cpu, BEFORE_MB), setOf(cpu, ACCESSES));
  if (is(read, events.RMW)) unite(setOf(cpu, BEFORE_MB), setOf(cpu, BEFORE_ATOMIC));
  beginAccess(cpu, read);
  const ppo = row(PPO, read);
  unite(ppo, row(ADDRESS, read));
  clear(row(DATA, read));
  carry(cpu, read);
  if (!is(read, events.NORETURN)) unite(row(FENCED, read), setOf(cpu, BEFORE_RMB));
  endAccess(cpu, read);
  if (!is(read, events.NORETURN)) insert(setOf(cpu, ORDERED_READS), read);
  if (is(read, events.ACQUIRE)) insert(setOf(cpu, ACQUIRES), read);
  if (is(read, events.LOCK_READ)) {
    unite(setOf(cpu, BEFORE_UNLOCK_LOCK), setOf(cpu, BEFORE_UNLOCK));
    insert(setOf(cpu, TAKEN), read);
  }
}

/** Where a read reads a write of its own CPU, what that depends on goes on. */
function carry(cpu: u32, read: u32): void {
  const carried = row(CARRIED, read);
  clear(carried);
  insert(carried, read);
  const write = events.sourceOf(read);
  if (write >= events.INITIAL || events.cpuOf(write) != cpu) return;
  unite(carried, row(DATA, write));
  if (!is(write, events.MARKED)) return;
  unite(row(PPO, read), row(ADDRESS, write));
  unite(row(PPO, read), row(DATA, write));
}

/** The same of a write; `read`: of the same read-modify-write, or NONE. */
export function addWrite(cpu: u32, write: u32, read: i32): void {
  beginAccess(cpu, write);
  const instruction = program.firstInstruction(cpu) + position(cpu);
  const data = row(DATA, write);
  clear(data);
  if (program.operation(instruction) == program.STORE || read != NONE)
    uniteDependencies(data, cpu, program.value(instruction));
  if (read != NONE && computes(instruction)) unite(data, row(CARRIED, read));
  const ppo = row(PPO, write);
  unite(ppo, row(ADDRESS, write));
  unite(ppo, data);
  uniteControl(ppo, cpu);
  uniteDependencies(ppo, cpu, program.expected(instruction));
  uniteSameLocation(ppo, cpu, write);
  unite(ppo, setOf(cpu, WMB_ADDRESSES));
  unite(row(FENCED, write), setOf(cpu, BEFORE_WMB));
  unite(row(PROPAGATED, write), setOf(cpu, BEFORE_WMB));
  if (is(write, events.RELEASE)) {
    unite(row(FENCED, write), setOf(cpu, ACCESSES));
    unite(row(CUMULATIVE, write), setOf(cpu, ACCESSES));
  }
  if (is(write, events.UNLOCK)) copy(setOf(cpu, BEFORE_UNLOCK), setOf(cpu, ALL));
  if (!is(write, events.MARKED)) unite(setOf(cpu, WRITE_ADDRESSES), row(ADDRESS, write));
  endAccess(cpu, write);
  insert(setOf(cpu, WRITES), write);
  if (is(write, events.LOCK_WRITE)) copy(setOf(cpu, THROUGH_LOCK), setOf(cpu, ACCESSES));
  if (is(write, events.FULL)) copy(setOf(cpu, BEFORE_MB), setOf(cpu, ACCESSES));
}

/** Is what a read-modify-write stores made of what it found? */
function computes(instruction: u32): bool {
  if (program.operation(instruction) != program.RMW) return false;
  const operation = program.rmwOperation(instruction);
  return operation != program.XCHG && operation != program.CMPXCHG;
}

/** A write comes, in ppo, after the accesses of its CPU to the same location (overwrite & int). */
function uniteSameLocation(to: usize, cpu: u32, write: u32): void {
  const before = setOf(cpu, ALL);
  for (let event = relation.next(before, 0); event != EVENTS_MAX; event = relation.next(before, event + 1))
    if (events.locationOf(event) == events.locationOf(write)) insert(to, event);
}

function beginAccess(cpu: u32, event: u32): void {
  const instruction = program.firstInstruction(cpu) + position(cpu);
  const address = row(ADDRESS, event);
  clear(address);
  uniteDependencies(address, cpu, program.address(instruction));
  begin(cpu, event);
  unite(row(STRONG, event), setOf(cpu, BEFORE_MB));
  unite(row(CUMULATIVE, event), setOf(cpu, BEFORE_MB));
  unite(row(FENCED, event), setOf(cpu, BEFORE_MB));
  unite(row(FENCED, event), setOf(cpu, ACQUIRES));
}

/** What is ordered before every write of the CPU that is still to come. */
export function beforeLaterWrites(to: usize, cpu: u32): void {
  copy(to, setOf(cpu, BEFORE_GRACE_PERIOD));
  unite(to, setOf(cpu, BEFORE_UNLOCK_LOCK));
  unite(to, setOf(cpu, BEFORE_MB));
  unite(to, setOf(cpu, BEFORE_WMB));
  unite(to, setOf(cpu, ACQUIRES));
}

/** Rows that any event has. */
function begin(cpu: u32, event: u32): void {
  copy(row(PO, event), setOf(cpu, ALL));
  copy(row(STRONG, event), setOf(cpu, BEFORE_GRACE_PERIOD));
  if (is(event, events.GRACE_PERIOD)) copy(row(STRONG, event), setOf(cpu, ALL));
  copy(row(CUMULATIVE, event), row(STRONG, event));
  copy(row(PROPAGATED, event), setOf(cpu, BEFORE_UNLOCK_LOCK));
  copy(row(FENCED, event), row(STRONG, event));
  copy(row(PPO, event), row(STRONG, event));
  unite(row(PPO, event), row(PROPAGATED, event));
  copy(row(LOCKS, event), setOf(cpu, TAKEN));
  clear(row(FENCED_LOCKS, event));
  if (is(event, events.MEMORY)) copy(row(FENCED_LOCKS, event), setOf(cpu, TAKEN_FENCED));
}

function endAccess(cpu: u32, event: u32): void {
  unite(row(PPO, event), row(FENCED, event));
  insert(setOf(cpu, ALL), event);
  insert(setOf(cpu, ACCESSES), event);
  if (is(event, events.RMW)) copy(setOf(cpu, THROUGH_ATOMIC), setOf(cpu, ACCESSES));
}

/** A fence, or what a grace period is made of: orders what follows. */
export function addFence(cpu: u32, event: u32): void {
  begin(cpu, event);
  const instruction = program.firstInstruction(cpu) + position(cpu);
  if (program.operation(instruction) == program.FENCE) fence(cpu, program.order(instruction));
  if (is(event, events.GRACE_PERIOD)) copy(setOf(cpu, BEFORE_GRACE_PERIOD), setOf(cpu, ALL));
  insert(setOf(cpu, ALL), event);
}

function fence(cpu: u32, which: i32): void {
  const before = setOf(cpu, BEFORE_MB);
  switch (which) {
    case program.RMB:
      return copy(setOf(cpu, BEFORE_RMB), setOf(cpu, ORDERED_READS));
    case program.WMB:
      copy(setOf(cpu, BEFORE_WMB), setOf(cpu, WRITES));
      return copy(setOf(cpu, WMB_ADDRESSES), setOf(cpu, WRITE_ADDRESSES));
    case program.MB:
      return copy(before, setOf(cpu, ACCESSES));
    case program.BEFORE_ATOMIC:
      return copy(setOf(cpu, BEFORE_ATOMIC), setOf(cpu, ACCESSES));
    case program.AFTER_ATOMIC:
      return unite(before, setOf(cpu, THROUGH_ATOMIC));
    case program.AFTER_SPINLOCK:
      return unite(before, setOf(cpu, THROUGH_LOCK));
    case program.AFTER_UNLOCK_LOCK:
      copy(SCRATCH, setOf(cpu, BEFORE_UNLOCK_LOCK));
      intersect(SCRATCH, setOf(cpu, ACCESSES));
      unite(before, SCRATCH);
      copy(setOf(cpu, TAKEN_FENCED), setOf(cpu, TAKEN));
  }
}

/** Begins a section; its event, if it is an outermost one, is what the end is paired with. */
export function beginSection(cpu: u32, event: u32): void {
  const nesting = load<u32>(frame(cpu), 4);
  if (nesting == 0) store<u32>(frame(cpu), event, 8);
  store<u32>(frame(cpu), nesting + 1, 4);
}
/** The begin of the outermost section that ends here, or NONE. */
export function endSection(cpu: u32): i32 {
  const nesting = load<u32>(frame(cpu), 4);
  if (nesting == 0) return NONE;
  store<u32>(frame(cpu), nesting - 1, 4);
  return nesting == 1 ? load<i32>(frame(cpu), 8) : NONE;
}
