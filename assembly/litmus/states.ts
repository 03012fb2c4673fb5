// The states met, in the order in which they were met, and an open-addressed table that finds them by their packed form. Memory
// grows in steps up to a bound; the table then moves to the new end and is made again from the states.
//
//   states: link, packed form | free | table: numbers with some bits of the hash | what way.ts and cycle.ts note of each state

import { PACKED, stateBytes } from "./cells";
import { STALL_END } from "./stall";

const PAGE: usize = 1 << 16;
const FIRST: usize = (STALL_END + 15) & ~15;
const FIRST_ROOM: usize = 1 << 21;
const GROWTH: u32 = 2; // bits: a table is made again seldom

// Of a slot: the state's number + 1, above it bits of its hash. Of a link: from which state it was met, and whether it is an end.
const NUMBER: u32 = (1 << 28) - 1;
const STATES_MAX: u32 = NUMBER;
const TERMINAL: u32 = 1 << 31;

/** No such state. */
export const NOWHERE: u32 = 0xffffffff;

/** How many states there are. */
export let stateCount: u32 = 0;
let stride: usize = 0;
let capacity: u32 = 0;
let table: usize = 0;
let slots: u32 = 0;
let room: usize = 0;
/** Bytes for states, their table, and what is noted of them. */
let bound: usize = 0;

/** Forgets all states. False: the bound is too low for any. */
export function clearStates(bytes: usize): bool {
  stateCount = 0;
  stride = 4 + <usize>stateBytes;
  bound = bytes;
  room = 0;
  return grow();
}

function grow(): bool {
  const more = room == 0 ? min(FIRST_ROOM, bound) : room > bound >> GROWTH ? bound : room << GROWTH;
  if (more <= room || !reach(FIRST + more)) return false;
  room = more;
  capacity = min(<u32>(room / (stride + 8)), STATES_MAX);
  slots = capacity << 1;
  table = FIRST + <usize>capacity * stride;
  memory.fill(table, 0, (<usize>slots) << 2);
  for (let n: u32 = 0; n < stateCount; n++) fill(hash(stateAt(n)), n);
  return true;
}

/** Makes memory reach up to an address. */
function reach(end: usize): bool {
  const pages = <i32>((end + PAGE - 1) / PAGE) - memory.size();
  return pages <= 0 || memory.grow(pages) >= 0;
}

/** Room for so many bytes of notes on each state, before the table or behind it; 0: beyond the bound. */
export function notes(bytes: usize): usize {
  const size = <usize>stateCount * bytes;
  const before = (FIRST + <usize>stateCount * stride + 7) & ~7;
  if (before + size <= table) return before;
  const behind = (table + ((<usize>slots) << 2) + 7) & ~7;
  return behind + size <= FIRST + bound && reach(behind + size) ? behind : 0;
}

function record(n: u32): usize {
  assert(n < stateCount);
  return FIRST + <usize>n * stride;
}

/** Packed form of a state. */
export function stateAt(n: u32): usize {
  return record(n) + 4;
}
/** From which state it was first met; of the first, itself. */
export function parent(n: u32): u32 {
  return load<u32>(record(n)) & ~TERMINAL;
}
export function isTerminal(n: u32): bool {
  return (load<u32>(record(n)) & TERMINAL) != 0;
}
export function setTerminal(n: u32): void {
  store<u32>(record(n), load<u32>(record(n)) | TERMINAL);
}

/** The state under work gets a number if it is new. False: no room. */
export function meet(from: u32): bool {
  const key = hash(PACKED);
  if (seek(key) != NOWHERE) return true;
  if (stateCount == capacity && !grow()) return false;
  const at = FIRST + <usize>stateCount * stride;
  store<u32>(at, from);
  for (let n: usize = 0; n < <usize>stateBytes; n += 4) store<u32>(at + 4 + n, load<u32>(PACKED + n));
  fill(key, stateCount);
  stateCount++;
  return true;
}

/** Number of the state under work, or NOWHERE. */
export function find(): u32 {
  return seek(hash(PACKED));
}

function seek(key: u64): u32 {
  const mark = (<u32>key) & ~NUMBER;
  let slot = firstSlot(key);
  for (let entry = slotAt(slot); entry != 0; entry = slotAt(slot)) {
    if ((entry & ~NUMBER) == mark && same((entry & NUMBER) - 1)) return (entry & NUMBER) - 1;
    slot = after(slot);
  }
  return NOWHERE;
}

function fill(key: u64, n: u32): void {
  let slot = firstSlot(key);
  while (slotAt(slot) != 0) slot = after(slot);
  store<u32>(table + ((<usize>slot) << 2), ((<u32>key) & ~NUMBER) | (n + 1));
}

function slotAt(slot: u32): u32 {
  return load<u32>(table + ((<usize>slot) << 2));
}
function firstSlot(key: u64): u32 {
  return <u32>(((key >> 32) * <u64>slots) >> 32);
}
function after(slot: u32): u32 {
  return slot + 1 == slots ? 0 : slot + 1;
}

function same(n: u32): bool {
  const at = stateAt(n);
  for (let k: usize = 0; k < <usize>stateBytes; k += 4) {
    if (load<u32>(at + k) != load<u32>(PACKED + k)) return false;
  }
  return true;
}

function hash(state: usize): u64 {
  let h: u64 = 0;
  for (let n: usize = 0; n < <usize>stateBytes; n += 4)
    h = (rotl<u64>(h, 23) ^ load<u32>(state + n)) * 0x9e3779b97f4a7c15;
  return (h ^ (h >> 29)) * 0xbf58476d1ce4e5b9;
}
