// An execution as steps one after the other, for people. Each read stands after the write it reads and before the next one to its location, so
// that read from top to bottom every read finds the last value written; such an order always exists, as coherence is per location.
// Within that, a step stands before what follows it on its CPU wherever it can; if not, where the model lets the two
// be reordered; and only where a write reaches another CPU late, elsewhere. A step with a later one of its CPU above it is late.

import { HAPPENS_BEFORE, isOrdered } from "./lkmm-axioms";
import * as events from "./lkmm-events";
import { INITIAL, is } from "./lkmm-events";
import { eventsOfShortest, FINALS_END, setShortest, STEP, stepsOf } from "./lkmm-finals";
import * as path from "./lkmm-path";
import * as relation from "./lkmm-relation";
import { clear, copy, EVENTS_MAX, insert, isSubset, RELATION, row, unite } from "./lkmm-relation";
import * as program from "./program";
import { NONE } from "./program";

const COMMUNICATION: usize = FINALS_END; // what must stand above an event: rf | co | fr
const DONE: usize = COMMUNICATION + RELATION;
const SCRATCH: usize = DONE + (EVENTS_MAX >> 3);
export const WITNESS_END: usize = SCRATCH + (EVENTS_MAX >> 3);

/** Notes the execution if it is the shortest so far with this final state. */
export function noteShortest(final: u32): void {
  if (events.eventCount >= eventsOfShortest(final)) return;
  isOrdered(); // hb up to the last event
  communicate();
  clear(DONE);
  let steps: u32 = 0;
  let cpu: u32 = 0;
  for (let event = choose(cpu); event != EVENTS_MAX; event = choose(cpu)) {
    write(stepsOf(final) + STEP * steps++, event);
    cpu = events.cpuOf(event);
  }
  setShortest(final, events.eventCount, steps);
}

function communicate(): void {
  for (let event: u32 = 0; event < events.eventCount; event++) clear(row(COMMUNICATION, event));
  for (let location: u32 = 0; location < program.locationCount(); location++) {
    clear(SCRATCH);
    for (let position: u32 = 0; position < events.writeCount(location); position++) {
      const write = events.writeAt(location, position);
      if (write < INITIAL) {
        copy(row(COMMUNICATION, write), SCRATCH);
        insert(SCRATCH, write);
        follow(write);
      }
      unite(SCRATCH, events.readers(write));
    }
  }
}

/** Those who read a write stand below it; a read-modify-write is one step, with what its write stands below. */
function follow(write: u32): void {
  const set = events.readers(write);
  for (let read = relation.next(set, 0); read != EVENTS_MAX; read = relation.next(set, read + 1))
    insert(row(COMMUNICATION, read), write);
  if (events.partnerOf(write) == NONE) return;
  const read = <u32>events.partnerOf(write);
  unite(row(COMMUNICATION, read), row(COMMUNICATION, write));
  relation.erase(row(COMMUNICATION, read), read);
}

/** The next step's event; EVENTS_MAX: there is none. Of equals that of the same CPU. */
function choose(cpu: u32): u32 {
  let best = EVENTS_MAX;
  let least: u32 = u32.MAX_VALUE;
  for (let event: u32 = 0; event < events.eventCount; event++) {
    if (relation.has(DONE, event) || isSecondHalf(event)) continue;
    if (!isSubset(row(COMMUNICATION, event), DONE)) continue;
    const cost = overtaken(event) * 2 + u32(events.cpuOf(event) != cpu);
    if (cost >= least) continue;
    least = cost;
    best = event;
  }
  return best;
}

/** The write of a read-modify-write goes with its read. */
function isSecondHalf(event: u32): bool {
  return is(event, events.WRITE) && events.partnerOf(event) != NONE;
}

/** How many events of its CPU it would overtake; those that it must not are dear, and a fence should not overtake any. */
function overtaken(event: u32): u32 {
  let cost: u32 = 0;
  const before = row(path.PO, event);
  for (let other = relation.next(before, 0); other != EVENTS_MAX; other = relation.next(before, other + 1)) {
    if (relation.has(DONE, other)) continue;
    cost += !is(event, events.MEMORY) || relation.has(row(HAPPENS_BEFORE, event), other) ? EVENTS_MAX : 1;
  }
  return cost;
}

function write(at: usize, event: u32): void {
  insert(DONE, event);
  store<u8>(at, <u8>events.cpuOf(event));
  store<u8>(at, <u8>events.instructionOf(event), 1);
  store<u8>(at, u8(isLate(event)), 2);
  store<u8>(at, u8(is(event, events.MEMORY)), 3);
  store<i32>(at, events.valueOf(event), 4);
  if (events.is(event, events.READ) && events.partnerOf(event) != NONE) insert(DONE, events.partnerOf(event));
}

/** Does an event that follows it on its CPU stand above it? */
function isLate(event: u32): bool {
  for (let later = event + 1; later < events.eventCount; later++)
    if (relation.has(DONE, later) && !isSecondHalf(later) && relation.has(row(path.PO, later), event)) return true;
  return false;
}
