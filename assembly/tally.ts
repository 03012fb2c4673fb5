// What one replica counts about itself: disturbance, violations, and who switched last. Reset by reset().

import { CPU_MAX } from "./memory";

export let eintr: u32 = 0;
export let restarts: u32 = 0;
export let guestExits: u32 = 0;
export let ipis: u32 = 0;
export let kthreadWakes: u32 = 0;
export let signalPasses: u32 = 0;
export let isolatedInterrupts: u32 = 0;
export let violations: u32 = 0;
export let warnings: u32 = 0;
export let gaveUp: u32 = 0;

export function resetTally(): void {
  eintr = restarts = guestExits = ipis = kthreadWakes = 0;
  signalPasses = isolatedInterrupts = violations = warnings = gaveUp = 0;
}

export function countEintr(): void {
  eintr++;
}
export function countRestart(): void {
  restarts++;
}
export function countGuestExit(): void {
  guestExits++;
}
export function countIpi(): void {
  ipis++;
}
export function countKthreadWake(): void {
  kthreadWakes++;
}
export function countSignalPass(): void {
  signalPasses++;
}
export function countIsolatedInterrupt(): void {
  isolatedInterrupts++;
}
export function countViolation(): void {
  violations++;
}
export function countWarning(): void {
  warnings++;
}
export function countGiveUp(): void {
  gaveUp++;
}

/** Rank of switches made by a barrier: after the CPU events that led up to it, before those that follow at the same instant. */
export const BARRIER: u32 = CPU_MAX;

/** Latest switch so far; -1 before any. */
export let lastSwitch: i64 = -1;
export let blamePhase: i32 = -1;
export let blameMechanism: u32 = 0;
let lastRank: u32 = 0;

export function resetBlame(): void {
  lastSwitch = -1;
  blamePhase = -1;
  blameMechanism = 0;
  lastRank = 0;
}

/** Notes a switch; the last in (time, order of processing) takes the blame. */
export function noteSwitch(at: i64, rank: u32, phase: i32, mechanism: u32): void {
  if (at < lastSwitch || (at == lastSwitch && rank < lastRank && lastRank != BARRIER)) return;
  lastSwitch = at;
  lastRank = rank;
  blamePhase = phase;
  blameMechanism = mechanism;
}
