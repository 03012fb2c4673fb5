// Sets of events as rows of bits, relations as rows of predecessors: x R y is bit x of row y. So an event's relations to what its CPU did
// before are one row each, written when the event joins and overwritten when another takes its number.

/** 6 CPUs of 32 steps, of which each may be a read and a write. */
export const EVENTS_MAX: u32 = 6 * 32 * 2;
/** Bytes of a relation, at most. */
export const RELATION: usize = <usize>EVENTS_MAX * (EVENTS_MAX >> 3);

let stride: usize = 8;

/** Bytes that a set takes, from now on, so that it holds so many events. */
export function setCapacity(events: u32): void {
  stride = <usize>(max<u32>(1, (events + 63) >> 6) << 3);
}
export function capacityBytes(): usize {
  return stride;
}

/** The predecessors of an event. */
export function row(relation: usize, event: u32): usize {
  return relation + <usize>event * stride;
}

export function has(set: usize, event: u32): bool {
  return ((load<u64>(set + ((event >> 6) << 3)) >> (event & 63)) & 1) != 0;
}
export function insert(set: usize, event: u32): void {
  const at = set + ((event >> 6) << 3);
  store<u64>(at, load<u64>(at) | ((<u64>1) << (event & 63)));
}
export function erase(set: usize, event: u32): void {
  const at = set + ((event >> 6) << 3);
  store<u64>(at, load<u64>(at) & ~((<u64>1) << (event & 63)));
}

export function clear(set: usize): void {
  for (let at: usize = 0; at < stride; at += 8) store<u64>(set + at, 0);
}
export function copy(to: usize, from: usize): void {
  for (let at: usize = 0; at < stride; at += 8) store<u64>(to + at, load<u64>(from + at));
}
export function unite(to: usize, from: usize): void {
  for (let at: usize = 0; at < stride; at += 8) store<u64>(to + at, load<u64>(to + at) | load<u64>(from + at));
}
export function intersect(to: usize, from: usize): void {
  for (let at: usize = 0; at < stride; at += 8) store<u64>(to + at, load<u64>(to + at) & load<u64>(from + at));
}
export function subtract(to: usize, from: usize): void {
  for (let at: usize = 0; at < stride; at += 8) store<u64>(to + at, load<u64>(to + at) & ~load<u64>(from + at));
}
/** Adds what two sets have in common. */
export function uniteCommon(to: usize, a: usize, b: usize): void {
  for (let at: usize = 0; at < stride; at += 8)
    store<u64>(to + at, load<u64>(to + at) | (load<u64>(a + at) & load<u64>(b + at)));
}
export function isEmpty(set: usize): bool {
  for (let at: usize = 0; at < stride; at += 8) if (load<u64>(set + at) != 0) return false;
  return true;
}
export function isSubset(set: usize, other: usize): bool {
  for (let at: usize = 0; at < stride; at += 8) if ((load<u64>(set + at) & ~load<u64>(other + at)) != 0) return false;
  return true;
}

/** The first member from `event` on, or EVENTS_MAX. */
export function next(set: usize, event: u32): u32 {
  for (let word = event >> 6; word << 3 < <u32>stride; word++) {
    let bits = load<u64>(set + (word << 3));
    if (word == event >> 6) bits &= u64.MAX_VALUE << (event & 63);
    if (bits != 0) return (word << 6) + <u32>ctz(bits);
  }
  return EVENTS_MAX;
}

/** Adds all predecessors of the members. */
export function unitePredecessors(to: usize, relation: usize, members: usize): void {
  for (let at: usize = 0; at < stride; at += 8) {
    for (let bits = load<u64>(members + at); bits != 0; bits &= bits - 1) {
      unite(to, row(relation, ((<u32>at) << 3) + <u32>ctz(bits)));
    }
  }
}

/** The transitive closure, in place, over events 0 to count - 1. */
export function close(relation: usize, count: u32): void {
  for (let middle: u32 = 0; middle < count; middle++) {
    const before = row(relation, middle);
    if (isEmpty(before)) continue;
    for (let event: u32 = 0; event < count; event++) {
      if (has(row(relation, event), middle)) unite(row(relation, event), before);
    }
  }
}

/** Is an event its own predecessor? */
export function isReflexive(relation: usize, count: u32): bool {
  for (let event: u32 = 0; event < count; event++) if (has(row(relation, event), event)) return true;
  return false;
}
