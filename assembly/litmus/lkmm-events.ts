// The events of the execution under way (tools/memory-model: accesses, fences, critical sections), in the order in which they joined, and how
// those of one location relate: which write each read reads from, and in which order the writes reach memory. The axioms
// "coherence" and "atomic" hold by what is offered here: a read or write finds only places that keep them.

import * as relation from "./lkmm-relation";
import { EVENTS_MAX } from "./lkmm-relation";
import { VALUES_END } from "./lkmm-values";
import * as program from "./program";
import { LOCATIONS_MAX, NONE } from "./program";

// What an event is.
export const READ: u32 = 1;
export const WRITE: u32 = 2;
export const MEMORY: u32 = READ | WRITE;
export const MARKED: u32 = 4; // not a plain access
export const ACQUIRE: u32 = 8;
export const RELEASE: u32 = 16;
export const RMW: u32 = 32; // of an atomic operation, even one that failed
export const NORETURN: u32 = 64; // read by an atomic operation that gives nothing back
export const FULL: u32 = 128; // of an atomic operation that orders as smp_mb() on both sides
export const LOCK_READ: u32 = 256;
export const LOCK_WRITE: u32 = 512;
export const UNLOCK: u32 = 1024;
export const GRACE_PERIOD: u32 = 2048;
export const SECTION_END: u32 = 4096; // of an outermost section
export const LAST: u32 = 8192; // a read in vain, for ever: of the last write
export const FENCE: u32 = 16384;

/** What a location held before is written by an event from here on: nothing comes before it, so no relation needs it. */
export const INITIAL: u32 = EVENTS_MAX;
const ALL_MAX: usize = EVENTS_MAX + LOCATIONS_MAX;

/** A read whose write is to come; or no access. */
export const PENDING: u32 = u32.MAX_VALUE;
const NO_CPU: u32 = u32.MAX_VALUE;

// Columns of an event, then the writes of each location as memory sees them, and who reads from each write.
const EVENT: usize = 32;
const EVENTS: usize = VALUES_END;
const ORDERS: usize = EVENTS + EVENT * ALL_MAX;
const ORDER: usize = 2 * (<usize>EVENTS_MAX + 2);
const LENGTHS: usize = ORDERS + ORDER * LOCATIONS_MAX;
const READERS: usize = LENGTHS + 4 * LOCATIONS_MAX;
const MARKED_SET: usize = (READERS + ALL_MAX * (EVENTS_MAX >> 3) + 15) & ~15;
export const EVENTS_END: usize = MARKED_SET + (EVENTS_MAX >> 3);

/** Events other than the initial writes. */
export let eventCount: u32 = 0;

function column(event: u32): usize {
  return EVENTS + <usize>event * EVENT;
}
export function cpuOf(event: u32): u32 {
  return load<u32>(column(event));
}
/** The instruction that it belongs to, counted from the CPU's first. */
export function instructionOf(event: u32): u32 {
  return load<u32>(column(event), 4);
}
export function flagsOf(event: u32): u32 {
  return load<u32>(column(event), 8);
}
export function is(event: u32, flags: u32): bool {
  return (flagsOf(event) & flags) != 0;
}
export function locationOf(event: u32): i32 {
  return load<i32>(column(event), 12);
}
/** Read or written. */
export function valueOf(event: u32): i32 {
  return load<i32>(column(event), 16);
}
/** The write that a read reads from. */
export function sourceOf(event: u32): u32 {
  return load<u32>(column(event), 20);
}
/** The other half of a successful read-modify-write, or NONE; of a section's end: its begin. */
export function partnerOf(event: u32): i32 {
  return load<i32>(column(event), 24);
}
export function readers(write: u32): usize {
  return relation.row(READERS, write);
}
/** Events other than plain accesses. */
export function marked(): usize {
  return MARKED_SET;
}

/** No event, and each location's initial write. */
export function reset(): void {
  eventCount = 0;
  relation.clear(MARKED_SET);
  for (let location: u32 = 0; location < program.locationCount(); location++) {
    const event = INITIAL + location;
    set(event, NO_CPU, 0, WRITE | MARKED, location, program.initial(location));
    store<u32>(LENGTHS + 4 * location, 0);
    place(event, 0);
  }
}

function set(event: u32, cpu: u32, instruction: u32, flags: u32, location: i32, value: i32): void {
  const at = column(event);
  store<u32>(at, cpu);
  store<u32>(at, instruction, 4);
  store<u32>(at, flags, 8);
  store<i32>(at, location, 12);
  store<i32>(at, value, 16);
  store<u32>(at, PENDING, 20);
  store<i32>(at, NONE, 24);
  relation.clear(readers(event));
}

/** The number of an event that joins. */
export function push(cpu: u32, instruction: u32, flags: u32, location: i32, value: i32): u32 {
  const event = eventCount++;
  set(event, cpu, instruction, flags, location, value);
  if (flags & MARKED) relation.insert(MARKED_SET, event);
  return event;
}
/** The last one leaves. */
export function pop(): void {
  relation.erase(MARKED_SET, --eventCount);
}
/** The event ends the outermost section that `begin` begins. */
export function endSection(event: u32, begin: u32): void {
  store<u32>(column(event), flagsOf(event) | SECTION_END, 8);
  pair(event, begin);
}
/** A read and the write that depend on each other, or a section's end and its begin. */
export function pair(event: u32, other: u32): void {
  store<i32>(column(event), other, 24);
  store<i32>(column(other), event, 24);
}

/** The read reads from this write. */
export function readFrom(read: u32, write: u32): void {
  store<u32>(column(read), write, 20);
  relation.insert(readers(write), read);
}
export function unread(read: u32): void {
  relation.erase(readers(sourceOf(read)), read);
  store<u32>(column(read), PENDING, 20);
}
/** Writes of a location, the initial one among them. */
export function writeCount(location: u32): u32 {
  return load<u32>(LENGTHS + 4 * location);
}
function orderAt(location: u32, position: u32): usize {
  return ORDERS + ORDER * location + ((<usize>position) << 1);
}
/** The write at this position of the coherence order. */
export function writeAt(location: u32, position: u32): u32 {
  return load<u16>(orderAt(location, position));
}
export function lastWrite(location: u32): u32 {
  return writeAt(location, writeCount(location) - 1);
}
export function positionOf(write: u32): u32 {
  let position: u32 = 0;
  while (writeAt(locationOf(write), position) != write) position++;
  return position;
}

/** Puts a write at a position of the coherence order. */
export function place(write: u32, position: u32): void {
  const location = locationOf(write);
  const count = writeCount(location);
  memory.copy(orderAt(location, position + 1), orderAt(location, position), (count - position) << 1);
  store<u16>(orderAt(location, position), <u16>write);
  store<u32>(LENGTHS + 4 * location, count + 1);
}
export function displace(write: u32): void {
  const location = locationOf(write);
  const position = positionOf(write);
  const count = writeCount(location) - 1;
  memory.copy(orderAt(location, position), orderAt(location, position + 1), (count - position) << 1);
  store<u32>(LENGTHS + 4 * location, count);
}

/**
 * The least position that the next access of a CPU to a location may read from: coherence wants it not before what the CPU has read or
 * written there. `before`: the events of the CPU.
 */
export function floor(before: usize, location: i32): u32 {
  let least: u32 = 0;
  for (let event = relation.next(before, 0); event < eventCount; event = relation.next(before, event + 1)) {
    if (locationOf(event) != location) continue;
    const write = is(event, WRITE) ? event : sourceOf(event);
    if (write != PENDING) least = max(least, positionOf(write));
  }
  return least;
}

/** May a write stand here? Not between the halves of a read-modify-write, and not after a write that is read as the last. */
export function isFree(location: u32, position: u32): bool {
  const before = writeAt(location, position - 1);
  if (position < writeCount(location) && isTaken(before, writeAt(location, position))) return false;
  return !isReadAsLast(location, position);
}
/** Is the second write that of a read-modify-write that read the first? */
function isTaken(write: u32, next: u32): bool {
  return next < INITIAL && partnerOf(next) != NONE && sourceOf(partnerOf(next)) == write;
}
/** Does somebody read a write before `position` who must read the last one? */
function isReadAsLast(location: u32, position: u32): bool {
  for (let n: u32 = 0; n < position; n++) {
    const set = readers(writeAt(location, n));
    for (let read = relation.next(set, 0); read < eventCount; read = relation.next(set, read + 1))
      if (is(read, LAST)) return true;
  }
  return false;
}

/** May this pending read read from the write? `around`: the events of the read's CPU. */
export function canRead(read: u32, write: u32, around: usize): bool {
  const location = locationOf(read);
  const position = positionOf(write);
  if (is(read, LAST) && position + 1 != writeCount(location)) return false;
  if (partnerOf(read) != NONE && position + 1 != positionOf(partnerOf(read))) return false;
  for (let event = relation.next(around, 0); event < eventCount; event = relation.next(around, event + 1)) {
    if (event == read || locationOf(event) != location) continue;
    const other = is(event, WRITE) ? event : sourceOf(event);
    if (other == PENDING) continue;
    const at = positionOf(other);
    if (event < read ? at > position : at < position) return false;
  }
  return true;
}

/** The first read from `read` on whose write is to come, or PENDING. */
export function nextPending(read: u32): u32 {
  for (; read < eventCount; read++) if (is(read, READ) && sourceOf(read) == PENDING) return read;
  return PENDING;
}
