// The migrator: counts, moves the reader (or, before 6.0, itself), counts again, waits (tools/testing/selftests/kvm/rseq_test.c; KF
// 6.3). What needs a CPU's other tasks it asks of the scheduler.

import { NEVER, now } from "../runqueue";
import * as steps from "./steps";
import { MIGRATOR } from "./steps";
import * as tally from "./tally";
import {
  counted,
  DELAY_GETCPU,
  DELAY_NONE,
  DELAY_SLEEP,
  delayBy,
  delayCount,
  delayDuration,
  delayFrom,
  delayKind,
  getcpuIsCall,
  increment,
  iterations,
  NO_CPU,
  targetOf,
} from "./test";

const COUNT_BEFORE: u32 = 0;
const AFFINITY: u32 = 1;
const AFFINITY_RETURN: u32 = 2;
const COUNT_AFTER: u32 = 3;
const SLEEP_CALL: u32 = 4;
const SPIN: u32 = 5;
/** Has not begun. */
const FIRST: u32 = 6;
/** Has slept. */
const SLEPT: u32 = 7;

export const RUNNING: u32 = 0;
export const COMING: u32 = 1;
/** Runnable, behind the reader. */
export const WAITING: u32 = 2;
/** Until the stopper has moved somebody. */
export const BLOCKED: u32 = 3;
export const SLEEPING: u32 = 4;

// What it asks of the scheduler.
export const NOTHING: u32 = 0;
export const MOVE: u32 = 1;
export const SLEEP: u32 = 2;
export const WAKE: u32 = 3;
export const FINISHED: u32 = 4;

export let cpu: u32 = 0;
export let state: u32 = RUNNING;
/** When its step ends, it wakes or gets its CPU; NEVER: not by itself. */
export let at: i64 = 0;
export let step: u32 = FIRST;
export let target: u32 = 0;
/** Since when it has been runnable, or asleep. */
export let since: i64 = 0;

let iteration: u32 = 0;

export function start(on: u32, time: i64): void {
  cpu = on;
  iteration = 0;
  step = FIRST;
  comeAt(time);
}

/** What its time has come for; returns what it asks for. */
export function proceed(): u32 {
  if (state == SLEEPING) return WAKE;
  if (state == COMING) {
    state = RUNNING;
    if (step == FIRST) return nextIteration();
    return step == SLEPT ? afterDelay() : goOn();
  }
  return endStep();
}

/** The affinity is set. */
export function goOn(): u32 {
  begin(AFFINITY_RETURN, steps.draw(MIGRATOR, steps.AFFINITY_RETURN));
  return NOTHING;
}

export function comeAt(time: i64): void {
  state = COMING;
  at = time;
}

export function wait(): void {
  state = WAITING;
  at = NEVER;
}

export function block(): void {
  state = BLOCKED;
  step = AFFINITY_RETURN;
  at = NEVER;
}

export function moveTo(other: u32): void {
  cpu = other;
}

export function sleep(): void {
  state = SLEEPING;
  since = now;
  step = SLEPT;
  at = now + drawSleep();
}

/** Is it runnable, or running, on its CPU? */
export function isRunnable(): bool {
  return state <= WAITING;
}

function begin(what: u32, length: i64): void {
  step = what;
  at = now + length;
}

function endStep(): u32 {
  if (step == COUNT_BEFORE) {
    increment();
    return setAffinity();
  }
  if (step == AFFINITY) return MOVE;
  if (step == AFFINITY_RETURN) return counted ? countAfter() : endIteration();
  if (step == COUNT_AFTER) {
    increment();
    return endIteration();
  }
  return step == SLEEP_CALL ? SLEEP : afterDelay();
}

/** From here on; iterations whose CPU is not in the mask pass at once. */
function nextIteration(): u32 {
  for (; iteration < iterations; skip()) {
    target = targetOf(iteration);
    if (target != NO_CPU) return counted ? countBefore() : setAffinity();
  }
  return FINISHED;
}

function skip(): void {
  iteration++;
  tally.endIteration();
}

function countBefore(): u32 {
  begin(COUNT_BEFORE, steps.draw(MIGRATOR, steps.INCREMENT));
  return NOTHING;
}

function setAffinity(): u32 {
  begin(AFFINITY, steps.draw(MIGRATOR, steps.AFFINITY));
  return NOTHING;
}

function countAfter(): u32 {
  begin(COUNT_AFTER, steps.draw(MIGRATOR, steps.INCREMENT));
  return NOTHING;
}

function afterDelay(): u32 {
  skip();
  return nextIteration();
}

/** What happens during the delay belongs to the iteration still. */
function endIteration(): u32 {
  if (delayKind == DELAY_NONE) return afterDelay();
  if (delayKind == DELAY_GETCPU) begin(SPIN, drawSpin());
  else begin(SLEEP_CALL, steps.draw(MIGRATOR, steps.SLEEP_CALL));
  return NOTHING;
}

function drawSleep(): i64 {
  const asked =
    delayKind == DELAY_SLEEP
      ? steps.drawDuration(MIGRATOR, delayDuration)
      : delayFrom + <i64>(iteration % delayCount) * delayBy;
  return asked + steps.draw(MIGRATOR, steps.TIMER_SLACK);
}

/** getcpu and a load, so many times. */
function drawSpin(): i64 {
  let length: i64 = 0;
  for (let n: u32 = 0; n < delayCount; n++) {
    if (getcpuIsCall) length += steps.draw(MIGRATOR, steps.GETCPU_CALL) + steps.draw(MIGRATOR, steps.GETCPU_CALL);
    else length += steps.draw(MIGRATOR, steps.GETCPU);
    length += steps.draw(MIGRATOR, steps.LOAD);
  }
  return length;
}
