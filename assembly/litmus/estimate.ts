// How often a program ends so, if its steps take time: replicas of a Markov chain in continuous time over the explorer's own steps. A step
// that can be taken is taken after an exponential time of its kind's mean, or of an interruption's. Ends are those that were explored.

import { DURATION, NEXT, selectReplica, uniform } from "../draw";
import { cpuCount } from "./program";
import { keep, unpack } from "./cells";
import { drawStarts, FLUSHES, rateOf, startOf } from "./clock";
import { COMPLETE, NO_ROOM } from "./explore";
import { arrive, rateAt, stallWeight, startStalls } from "./stall";
import { enabledSteps, FLUSH, take } from "./step";
import { find, notes, stateAt, stateCount } from "./states";

const STEPS_MAX: u32 = 1 << 14;

/** What an end is taken for. */
const COUNTS: u8 = 1;
const HIT: u8 = 2;

let judgements: usize = 0;

// Sums over replicas: of weights and of their squares, of those that count and of those that hit; how many replicas did not end.
export let weights: f64 = 0;
export let squares: f64 = 0;
export let hitWeights: f64 = 0;
export let hitSquares: f64 = 0;
export let unfinished: u32 = 0;

/** After an exploration, before ends are judged; COMPLETE or NO_ROOM. */
export function prepareEstimate(): u32 {
  weights = 0;
  squares = 0;
  hitWeights = 0;
  hitSquares = 0;
  unfinished = 0;
  judgements = notes(1);
  if (judgements == 0) return NO_ROOM;
  memory.fill(judgements, 0, stateCount);
  return COMPLETE;
}

/** Says of an end that it counts, and whether it is the one asked about. */
export function judge(state: u32, hit: bool): void {
  store<u8>(judgements + state, hit ? HIT : COUNTS);
}

/** Adds replicas first .. first + count - 1 of the seed to the sums. */
export function runEstimate(seed: u64, first: u32, count: u32): void {
  for (let n: u32 = 0; n < count; n++) {
    selectReplica(seed, <u64>first + n);
    const weight = drawStarts();
    if (weight > 0 && runToEnd()) conclude(weight * stallWeight());
  }
}

/** False: the path does not count, or is too long. */
function runToEnd(): bool {
  unpack(stateAt(0));
  startStalls();
  let now: f64 = 0;
  for (let n: u32 = 0; n < STEPS_MAX; n++) {
    const enabled = enabledSteps();
    if (enabled == 0) return true;
    const started = stepsBy(now);
    const rate = totalRate(enabled & started);
    const next = nextStart(now);
    now += rate > 0 ? -Math.log(uniform(0, DURATION, n)) / rate : Infinity;
    if (now >= next) now = next;
    else if (!step(pick(enabled & started, rate * uniform(0, NEXT, n)))) return false;
  }
  unfinished++;
  return false;
}

function step(chosen: u32): bool {
  if (!take(chosen)) return false;
  keep();
  if (chosen < FLUSH) arrive(chosen);
  return true;
}

function conclude(weight: f64): void {
  const judgement = load<u8>(judgements + find());
  if (judgement == 0) return;
  weights += weight;
  squares += weight * weight;
  if (judgement != HIT) return;
  hitWeights += weight;
  hitSquares += weight * weight;
}

/** Steps of CPUs that have started. */
function stepsBy(now: f64): u32 {
  let steps: u32 = 0;
  for (let cpu: u32 = 0; cpu < cpuCount(); cpu++) if (startOf(cpu) <= now) steps |= (1 | (1 << FLUSH)) << cpu;
  return steps;
}

function nextStart(now: f64): f64 {
  let next = Infinity;
  for (let cpu: u32 = 0; cpu < cpuCount(); cpu++) if (startOf(cpu) > now) next = min(next, startOf(cpu));
  return next;
}

function rateOfStep(step: u32): f64 {
  return step < FLUSH ? rateAt(step) : rateOf(FLUSHES);
}

function totalRate(steps: u32): f64 {
  let rate: f64 = 0;
  for (let left = steps; left != 0; left &= left - 1) rate += rateOfStep(ctz(left));
  return rate;
}

/** The step in whose share of the rates a point lies. */
function pick(steps: u32, point: f64): u32 {
  let left = steps;
  for (; (left & (left - 1)) != 0; left &= left - 1) {
    point -= rateOfStep(ctz(left));
    if (point < 0) break;
  }
  return ctz(left);
}
