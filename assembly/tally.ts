// What one replica counts about itself: disturbance, violations, and who switched last. Reset by reset().

import { Cpu } from "./host";
import { CPU_MAX } from "./memory";
import { weight } from "./runqueue";

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

/** Events of single CPUs executed one by one, since the module was instantiated; in builds with assertions, else 0. */
export let events: u64 = 0;

/** Not in the release build, which does not pay for what only bench/core.js asks: both builds execute the same events. */
export function countEvent(): void {
  if (!ASC_NO_ASSERT) events++;
}

export function resetTally(): void {
  eintr = restarts = guestExits = ipis = kthreadWakes = 0;
  signalPasses = isolatedInterrupts = violations = warnings = gaveUp = 0;
}

export function countEintr(cpu: Cpu): void {
  eintr += weight(cpu);
}
export function countRestart(cpu: Cpu): void {
  restarts += weight(cpu);
}
export function countGuestExit(cpu: Cpu): void {
  guestExits += weight(cpu);
}
export function countIpi(cpu: Cpu): void {
  ipis += weight(cpu);
}
export function countKthreadWake(cpu: Cpu): void {
  kthreadWakes += weight(cpu);
}
export function countSignalPass(cpu: Cpu): void {
  signalPasses += weight(cpu);
}
export function countIsolatedInterrupt(cpu: Cpu): void {
  isolatedInterrupts += weight(cpu);
}
export function countViolation(cpu: Cpu): void {
  violations += weight(cpu);
}
export function countWarning(cpu: Cpu): void {
  warnings += weight(cpu);
}
/** A synchronization disturbs so many tickless CPUs. */
export function countIsolatedInterrupts(count: u32): void {
  isolatedInterrupts += count;
}
export function countIpis(count: u32): void {
  ipis += count;
}
export function countGiveUp(): void {
  gaveUp++;
}

// Rounds that change nothing: all they can do is kick.
let notedGuestExits: u32 = 0;
let notedIpis: u32 = 0;
let notedIsolated: u32 = 0;

export function noteKicks(): void {
  notedGuestExits = guestExits;
  notedIpis = ipis;
  notedIsolated = isolatedInterrupts;
}

/** The kicks since they were noted are given so many times more. */
export function repeatKicks(times: u32): void {
  guestExits += times * (guestExits - notedGuestExits);
  ipis += times * (ipis - notedIpis);
  isolatedInterrupts += times * (isolatedInterrupts - notedIsolated);
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
