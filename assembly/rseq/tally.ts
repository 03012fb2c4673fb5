// What happens in a test run, counted, and what runs add up to: sums, sums of products for intervals, runs that had something at all.

import { STEPS_END } from "./steps";
import { iterations, livelock, ratio } from "./test";

// Counters of a run, in the order of their words.
export const RUNS: u32 = 0;
export const SUCCESSES: u32 = 1;
export const RETRIES: u32 = 2;
export const STALE: u32 = 3;
export const VISIBLE: u32 = 4;
const COUNTERS: u32 = 5;

// Words: src/results/rseq.ts has their names.
export const WORDS: u32 = 26;

const RUN: usize = (STEPS_END + 7) & ~7;
export const COUNTS: usize = RUN + ((<usize>COUNTERS) << 3);
export const TALLY_END: usize = COUNTS + ((<usize>WORDS) << 3);

let iteration: u32 = 0;
let lastSuccess: u32 = 0;
let isStale: bool = false;
let isVisible: bool = false;
/** The reader has told what is stale now. */
let isTold: bool = false;
let isCaught: bool = false;
let isFalse: bool = false;
let isLivelock: bool = false;

export function clearCounts(): void {
  memory.fill(COUNTS, 0, (<usize>WORDS) << 3);
}

export function beginRun(): void {
  memory.fill(RUN, 0, (<usize>COUNTERS) << 3);
  iteration = 0;
  lastSuccess = 0;
  isStale = false;
  isVisible = false;
  isTold = false;
  isCaught = false;
  isFalse = false;
  isLivelock = false;
}

function count(counter: u32): void {
  const at = RUN + ((<usize>counter) << 3);
  store<u64>(at, load<u64>(at) + 1);
}

function counted(counter: u32): u64 {
  return load<u64>(RUN + ((<usize>counter) << 3));
}

export function countRun(): void {
  count(RUNS);
}

export function countRetry(): void {
  count(RETRIES);
}

export function countSuccess(): void {
  count(SUCCESSES);
  lastSuccess = iteration;
}

/** User memory was left with the old CPU. */
export function noteStale(): void {
  isStale = true;
  isTold = false;
}

/** The assertion failed: rightly, or with the right CPU in user memory. */
export function noteFailure(rightly: bool): void {
  if (!rightly) isFalse = true;
  else {
    isVisible = isVisible || !isTold;
    isTold = true;
    isCaught = true;
  }
}

export function endIteration(): void {
  if (isStale) count(STALE);
  if (isVisible) count(VISIBLE);
  isStale = false;
  isVisible = false;
  iteration++;
  if (iteration - lastSuccess >= livelock) isLivelock = true;
}

/** Adds the run, which took so many ns. */
export function endRun(ns: u64): void {
  const runs = counted(RUNS);
  const successes = counted(SUCCESSES);
  const retries = counted(RETRIES);
  const stale = counted(STALE);
  const visible = counted(VISIBLE);
  const all: u64 = iterations;
  const us = ns / 1000;
  let word: u32 = 0;
  add(word++, 1);
  add(word++, all);
  add(word++, runs);
  add(word++, successes);
  add(word++, retries);
  add(word++, stale);
  add(word++, visible);
  add(word++, ns);
  add(word++, us);
  add(word++, all * all);
  add(word++, all * runs);
  add(word++, all * stale);
  add(word++, all * visible);
  add(word++, runs * runs);
  add(word++, successes * successes);
  add(word++, successes * retries);
  add(word++, retries * retries);
  add(word++, stale * stale);
  add(word++, visible * visible);
  add(word++, us * us);
  add(word++, us * runs);
  add(word++, us * visible);
  add(word++, <u64>isCaught);
  add(word++, <u64>isFalse);
  add(word++, <u64>(ratio && runs <= all / 2));
  add(word++, <u64>isLivelock);
  assert(word == WORDS);
}

function add(word: u32, amount: u64): void {
  const at = COUNTS + ((<usize>word) << 3);
  store<u64>(at, load<u64>(at) + amount);
}
