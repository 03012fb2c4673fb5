// What replicas add up to: whole numbers only, so that merging is addition and exact in any order. Latencies are counted log-linearly,
// 2^-7 of an octave a bucket (under 1% relative error), each bucket with the exact sum of its values.
//
//   replicas censored counters[10] tries rounds | latency | last switch | exceed[16] | blame[phase][mechanism] | stuck[phase]
//   a histogram: sum, squares low, squares high, counts[BUCKETS], sums[BUCKETS]

import { phaseCount } from "./behaviour-table";
import { PHASE_MAX } from "./memory";
import { MECHANISMS } from "./patch-state";
import { RUNQUEUE_END } from "./runqueue";

const SUB_BUCKET_BITS: u64 = 7;
const SUB_BUCKETS: u64 = 1 << SUB_BUCKET_BITS;
export const BUCKETS: u32 = 4096;
if (SUB_BUCKETS * 32 > <u64>BUCKETS) ERROR("counts do not hold every octave");

export const COUNTERS: u32 = 10;
export const THRESHOLD_MAX: u32 = 16;
const HISTOGRAM_WORDS: u32 = 3 + 2 * BUCKETS;

export const REPLICAS_WORD: u32 = 0;
export const CENSORED_WORD: u32 = 1;
export const COUNTERS_WORD: u32 = 2;
export const TRIES_WORD: u32 = COUNTERS_WORD + COUNTERS;
export const ROUNDS_WORD: u32 = TRIES_WORD + 1;
export const LATENCY_WORD: u32 = ROUNDS_WORD + 1;
export const LAST_SWITCH_WORD: u32 = LATENCY_WORD + HISTOGRAM_WORDS;
export const EXCEED_WORD: u32 = LAST_SWITCH_WORD + HISTOGRAM_WORDS;
export const BLAME_WORD: u32 = EXCEED_WORD + THRESHOLD_MAX;
const WORDS_MAX: u32 = BLAME_WORD + (PHASE_MAX + 1) * (MECHANISMS + 1);

export const COUNTS: usize = RUNQUEUE_END;
const THRESHOLDS: usize = COUNTS + ((<usize>WORDS_MAX) << 3);
export const WORST_MAX: u32 = 10;
export const WORST: usize = THRESHOLDS + ((<usize>THRESHOLD_MAX) << 3);
export const HISTOGRAM_END: usize = WORST + ((<usize>WORST_MAX) << 4);

/** A latency worse than any: the replica was censored. */
export const CENSORED: i64 = i64.MAX_VALUE;

export let latencyMin: i64 = i64.MAX_VALUE;
export let latencyMax: i64 = -1;
export let lastSwitchMin: i64 = i64.MAX_VALUE;
export let lastSwitchMax: i64 = -1;
export let worstCount: u32 = 0;
export let thresholdCount: u32 = 0;

/** First word of the stuck tasks' phases. */
export function stuckWord(): u32 {
  return BLAME_WORD + (phaseCount + 1) * MECHANISMS;
}

/** Words in use under the loaded model. */
export function wordCount(): u32 {
  return stuckWord() + phaseCount + 1;
}

export function setThreshold(index: u32, ticks: i64): void {
  assert(index < THRESHOLD_MAX);
  store<i64>(THRESHOLDS + ((<usize>index) << 3), ticks);
}

export function clearCounts(): void {
  memory.fill(COUNTS, 0, (<usize>wordCount()) << 3);
  latencyMin = lastSwitchMin = i64.MAX_VALUE;
  latencyMax = lastSwitchMax = -1;
  worstCount = 0;
}

export function addTo(word: u32, amount: u64): void {
  const at = COUNTS + ((<usize>word) << 3);
  store<u64>(at, load<u64>(at) + amount);
}

/** The bucket of a value: exact below 128, then 128 buckets an octave. */
export function bucketOf(value: u64): u32 {
  if (value < SUB_BUCKETS) return <u32>value;
  const shift = 63 - clz<u64>(value) - SUB_BUCKET_BITS;
  return min<u32>(BUCKETS - 1, <u32>((shift << SUB_BUCKET_BITS) + (value >> shift)));
}

function addValue(histogram: u32, value: u64): void {
  addTo(histogram, value);
  const square = value * value; // values stay below 2^32 ticks: 71 minutes
  addTo(histogram + 1, square & 0xffffffff);
  addTo(histogram + 2, square >> 32);
  const bucket = bucketOf(value);
  addTo(histogram + 3 + bucket, 1);
  addTo(histogram + 3 + BUCKETS + bucket, value);
}

/** A replica completed after so many ticks. */
export function countCompleted(latency: i64, lastSwitch: i64): void {
  addValue(LATENCY_WORD, latency);
  addValue(LAST_SWITCH_WORD, lastSwitch);
  latencyMin = min(latencyMin, latency);
  latencyMax = max(latencyMax, latency);
  lastSwitchMin = min(lastSwitchMin, lastSwitch);
  lastSwitchMax = max(lastSwitchMax, lastSwitch);
}

/** Thresholds that the replica's latency (or CENSORED) exceeds. */
export function countExceeded(latency: i64): void {
  for (let n: u32 = 0; n < thresholdCount; n++) {
    if (latency > load<i64>(THRESHOLDS + ((<usize>n) << 3))) addTo(EXCEED_WORD + n, 1);
  }
}

/** Keeps the worst replicas, worst first; of equals the earlier one stays ahead. */
export function rankWorst(replica: u64, latency: i64): void {
  let place = worstCount;
  while (place > 0 && latency > worstLatency(place - 1)) place--;
  if (place >= WORST_MAX) return;
  worstCount = min(WORST_MAX, worstCount + 1);
  for (let n = worstCount - 1; n > place; n--) {
    memory.copy(WORST + ((<usize>n) << 4), WORST + ((<usize>(n - 1)) << 4), 16);
  }
  store<u64>(WORST + ((<usize>place) << 4), replica);
  store<i64>(WORST + ((<usize>place) << 4) + 8, latency);
}

function worstLatency(place: u32): i64 {
  return load<i64>(WORST + ((<usize>place) << 4) + 8);
}
