// Grace periods (linux-kernel.cat: rcu-order, rcu-fence, rb): where at least as many of them as sections stand in a chain of links, it
// orders like a fence between CPUs. A section that its CPU never leaves orders nothing.

import { AXIOMS_END, HAPPENS_BEFORE, PROPAGATES, PROPAGATES_BEFORE } from "./lkmm-axioms";
import * as events from "./lkmm-events";
import { is } from "./lkmm-events";
import { PO } from "./lkmm-path";
import * as relation from "./lkmm-relation";
import {
  clear,
  copy,
  EVENTS_MAX,
  has,
  insert,
  isReflexive,
  RELATION,
  row,
  unite,
  unitePredecessors,
} from "./lkmm-relation";

const LINK: usize = AXIOMS_END; // rcu-link
const ORDER: usize = LINK + RELATION; // rcu-order
export const GRACE_FENCE: usize = ORDER + RELATION; // rcu-fence
export const GRACE_BEFORE: usize = GRACE_FENCE + RELATION; // rb
const EXECUTED: usize = GRACE_BEFORE + RELATION; // hb* ; pb*
const WORK: usize = EXECUTED + RELATION;
const SET: usize = WORK + RELATION;
const MEMBERS: usize = SET + (EVENTS_MAX >> 3);
export const GRACE_END: usize = MEMBERS + (EVENTS_MAX >> 3);

/** Is there a grace period in the execution? Else the relations here are stale. */
export let hasGracePeriods: bool = false;

/** Is no event before itself by rb = prop ; rcu-fence ; hb* ; pb*? */
export function gracePeriodsAreKept(): bool {
  hasGracePeriods = anyGracePeriod();
  if (!hasGracePeriods) return true;
  execute();
  link();
  order();
  fence();
  for (let event: u32 = 0; event < events.eventCount; event++) {
    clear(row(WORK, event));
    unitePredecessors(row(WORK, event), PROPAGATES, row(GRACE_FENCE, event));
  }
  for (let event: u32 = 0; event < events.eventCount; event++) {
    clear(row(GRACE_BEFORE, event));
    if (is(event, events.MARKED)) unitePredecessors(row(GRACE_BEFORE, event), WORK, row(EXECUTED, event));
  }
  return !isReflexive(GRACE_BEFORE, events.eventCount);
}

function anyGracePeriod(): bool {
  for (let event: u32 = 0; event < events.eventCount; event++) if (is(event, events.GRACE_PERIOD)) return true;
  return false;
}

function execute(): void {
  for (let event: u32 = 0; event < events.eventCount; event++) {
    const before = row(EXECUTED, event);
    copy(before, row(PROPAGATES_BEFORE, event));
    insert(before, event);
    unitePredecessorsOf(before, HAPPENS_BEFORE);
  }
}
/** Adds, once, the predecessors of a set to it. */
function unitePredecessorsOf(set: usize, before: usize): void {
  copy(MEMBERS, set);
  unitePredecessors(set, before, MEMBERS);
}

/** rcu-link = po? ; hb* ; pb* ; prop ; po. */
function link(): void {
  for (let event: u32 = 0; event < events.eventCount; event++) {
    clear(SET);
    unitePredecessors(SET, EXECUTED, row(PROPAGATES, event));
    unitePredecessorsOf(SET, PO);
    copy(row(WORK, event), SET);
  }
  for (let event: u32 = 0; event < events.eventCount; event++) {
    clear(row(LINK, event));
    unitePredecessors(row(LINK, event), WORK, row(PO, event));
  }
}

/** rcu-order: chains of links through no more sections than grace periods; a section is passed from its end to its begin. */
function order(): void {
  for (let event: u32 = 0; event < events.eventCount; event++) clear(row(ORDER, event));
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
  unite(SET, row(ORDER, target));
  clear(MEMBERS);
  unitePredecessors(MEMBERS, LINK, SET);
  unitePredecessors(SET, ORDER, MEMBERS);
  if (relation.isSubset(SET, row(ORDER, target))) return false;
  unite(row(ORDER, target), SET);
  return true;
}

/** MEMBERS = what is before an event by rcu-link, or rcu-link ; rcu-order ; rcu-link. */
function linked(event: u32): void {
  clear(SET);
  unitePredecessors(SET, ORDER, row(LINK, event));
  copy(MEMBERS, row(LINK, event));
  unitePredecessors(MEMBERS, LINK, SET);
}

/** rcu-fence = po ; rcu-order ; po?. */
function fence(): void {
  for (let event: u32 = 0; event < events.eventCount; event++) {
    copy(MEMBERS, row(PO, event));
    insert(MEMBERS, event);
    clear(SET);
    unitePredecessors(SET, ORDER, MEMBERS);
    clear(row(GRACE_FENCE, event));
    unitePredecessors(row(GRACE_FENCE, event), PO, SET);
  }
}
