// What happens in a replica, counted, and what replicas add up to: of each counter its sum and the sum of its squares, for intervals over replicas.
//
//   replicas | sum, squares low, squares high of each counter | exits times resolved, low and high

import { DISTRIBUTION_END } from "../distribution";

// Counters, in the order of their words.
export const FAULTS: u32 = 0;
/** Faults that need user space. */
export const NEEDING: u32 = 1;
/** Returns of KVM_RUN for one of those. */
export const EXITS: u32 = 2;
export const RESOLVED: u32 = 3;
export const RIGHT: u32 = 4;
export const BARE: u32 = 5;
/** VMs killed, or hanging. */
export const LOST: u32 = 6;
/** Reads of another fault's information; of these, of what was filled in the same KVM_RUN. */
export const STALE: u32 = 7;
export const STALE_SAME_RUN: u32 = 8;
export const CLOBBERED: u32 = 9;
/** Of these by a thread that had not loaded the vCPU. */
export const CLOBBERED_ELSEWHERE: u32 = 10;
/** Wrong resolutions: of another fault; or of this one, by a way that does not resolve it. */
export const WRONG: u32 = 11;
export const WRONG_WAY: u32 = 12;
export const LIVELOCKS: u32 = 13;
export const CORRUPTED: u32 = 14;
export const WARNINGS: u32 = 15;
export const SIGNALS: u32 = 16;
/** Zeros that a caller inside KVM took for success. */
export const SWALLOWED: u32 = 17;
export const COUNTERS: u32 = 18;

const WORDS_EACH: u32 = 3;
const FIRST_WORD: u32 = 1;
const PRODUCT_WORD: u32 = FIRST_WORD + WORDS_EACH * COUNTERS;
export const WORDS: u32 = PRODUCT_WORD + 2;

/** This replica's counters. */
export const REPLICA: usize = DISTRIBUTION_END;
export const COUNTS: usize = REPLICA + ((((<usize>COUNTERS) << 2) + 7) & ~7);
export const TALLY_END: usize = COUNTS + ((<usize>WORDS) << 3);

export function count(counter: u32): void {
  const at = REPLICA + ((<usize>counter) << 2);
  store<u32>(at, load<u32>(at) + 1);
}

export function clearReplica(): void {
  memory.fill(REPLICA, 0, (<usize>COUNTERS) << 2);
}

export function clearCounts(): void {
  memory.fill(COUNTS, 0, (<usize>WORDS) << 3);
}

export function addReplica(): void {
  addTo(0, 1);
  for (let counter: u32 = 0; counter < COUNTERS; counter++) {
    const value = counted(counter);
    const word = FIRST_WORD + WORDS_EACH * counter;
    addTo(word, value);
    addWide(word + 1, value * value);
  }
  addWide(PRODUCT_WORD, counted(EXITS) * counted(RESOLVED));
}

function counted(counter: u32): u64 {
  return load<u32>(REPLICA + ((<usize>counter) << 2));
}

function addTo(word: u32, amount: u64): void {
  const at = COUNTS + ((<usize>word) << 3);
  store<u64>(at, load<u64>(at) + amount);
}

/** Sums of large values are kept in halves, which do not overflow below 2^32 replicas. */
function addWide(word: u32, amount: u64): void {
  addTo(word, amount & 0xffffffff);
  addTo(word + 1, amount >> 32);
}
