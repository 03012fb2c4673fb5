// Of all shortest ways to given states, one on which the fewest steps follow one of another CPU. States are numbered breadth first,
// so that a state's depth is one more than that of the state from which it was first met; costs go from the ends back to the start.

import { CPUS_MAX } from "./program";
import { unpack } from "./cells";
import { NO_ROOM, COMPLETE, successor } from "./explore";
import { append, columns } from "./path";
import { cpuOf, enabledSteps } from "./step";
import { NOWHERE, parent, stateAt, stateCount } from "./states";

const UNREACHABLE: u32 = 255;
const COSTS: usize = 8; // of a state, by the CPU of its next step
const NOBODY: u32 = CPUS_MAX;

let depths: usize = 0;
let costs: usize = 0;
let last: u32 = NOWHERE;

/** Before states are aimed at; COMPLETE or NO_ROOM. */
export function prepareWay(): u32 {
  depths = columns(4 + COSTS);
  if (depths == 0) return NO_ROOM;
  costs = depths + 4 * <usize>stateCount;
  memory.fill(costs, <u8>UNREACHABLE, COSTS * <usize>stateCount);
  last = NOWHERE;
  for (let n: u32 = 1; n < stateCount; n++) store<u32>(depths + ((<usize>n) << 2), depth(parent(n)) + 1);
  return COMPLETE;
}

function depth(n: u32): u32 {
  return load<u32>(depths + ((<usize>n) << 2));
}
/** Changes of CPU from a state on, if the next step is this CPU's. */
function cost(n: u32, cpu: u32): u32 {
  return load<u8>(costs + COSTS * <usize>n + cpu);
}
function setCost(n: u32, cpu: u32, cost: u32): void {
  store<u8>(costs + COSTS * <usize>n + cpu, <u8>cost);
}

/** This state will do as an end, if none so far is nearer; in ascending order. */
export function aim(n: u32): void {
  if (last != NOWHERE && depth(n) > depth(last)) return;
  last = n;
  for (let cpu: u32 = 0; cpu < CPUS_MAX; cpu++) setCost(n, cpu, 0);
}

/** Appends the way to the path. */
export function findWay(): void {
  for (let n = <i32>last; n >= 0; n--) if (depth(n) < depth(last)) reckon(n);
  let cpu = NOBODY;
  for (let at: u32 = 0; depth(at) < depth(last);) {
    const step = choose(at, cpu);
    append(step);
    cpu = cpuOf(step);
    at = successor(at, step);
  }
}

/** The changes from a state on, by the CPU of its next step. */
function reckon(n: u32): void {
  for (let left = stepsFrom(n); left != 0; left &= left - 1) {
    const cpu = cpuOf(ctz(left));
    setCost(n, cpu, min(cost(n, cpu), rest(n, ctz(left))));
  }
}

function stepsFrom(n: u32): u32 {
  unpack(stateAt(n));
  return enabledSteps();
}

/** Changes from a step on, if it leads nearer to the end. */
function rest(n: u32, step: u32): u32 {
  const to = successor(n, step);
  if (to == NOWHERE || depth(to) <= depth(n)) return UNREACHABLE;
  let least = UNREACHABLE;
  for (let cpu: u32 = 0; cpu < CPUS_MAX; cpu++) {
    const changes = cost(to, cpu);
    if (changes != UNREACHABLE) least = min(least, min(changes + u32(cpu != cpuOf(step)), UNREACHABLE - 1));
  }
  return least;
}

/** The step that leads on with the fewest changes after one of this CPU. */
function choose(n: u32, cpu: u32): u32 {
  let best = NOWHERE;
  let least = UNREACHABLE;
  for (let left = stepsFrom(n); left != 0; left &= left - 1) {
    const changes = rest(n, ctz(left)) + u32(cpuOf(ctz(left)) != cpu);
    if (best != NOWHERE && changes >= least) continue;
    best = ctz(left);
    least = changes;
  }
  return best;
}
