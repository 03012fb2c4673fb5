// Can all CPUs go on for ever while a condition over memory holds? Asked of the strongly connected parts of the graph of those states
// in which it does (R. Tarjan, 1972), under weak fairness: what can be done all the time is done at last, a store's leaving its buffer
// too. So of each step a part must hold an edge, or a state in which it cannot be taken. A bigger part has more of both: the maximal
// ones will do.

import { cycle, evaluate } from "./program";
import { LOCATIONS, registersOf, unpack } from "./cells";
import { COMPLETE, NO_ROOM, successor } from "./explore";
import { columns, extend, setStep } from "./path";
import { enabledSteps, FLUSH } from "./step";
import { NOWHERE, stateAt, stateCount } from "./states";

const EVERY_STEP: u32 = (1 << (2 * FLUSH)) - 1;

// Columns of Tarjan's search, 4 bytes a state; in a second role, those of a search breadth first for a round.
let part: usize = 0; // 0: open or not met; else 1 + the number of the part's first state met
let order: usize = 0; // in which states were met, from 1; by which search
let low: usize = 0; // from which state
let caller: usize = 0; // by which step
let untried: usize = 0; // steps; the next in the queue
let below: usize = 0; // on the stack of open states

let met: u32 = 0;
let top: u32 = NOWHERE;

/** The state of the best part that is nearest to the start; NOWHERE: there is no such cycle. */
export let entry: u32 = NOWHERE;

function get(column: usize, n: u32): u32 {
  return load<u32>(column + ((<usize>n) << 2));
}
function set(column: usize, n: u32, value: u32): void {
  store<u32>(column + ((<usize>n) << 2), value);
}

/** Looks for a cycle, among all states explored without reduction; COMPLETE or NO_ROOM. */
export function findCycle(): u32 {
  entry = NOWHERE;
  met = 0;
  top = NOWHERE;
  part = columns(24);
  if (part == 0) return NO_ROOM;
  const column: usize = (<usize>stateCount) << 2;
  order = part + column;
  low = order + column;
  caller = low + column;
  untried = caller + column;
  below = untried + column;
  for (let n: u32 = 0; n < stateCount; n++) {
    unpack(stateAt(n));
    if (get(order, n) == 0 && holds()) search(n);
  }
  return COMPLETE;
}

/** Does the condition hold in the state under work? */
function holds(): bool {
  return evaluate(cycle(), registersOf(0), LOCATIONS) != 0;
}

/** State one step away, if the condition holds there too. */
function follow(n: u32, step: u32): u32 {
  const to = successor(n, step);
  return to != NOWHERE && holds() ? to : NOWHERE;
}

/** Depth first from a state, which is under work. */
function search(root: u32): void {
  open(root, NOWHERE);
  for (let n = root; n != NOWHERE;) {
    const steps = get(untried, n);
    if (steps == 0) {
      n = leave(n);
      continue;
    }
    set(untried, n, steps & (steps - 1));
    const to = follow(n, ctz(steps));
    if (to == NOWHERE) continue;
    if (get(order, to) == 0) {
      open(to, n);
      n = to;
    } else if (get(part, to) == 0) set(low, n, min(get(low, n), get(order, to)));
  }
}

/** Meets a state, which is under work. */
function open(n: u32, from: u32): void {
  met++;
  set(order, n, met);
  set(low, n, met);
  set(caller, n, from);
  set(untried, n, enabledSteps());
  set(below, n, top);
  top = n;
}

function leave(n: u32): u32 {
  if (get(low, n) == get(order, n)) close(n);
  const from = get(caller, n);
  if (from != NOWHERE) set(low, from, min(get(low, from), get(low, n)));
  return from;
}

/** A part is complete: what is on the stack down to its first state. */
function close(first: u32): void {
  const end = get(below, first);
  let nearest = first;
  for (let n = top; n != end; n = get(below, n)) {
    set(part, n, first + 1);
    nearest = min(nearest, n);
  }
  if (nearest < entry && isFair(end)) entry = nearest;
  top = end;
}

/** Of the part on the stack down to `end`: is there an edge, and of each step one, or a state in which it cannot be taken? */
function isFair(end: u32): bool {
  let satisfied: u32 = 0;
  let moves = false;
  for (let n = top; n != end; n = get(below, n)) {
    unpack(stateAt(n));
    const steps = enabledSteps();
    satisfied |= ~steps;
    for (let left = steps; left != 0; left &= left - 1) {
      if (!inPart(follow(n, ctz(left)), get(part, n))) continue;
      satisfied |= left & -left;
      moves = true;
    }
  }
  return moves && (satisfied & EVERY_STEP) == EVERY_STEP;
}

function inPart(n: u32, which: u32): bool {
  return n != NOWHERE && get(part, n) == which;
}

// Steps that the round has neither taken yet nor met where they cannot be.
let unmet: u32 = 0;

/** Appends a round to the path: from `entry` on, and back. */
export function goRound(): void {
  unpack(stateAt(entry));
  unmet = enabledSteps();
  let at = entry;
  while (unmet != 0) at = approach(at, NOWHERE);
  if (at != entry) approach(at, entry);
}

/** Goes the shortest way to `home`, or to where less is unmet; where that is. A part is strongly connected: there is a way. */
function approach(start: u32, home: u32): u32 {
  met++;
  set(order, start, met);
  let tail = start;
  let n = start;
  while (true) {
    for (let left = stepsFrom(n); left != 0; left &= left - 1) {
      const to = follow(n, ctz(left));
      if (!inPart(to, get(part, n))) continue;
      const still = unmet & enabledSteps() & ~(left & -left);
      if (to == home || still != unmet) {
        unmet = still;
        trace(start, n, ctz(left));
        return to;
      }
      if (get(order, to) == met) continue;
      set(order, to, met);
      set(low, to, n);
      set(caller, to, ctz(left));
      set(untried, tail, to);
      tail = to;
    }
    n = get(untried, n);
  }
}

function stepsFrom(n: u32): u32 {
  unpack(stateAt(n));
  return enabledSteps();
}

/** Appends the steps by which approach() came from `start` to n, and one more. */
function trace(start: u32, n: u32, step: u32): void {
  let count: u32 = 0;
  for (let at = n; at != start; at = get(low, at)) count++;
  let end = extend(count + 1) + count;
  setStep(end, step);
  for (let at = n; at != start; at = get(low, at)) setStep(--end, get(caller, at));
}
