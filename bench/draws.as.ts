// Loops over the engine's draws inside one module, for bench/core.js: no draw crosses from JavaScript. Each loop draws its
// uniforms as well, and adds up what it got, so that nothing can be left out.

import { durationTicks, equilibriumResidual } from "../assembly/distribution";
import { DURATION, uniform } from "../assembly/draw";

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
