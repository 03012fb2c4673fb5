// How long each step takes: a duration a step, drawn for the task on whose way it lies (docs/rseq.md, 3).

import { DURATION, START, uniform } from "../draw";
import { durationTicks, exponentialTicks, isFixed } from "../distribution";
import { TEST_END } from "./test";

// In the order of the host's names.
export const INCREMENT: u32 = 0;
export const AFFINITY: u32 = 1;
export const AFFINITY_RETURN: u32 = 2;
export const SLEEP_CALL: u32 = 3;
export const TIMER_SLACK: u32 = 4;
export const IPI: u32 = 5;
export const IDLE_WAKE: u32 = 6;
export const DEEP_WAKE: u32 = 7;
export const CONTEXT_SWITCH: u32 = 8;
export const STOPPER: u32 = 9;
export const ENTER: u32 = 10;
export const GUEST: u32 = 11;
export const EXIT: u32 = 12;
export const VM_EXIT: u32 = 13;
export const VCPU_LOAD: u32 = 14;
export const HELPER: u32 = 15;
export const UPDATE: u32 = 16;
export const LOAD: u32 = 17;
export const GETCPU: u32 = 18;
export const GETCPU_CALL: u32 = 19;
export const LOOP: u32 = 20;
export const STEPS: u32 = 21;

/** On whose behalf something is drawn. */
export const MIGRATOR: u32 = 0;
export const READER: u32 = 1;
export const HOST: u32 = 2;
const ENTITIES: u32 = 3;

const DURATIONS: usize = TEST_END;
const DRAWN: usize = DURATIONS + ((<usize>STEPS) << 2);
export const STEPS_END: usize = DRAWN + ((<usize>(ENTITIES + 1)) << 2);

export function setStep(step: u32, duration: u32): void {
  assert(step < STEPS);
  store<u32>(DURATIONS + ((<usize>step) << 2), duration);
}

/** Forgets the draws of the replica before. */
export function resetDraws(): void {
  memory.fill(DRAWN, 0, (<usize>ENTITIES) << 2);
}

/** The entity's next draw. */
function next(entity: u32): f64 {
  const at = DRAWN + ((<usize>entity) << 2);
  const n = load<u32>(at);
  store<u32>(at, n + 1);
  return uniform(entity, DURATION, n);
}

/** A duration; one that is fixed takes no draw. */
export function drawDuration(entity: u32, duration: u32): i64 {
  return durationTicks(duration, isFixed(duration) ? 0.5 : next(entity));
}

export function draw(entity: u32, step: u32): i64 {
  return drawDuration(entity, load<u32>(DURATIONS + ((<usize>step) << 2)));
}

/** From the wake-up of the migrator until it runs on a CPU that was idle for a while; a remote wake-up is an interrupt. */
export function drawMigratorComing(remote: bool): i64 {
  const interrupt = remote ? draw(MIGRATOR, IPI) : 0;
  const wake = draw(MIGRATOR, IDLE_WAKE);
  return interrupt + wake + draw(MIGRATOR, CONTEXT_SWITCH);
}

/** The same of the reader, which goes where nobody was for longer. */
export function drawReaderComing(): i64 {
  const interrupt = draw(READER, IPI);
  const wake = draw(READER, DEEP_WAKE);
  return interrupt + wake + draw(READER, CONTEXT_SWITCH);
}

export function drawGap(meanTicks: f64): i64 {
  return exponentialTicks(meanTicks, next(HOST));
}

/** One of `count`. */
export function drawOf(count: u32): u32 {
  return <u32>(<f64>count * next(HOST));
}

/** Where a replica starts; n tells its draws apart. */
export function drawStart(n: u32): f64 {
  return uniform(HOST, START, n);
}
