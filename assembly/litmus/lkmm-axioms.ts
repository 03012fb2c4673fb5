// The axioms of the Linux-kernel memory model (linux-kernel.cat; Alglave, Maranget, McKenney, Parri, Stern: Frightening Small Children and
// Disconcerting Grown-ups, ASPLOS 2018) over the execution under way. Coherence and atomicity hold already (lkmm-events.ts); here
// happens-before, propagates-before and the grace-period axiom. All relations only grow as events join, so a part of an
// execution that breaks an axiom has no good end. Initial writes come after nothing and are in no cycle: they are left out.

import * as events from "./lkmm-events";
import { INITIAL, is, PENDING } from "./lkmm-events";
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
  isReflexive,
  RELATION,
  row,
  subtract,
  unite,
  unitePredecessors,
} from "./lkmm-relation";
import * as program from "./program";

const READ_EXTERNALLY: usize = path.PATH_END; // rfe
const OVERWRITTEN: usize = READ_EXTERNALLY + RELATION; // (co | fr) & ext
const STRONG: usize = OVERWRITTEN + RELATION; // strong-fence
const CUMULATIVE: usize = STRONG + RELATION; // cumul-fence, then its closure
const PROPAGATES: usize = CUMULATIVE + RELATION; // prop
const HAPPENS: usize = PROPAGATES + RELATION; // hb, closed
const PROPAGATES_BEFORE: usize = HAPPENS + RELATION; // pb, closed
const LINK: usize = PROPAGATES_BEFORE + RELATION; // rcu-link
const GRACE: usize = LINK + RELATION; // rcu-order
const WORK: usize = GRACE + RELATION;
const MORE: usize = WORK + RELATION;
const SET: usize = MORE + RELATION;
const MEMBERS: usize = SET + (EVENTS_MAX >> 3);
export const AXIOMS_END: usize = MEMBERS + (EVENTS_MAX >> 3);

/** What must happen before what, closed; as of the last execution judged. */
export const HAPPENS_BEFORE: usize = HAPPENS;

/** Does the execution so far keep the axioms? */
export function isConsistent(): bool {
  communicate();
  cumulate();
  propagate();
  return happensInOrder() && propagatesInOrder() && gracePeriodsAreKept();
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
    const before = row(HAPPENS, event);
    clear(before);
    if (!is(event, events.MARKED)) continue;
    copy(before, row(PROPAGATES, event));
    intersect(before, path.eventsOf(events.cpuOf(event)));
    relation.erase(before, event);
    unite(before, row(path.PPO, event));
    unite(before, row(READ_EXTERNALLY, event));
    intersect(before, events.marked());
  }
  close(HAPPENS, events.eventCount);
  return !isReflexive(HAPPENS, events.eventCount);
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
    unitePredecessors(before, WORK, row(HAPPENS, event));
  }
  close(PROPAGATES_BEFORE, events.eventCount);
  return !isReflexive(PROPAGATES_BEFORE, events.eventCount);
}

/** rb = prop ; rcu-fence ; hb* ; pb* joins no event to itself. */
function gracePeriodsAreKept(): bool {
  if (!graces()) return true;
  link();
  order();
  for (let event: u32 = 0; event < events.eventCount; event++) {
    if (!is(event, events.MARKED)) continue;
    executedBefore(event);
    clear(row(MORE, event));
    fenced(row(MORE, event), SET);
    if (isBefore(event, row(MORE, event))) return false;
  }
  return true;
}

function graces(): bool {
  for (let event: u32 = 0; event < events.eventCount; event++) if (is(event, events.GRACE_PERIOD)) return true;
  return false;
}

/** SET = what is before an event, or is the event, by hb* ; pb*. */
function executedBefore(event: u32): void {
  copy(SET, row(PROPAGATES_BEFORE, event));
  insert(SET, event);
  unitePredecessorsOf(SET, HAPPENS);
}
/** Adds, once, the predecessors of a set to it. */
function unitePredecessorsOf(set: usize, before: usize): void {
  copy(MEMBERS, set);
  unitePredecessors(set, before, MEMBERS);
}
/** Does prop lead from the event to one of the set? */
function isBefore(event: u32, set: usize): bool {
  for (let other = relation.next(set, 0); other != EVENTS_MAX; other = relation.next(set, other + 1))
    if (has(row(PROPAGATES, other), event)) return true;
  return false;
}

/** rcu-link = po? ; hb* ; pb* ; prop ; po. */
function link(): void {
  const count = events.eventCount;
  for (let event: u32 = 0; event < count; event++) {
    executedBefore(event);
    unitePredecessorsOf(SET, path.PO);
    copy(row(WORK, event), SET);
  }
  for (let event: u32 = 0; event < count; event++) {
    clear(row(MORE, event));
    unitePredecessors(row(MORE, event), WORK, row(PROPAGATES, event));
  }
  for (let event: u32 = 0; event < count; event++) {
    clear(row(LINK, event));
    clear(row(GRACE, event));
    unitePredecessors(row(LINK, event), MORE, row(path.PO, event));
  }
}

/** rcu-order: chains of links through no more sections than grace periods; a section is passed from its end to its begin. */
function order(): void {
  for (let grown = true; grown;) {
    grown = false;
    for (let event: u32 = 0; event < events.eventCount; event++) {
      if (!is(event, events.GRACE_PERIOD | events.SECTION_END)) continue;
      const target = is(event, events.SECTION_END) ? <u32>events.partnerOf(event) : event;
      if (extendOrder(event, target)) grown = true;
    }
  }
}

/** Adds what rcu-order puts before `target`: a grace period, or the begin of the section that ends with `event`. */
function extendOrder(event: u32, target: u32): bool {
  linked(event);
  clear(SET);
  if (is(event, events.GRACE_PERIOD)) insert(SET, event);
  for (let other: u32 = 0; other < events.eventCount; other++) {
    if (event == target && is(other, events.SECTION_END) && has(MEMBERS, events.partnerOf(other))) insert(SET, other);
    if (event != target && is(other, events.GRACE_PERIOD) && has(MEMBERS, other)) insert(SET, other);
  }
  unite(SET, row(GRACE, target));
  clear(MEMBERS);
  unitePredecessors(MEMBERS, LINK, SET);
  unitePredecessors(SET, GRACE, MEMBERS);
  if (relation.isSubset(SET, row(GRACE, target))) return false;
  unite(row(GRACE, target), SET);
  return true;
}

/** MEMBERS = what is before an event by rcu-link, or rcu-link ; rcu-order ; rcu-link. */
function linked(event: u32): void {
  clear(SET);
  unitePredecessors(SET, GRACE, row(LINK, event));
  copy(MEMBERS, row(LINK, event));
  unitePredecessors(MEMBERS, LINK, SET);
}

/** Adds what is before one of the events by rcu-fence = po ; rcu-order ; po?. */
function fenced(to: usize, set: usize): void {
  unitePredecessorsOf(set, path.PO);
  copy(MEMBERS, set);
  clear(set);
  unitePredecessors(set, GRACE, MEMBERS);
  unitePredecessors(to, path.PO, set);
}
