// Plain accesses (linux-kernel.cat: plain-coherence). They may be torn, merged or moved by a compiler, so they are in no order themselves, but
// within bounds that marked accesses and fences around them set: what a plain access reads or overwrites may not contradict those.

import * as axioms from "./lkmm-axioms";
import * as events from "./lkmm-events";
import { INITIAL, is } from "./lkmm-events";
import * as grace from "./lkmm-grace";
import * as path from "./lkmm-path";
import * as relation from "./lkmm-relation";
import {
  clear,
  close,
  copy,
  EVENTS_MAX,
  has,
  insert,
  intersect,
  RELATION,
  row,
  unite,
  unitePredecessors,
} from "./lkmm-relation";
import { NONE } from "./program";

// Of a marked event, itself among them: what executes before it; writes that are visible to it.
const EXECUTES: usize = grace.GRACE_END; // xb*
const FENCED: usize = EXECUTES + RELATION; // fence
const STRONG: usize = FENCED + RELATION; // strong-fence
const SEEN: usize = STRONG + RELATION; // cumul-fence* ; rfe?
const STRONGLY_SEEN: usize = SEEN + RELATION; // cumul-fence* ; rfe? ; strong-fence
const BOUND_WRITES: usize = STRONGLY_SEEN + RELATION; // w-post-bounded
const BOUND_READS: usize = BOUND_WRITES + RELATION; // r-post-bounded
const SET: usize = BOUND_READS + RELATION;
const BOUNDS: usize = SET + (EVENTS_MAX >> 3);
const MEMBERS: usize = BOUNDS + (EVENTS_MAX >> 3);
const BEFORE: usize = MEMBERS + (EVENTS_MAX >> 3);
export const PLAIN_END: usize = BEFORE + (EVENTS_MAX >> 3);

/** Does no access of a pair of which one is plain contradict the order in which the pair executes, or is visible? */
export function plainAccessesCohere(): bool {
  if (!anyPlain()) return true;
  execute();
  fence();
  see();
  bound();
  for (let event: u32 = 0; event < events.eventCount; event++) {
    if (is(event, events.WRITE) && !writeCoheres(event)) return false;
    if (is(event, events.READ) && !readCoheres(event)) return false;
  }
  return true;
}

function anyPlain(): bool {
  for (let event: u32 = 0; event < events.eventCount; event++) if (isPlain(event)) return true;
  return false;
}
function isPlain(event: u32): bool {
  return is(event, events.MEMORY) && !is(event, events.MARKED);
}
function mayRace(a: u32, b: u32): bool {
  return events.cpuOf(a) != events.cpuOf(b) && (isPlain(a) || isPlain(b));
}

function execute(): void {
  const count = events.eventCount;
  for (let event: u32 = 0; event < count; event++) {
    const before = row(EXECUTES, event);
    copy(before, row(axioms.HAPPENS_BEFORE, event));
    unite(before, row(axioms.PROPAGATES_BEFORE, event));
    if (grace.hasGracePeriods) unite(before, row(grace.GRACE_BEFORE, event));
  }
  close(EXECUTES, count);
  for (let event: u32 = 0; event < count; event++) insert(row(EXECUTES, event), event);
}

function fence(): void {
  for (let event: u32 = 0; event < events.eventCount; event++) {
    copy(row(STRONG, event), row(axioms.STRONG, event));
    if (grace.hasGracePeriods) unite(row(STRONG, event), row(grace.GRACE_FENCE, event));
    copy(row(FENCED, event), row(path.FENCED, event));
    unite(row(FENCED, event), row(STRONG, event));
  }
}

function see(): void {
  for (let event: u32 = 0; event < events.eventCount; event++) {
    const seen = row(SEEN, event);
    copy(seen, row(axioms.CUMULATIVE, event));
    insert(seen, event);
    unite(seen, row(axioms.READ_EXTERNALLY, event));
    unitePredecessors(seen, axioms.CUMULATIVE, row(axioms.READ_EXTERNALLY, event));
  }
  for (let event: u32 = 0; event < events.eventCount; event++) {
    copy(SET, row(STRONG, event));
    intersect(SET, events.marked());
    clear(row(STRONGLY_SEEN, event));
    unitePredecessors(row(STRONGLY_SEEN, event), SEEN, SET);
  }
}

/** Writes and reads that are over when a marked event is. */
function bound(): void {
  for (let event: u32 = 0; event < events.eventCount; event++) {
    const reads = row(BOUND_READS, event);
    clear(reads);
    clear(row(BOUND_WRITES, event));
    if (!is(event, events.MARKED)) continue;
    insert(reads, event);
    unite(reads, row(path.FENCED, event));
    unite(reads, row(axioms.STRONG, event));
    boundWrites(row(BOUND_WRITES, event), event);
  }
}

/** Along the writes that the event's read-modify-write builds on. */
function boundWrites(to: usize, event: u32): void {
  for (let write = event; write < INITIAL; write = events.sourceOf(events.partnerOf(write))) {
    if (is(write, events.MARKED)) {
      insert(to, write);
      unite(to, row(FENCED, write));
    }
    if (!is(write, events.WRITE) || events.partnerOf(write) == NONE) return;
  }
}

/** BOUNDS = marked events that are over when an access begins: by its address or by fences, or itself. */
function findBounds(event: u32, fences: usize): void {
  copy(BOUNDS, row(path.ADDRESS, event));
  unite(BOUNDS, fences);
  insert(BOUNDS, event);
  intersect(BOUNDS, events.marked());
}

/** Is the write before nobody who reads or overwrites it, by what executes and what is visible before it? */
function writeCoheres(write: u32): bool {
  findBounds(write, row(FENCED, write));
  clear(SET);
  unitePredecessors(SET, EXECUTES, BOUNDS);
  copy(BEFORE, row(FENCED, write));
  unitePredecessors(BEFORE, BOUND_READS, SET);
  if (meets(events.readers(write), write)) return false;
  findVisible(write);
  const location = events.locationOf(write);
  for (let at = events.positionOf(write) + 1; at < events.writeCount(location); at++) {
    const later = events.writeAt(location, at);
    if (has(BEFORE, later) && mayRace(later, write)) return false;
  }
  return true;
}
/** Is one of the set before the access, and may race with it? */
function meets(set: usize, access: u32): bool {
  for (let event = relation.next(set, 0); event != EVENTS_MAX; event = relation.next(set, event + 1))
    if (has(BEFORE, event) && mayRace(event, access)) return true;
  return false;
}

/** Does the read miss no write that is visible before it? */
function readCoheres(read: u32): bool {
  const source = events.sourceOf(read);
  if (source == events.PENDING) return true;
  copy(MEMBERS, row(path.FENCED, read));
  unite(MEMBERS, row(axioms.STRONG, read));
  findBounds(read, MEMBERS);
  findVisible(read);
  const location = events.locationOf(read);
  for (let at = events.positionOf(source) + 1; at < events.writeCount(location); at++) {
    const later = events.writeAt(location, at);
    if (has(BEFORE, later) && mayRace(later, read)) return false;
  }
  return true;
}

/** BEFORE = writes visible before an access begins, by its BOUNDS (ww-vis, wr-vis). */
function findVisible(access: u32): void {
  copy(BEFORE, row(FENCED, access));
  clear(SET);
  unitePredecessors(SET, EXECUTES, BOUNDS);
  unitePredecessors(BEFORE, STRONG, SET);
  clear(MEMBERS);
  unitePredecessors(MEMBERS, STRONGLY_SEEN, SET);
  for (let bound = relation.next(BOUNDS, 0); bound != EVENTS_MAX; bound = relation.next(BOUNDS, bound + 1)) {
    copy(SET, row(EXECUTES, bound));
    intersect(SET, path.eventsOf(events.cpuOf(bound)));
    unitePredecessors(MEMBERS, SEEN, SET);
  }
  unitePredecessors(BEFORE, BOUND_WRITES, MEMBERS);
}
