// A path of steps through the states, and its replay. Behind the states lie 16 bytes a state for its steps (a way in and, of a cycle,
// once round for each of twelve kinds of step), then the columns of way.ts or cycle.ts, one after the other.

import { keep } from "./cells";
import { restart } from "./explore";
import { counter, cpuOf, FLUSH, stepValue, take } from "./step";
import { notes, stateCount } from "./states";
import { note, noteValue, record } from "./trail";

const PATH_BYTES: usize = 16;

let steps: usize = 0;
export let pathLength: u32 = 0;

/** Columns of so many bytes a state, all 0; 0: beyond the bound. The path stays. */
export function columns(bytes: usize): usize {
  steps = notes(PATH_BYTES + bytes);
  if (steps == 0) return 0;
  const start = steps + PATH_BYTES * <usize>stateCount;
  memory.fill(start, 0, bytes * <usize>stateCount);
  return start;
}

export function clearPath(): void {
  pathLength = 0;
}
export function append(step: u32): void {
  setStep(pathLength++, step);
}
export function setStep(n: u32, step: u32): void {
  store<u8>(steps + n, <u8>step);
}
export function stepAt(n: u32): u32 {
  return load<u8>(steps + n);
}

/** Makes room for so many steps, to be set; number of the first. */
export function extend(count: u32): u32 {
  pathLength += count;
  return pathLength - count;
}

/** Begins a replay: fences that stand first are passed. */
export function playStart(): void {
  record(true);
  restart();
}

/** Replays the path's n-th step. */
export function play(n: u32): void {
  record(true);
  const step = stepAt(n);
  note(cpuOf(step), counter(cpuOf(step)), step >= FLUSH);
  take(step);
  noteValue(stepValue);
  keep();
}
