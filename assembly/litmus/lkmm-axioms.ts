// The axioms of the Linux-kernel memory model (linux-kernel.cat; Alglave, Maranget, McKenney, Parri, Stern: Frightening Small Children and
// Disconcerting Grown-ups, ASPLOS 2018) over the execution under way. Coherence and atomicity hold already (lkmm-events.ts); here
// happens-before and propagates-before. All relations only grow as events join, so a part of an execution that breaks an axiom
// has no good end. Initial writes come after nothing and are in no cycle: they are left out.

import * as events from "./lkmm-events";
import { INITIAL, is, PENDING } from "./lkmm-events";
import * as path from "./lkmm-path";
import * as relation from "./lkmm-relation";
import {
  clear,
  close,
  copy,
  EVENTS_MAX,
  insert,
  intersect,
  isReflexive,
  RELATION,
  row,
  subtract,
  unite,
  unitePredecessors,
} from "./lkmm-relation";
import * as program from "./program";

export const READ_EXTERNALLY: usize = path.PATH_END; // rfe
const OVERWRITTEN: usize = READ_EXTERNALLY + RELATION; // (co | fr) & ext
export const STRONG: usize = OVERWRITTEN + RELATION; // strong-fence
export const CUMULATIVE: usize = STRONG + RELATION; // cumul-fence, closed
export const PROPAGATES: usize = CUMULATIVE + RELATION; // prop
export const HAPPENS_BEFORE: usize = PROPAGATES + RELATION; // hb, closed
export const PROPAGATES_BEFORE: usize = HAPPENS_BEFORE + RELATION; // pb, closed
const WORK: usize = PROPAGATES_BEFORE + RELATION;
const SET: usize = WORK + RELATION;
export const AXIOMS_END: usize = SET + (EVENTS_MAX >> 3);

/** Does the execution so far keep happens-before and propagates-before free of cycles? */
export function isOrdered(): bool {
  communicate();
  cumulate();
  propagate();
  return happensInOrder() && propagatesInOrder();
}

function communicate(): void {
  for (let event: u32 = 0; event < events.eventCount; event++) {
    clear(row(OVERWRITTEN, event));
    clear(row(READ_EXTERNALLY, event));
    const write = events.sourceOf(event);
    if (write < INITIAL && events.cpuOf(write) != events.cpuOf(event)) insert(row(READ_EXTERNALLY, event), write);
  }
  for (let location: u32 = 0; location < program.locationCount(); location++) overwrite(location);
}

/** Before a write come the writes of other CPUs that it overwrites, and their readers. */
function overwrite(location: u32): void {
  clear(SET);
  for (let position: u32 = 0; position < events.writeCount(location); position++) {
    const write = events.writeAt(location, position);
    if (write < INITIAL) {
      const before = row(OVERWRITTEN, write);
      copy(before, SET);
      subtract(before, path.eventsOf(events.cpuOf(write)));
      insert(SET, write);
    }
    unite(SET, events.readers(write));
  }
}

/** Strong fences and cumul-fence*: what goes through a lock's hand-over between CPUs joins what each CPU ordered itself. */
function cumulate(): void {
  for (let event: u32 = 0; event < events.eventCount; event++) {
    const strong = row(STRONG, event);
    copy(strong, row(path.STRONG, event));
    uniteHandedOver(strong, row(path.FENCED_LOCKS, event), events.MEMORY);
    const fences = row(CUMULATIVE, event);
    clear(fences);
    if (!is(event, events.MARKED)) continue;
    copy(fences, row(path.CUMULATIVE, event));
    unite(fences, strong);
    copy(SET, fences);
    intersect(SET, events.marked());
    unitePredecessors(fences, READ_EXTERNALLY, SET);
    unite(fences, row(path.PROPAGATED, event));
    uniteHandedOver(fences, row(path.LOCKS, event), u32.MAX_VALUE);
    intersect(fences, events.marked());
  }
  for (let location: u32 = 0; location < program.locationCount(); location++) followModifications(location);
  close(CUMULATIVE, events.eventCount);
}

/** Adds what comes before the unlock of another CPU that a lock of the set was taken from (po-unlock-lock-po between CPUs). */
function uniteHandedOver(to: usize, locks: usize, flags: u32): void {
  for (let lock = relation.next(locks, 0); lock != EVENTS_MAX; lock = relation.next(locks, lock + 1)) {
    const unlock = events.sourceOf(lock);
    if (unlock >= INITIAL || !is(unlock, events.UNLOCK)) continue;
    const before = row(path.PO, unlock);
    for (let event = relation.next(before, 0); event != EVENTS_MAX; event = relation.next(before, event + 1))
      if (flags == u32.MAX_VALUE || is(event, flags)) insert(to, event);
  }
}

/** rmw-sequence: what comes before a write by a fence comes before the read-modify-writes that build on it. */
function followModifications(location: u32): void {
  for (let position: u32 = 1; position < events.writeCount(location); position++) {
    const write = events.writeAt(location, position);
    if (events.partnerOf(write) == program.NONE) continue;
    const source = events.sourceOf(events.partnerOf(write));
    if (source < INITIAL) unite(row(CUMULATIVE, write), row(CUMULATIVE, source));
  }
}

/** prop = (overwrite & ext)? ; cumul-fence* ; rfe?, among marked events. */
function propagate(): void {
  for (let event: u32 = 0; event < events.eventCount; event++) {
    const before = row(WORK, event);
    clear(before);
    if (!is(event, events.MARKED)) continue;
    copy(SET, row(CUMULATIVE, event));
    insert(SET, event);
    copy(before, SET);
    unitePredecessors(before, OVERWRITTEN, SET);
    intersect(before, events.marked());
  }
  for (let event: u32 = 0; event < events.eventCount; event++) {
    const before = row(PROPAGATES, event);
    copy(before, row(WORK, event));
    if (is(event, events.MARKED)) unitePredecessors(before, WORK, row(READ_EXTERNALLY, event));
  }
}

/** hb = ppo | rfe | (prop \ id) & int, among marked events. */
function happensInOrder(): bool {
  for (let event: u32 = 0; event < events.eventCount; event++) {
    const before = row(HAPPENS_BEFORE, event);
    clear(before);
    if (!is(event, events.MARKED)) continue;
    copy(before, row(PROPAGATES, event));
    intersect(before, path.eventsOf(events.cpuOf(event)));
    relation.erase(before, event);
    unite(before, row(path.PPO, event));
    unite(before, row(READ_EXTERNALLY, event));
    intersect(before, events.marked());
  }
  close(HAPPENS_BEFORE, events.eventCount);
  return !isReflexive(HAPPENS_BEFORE, events.eventCount);
}

/** pb = prop ; strong-fence ; hb*. */
function propagatesInOrder(): bool {
  for (let event: u32 = 0; event < events.eventCount; event++) {
    clear(row(WORK, event));
    unitePredecessors(row(WORK, event), PROPAGATES, row(STRONG, event));
  }
  for (let event: u32 = 0; event < events.eventCount; event++) {
    const before = row(PROPAGATES_BEFORE, event);
    clear(before);
    if (!is(event, events.MARKED)) continue;
    copy(before, row(WORK, event));
    unitePredecessors(before, WORK, row(HAPPENS_BEFORE, event));
  }
  close(PROPAGATES_BEFORE, events.eventCount);
  return !isReflexive(PROPAGATES_BEFORE, events.eventCount);
}
