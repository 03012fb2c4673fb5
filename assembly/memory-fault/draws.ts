// What a draw is for (docs/memory-fault.md, 4). Its entity is the vCPU, its n the fault's number, a signal's, or that of one exit of a fault.

import { uniform } from "../draw";

export const GAP: u32 = 0;
export const PAGE: u32 = 1;
export const PATH: u32 = 2;
export const DROPPED: u32 = 3;
export const DROPPED_PAGE: u32 = 4;
export const ASYNC: u32 = 5;
export const LATENCY: u32 = 6;
export const READY: u32 = 7;
export const STRUCK: u32 = 8;
export const ELSEWHERE: u32 = 9;
export const SIGNAL: u32 = 10;
export const KNOWS: u32 = 11;
export const FAILS: u32 = 12;
export const DAMAGE: u32 = 13;
export const UNRESOLVABLE: u32 = 14;
export const SWALLOWED: u32 = 15;

const EXIT_BITS: u32 = 10;
/** Exits of one fault, at most. */
export const EXIT_MAX: u32 = 1000;
if (EXIT_MAX > 1 << EXIT_BITS) ERROR("exits of two faults share a draw");

/** n of a draw that belongs to one exit of a fault. */
export function exitDraw(fault: u32, exit: u32): u32 {
  return (fault << EXIT_BITS) | exit;
}

/** True with the given probability; what cannot happen needs no draw. */
export function chance(probability: f64, vcpu: u32, purpose: u32, n: u32): bool {
  return probability > 0 && uniform(vcpu, purpose, n) < probability;
}
