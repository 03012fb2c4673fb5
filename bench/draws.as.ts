// Loops over the engine's draws inside one module, for bench/core.js: no draw crosses from JavaScript. Each loop draws its
// uniforms as well, and adds up what it got, so that nothing can be left out.

import { durationTicks, equilibriumResidual, standardExponential } from "../assembly/distribution";
import { DURATION, SPLIT, uniform } from "../assembly/draw";

export { setDuration, setPart } from "../assembly/distribution";
export { selectReplica } from "../assembly/draw";

const TASKS: u32 = 1023;

export function uniforms(count: u32): f64 {
  let sum = 0.0;
  for (let n: u32 = 0; n < count; n++) sum += uniform(n & TASKS, DURATION, n);
  return sum;
}

export function durations(duration: u32, count: u32): i64 {
  let sum: i64 = 0;
  for (let n: u32 = 0; n < count; n++) sum += durationTicks(duration, uniform(n & TASKS, DURATION, n));
  return sum;
}

/** Two uniforms each. */
export function equilibria(duration: u32, count: u32): i64 {
  let sum: i64 = 0;
  for (let n: u32 = 0; n < count; n++) {
    const u = uniform(n & TASKS, DURATION, 2 * n);
    sum += equilibriumResidual(duration, u, uniform(n & TASKS, DURATION, 2 * n + 1));
  }
  return sum;
}

const CLASSES: f64 = 4;

/**
 * Wake-ups on a CPU that two guests share for ever: who wakes when is drawn, takes the CPU at once, works so long and sleeps again; between
 * them the guests take turns. The least that decides whose turn it is, all state in locals: no queue, no flag, no other case. How often
 * it was the first one's.
 */
export function wakeups(meanGap: f64, work: u32, turn: i64, count: u32): i64 {
  let firsts: i64 = 0;
  let running: i64 = 0; // virtual runtimes
  let waiting: i64 = 0;
  let isFirst = true;
  let from: i64 = 0; // since when the running one's turn is taken into account
  let end = turn;
  let exact: f64 = 0;
  for (let n: u32 = 0; n < count; n++) {
    exact += meanGap * standardExponential(uniform(0, DURATION, n));
    const at = <i64>exact;
    const turns = at < end ? 0 : 1 + (at - end) / turn;
    if (turns > 0) {
      const half = ((turns - 1) >> 1) * turn;
      const isOdd = ((turns - 1) & 1) != 0;
      const own = running + (end - from) + half;
      const other = waiting + half + (isOdd ? turn : 0);
      running = isOdd ? own : other;
      waiting = isOdd ? other : own;
      isFirst = isFirst == isOdd;
      from = end + (turns - 1) * turn;
    }
    const who = <u32>(CLASSES * uniform(1, SPLIT, n));
    running += at - from;
    const over = at + durationTicks(work, uniform(2 + who, DURATION, n));
    const swaps = waiting < running;
    const least = min(running, waiting);
    waiting = max(running, waiting);
    running = least;
    isFirst = isFirst != swaps;
    from = over;
    end = over + turn;
    firsts += i64(isFirst);
  }
  return firsts;
}
