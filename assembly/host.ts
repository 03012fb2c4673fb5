// The host and its kernel's configuration, as the scenario gives them (docs/rules.md, 2, 5, 9, 10). Set once a model;
// the exported names are the fields. Times in ticks, rates per second.

import { DISTRIBUTION_END } from "./distribution";
import { CPU_MAX } from "./memory";

export const PREEMPT_NONE: u32 = 0;
export const PREEMPT_VOLUNTARY: u32 = 1;
export const PREEMPT_FULL: u32 = 2;
export const PREEMPT_LAZY: u32 = 3;

export const STACK_UNRELIABLE: u32 = 0;
export const STACK_RELIABLE: u32 = 1;
/** Frame pointers: a task interrupted inside the kernel has an unreliable stack (arch/x86/kernel/stacktrace.c, 6.1). */
export const STACK_FRAME_POINTERS: u32 = 2;

export const LOADER_ANY: i32 = -1;
export const LOADER_NONE: i32 = -2;

export const WAIT_NONE: u32 = 0;
export const WAIT_RUDE: u32 = 1;
export const WAIT_RUDE_TASKS: u32 = 2;

export let cpuCount: u32 = 0;
export let hz: i64 = 250;
export let preemption: u32 = PREEMPT_VOLUNTARY;
export let reliableStack: u32 = STACK_RELIABLE;
export let loaderCpu: i32 = LOADER_ANY;
export let loaderCandidateCount: u32 = 0;
export let idleTasks: bool = true;
export let schedulerTick: bool = true;
export let enableGap: i64 = 0;
export let tryCostPerTask: i64 = 0;
export let hookOn: i64 = 0;
export let hookOff: i64 = 0;
export let hookWork: i64 = 0;
export let unhookWork: i64 = 0;
export let rcuGrace: i64 = 0;
export let unpatchWait: u32 = WAIT_RUDE_TASKS;
export let idleWakeRate: f64 = 0;
/** Period of the soft-lockup watchdog, and its phase in this replica. 0: there is none. */
export let watchdog: i64 = 0;
export let watchdogPhase: i64 = 0;
export let contextSwitch: i64 = 0;
export let vmExit: i64 = 0;
export let ipi: i64 = 0;
export let signalCost: i64 = 0;
export let latency: i64 = 0;
export let minGranularity: i64 = 0;
/** Negative: wake-ups never preempt (EEVDF runs a slice to parity). */
export let wakeupGranularity: i64 = 0;
export let balancePeriod: i64 = 0;
export let haltPollMax: i64 = 0;
export let haltPollStart: i64 = 0;
export let haltPollGrow: i64 = 0;
export let haltPollShrink: i64 = 0;

/** Online tickless CPUs, which a synchronization disturbs. */
export let isolatedCount: u32 = 0;

export let unpatching: bool = false;
export let replaceNops: u32 = 0;
export let patchedFunctions: u32 = 1;
export let horizon: i64 = 0;
export let settle: i64 = 0;

/** A CPU as a number. */
export type Cpu = u32;

const NOHZ_FULL: u8 = 1;
const ONLINE: u8 = 2;
const LONE: u8 = 4;
const BALANCED: u8 = 8;

export const CPU_SET_MAX: u32 = 8192;
export const CPU_SET_ENTRY_MAX: u32 = 524288;

export const CPU_KIND: usize = DISTRIBUTION_END;
const LOADER_CANDIDATES: usize = CPU_KIND + CPU_MAX;
const ACTIVE: usize = LOADER_CANDIDATES + ((<usize>CPU_MAX) << 1);
const SET_FIRST: usize = ACTIVE + ((<usize>CPU_MAX) << 1);
const SET_COUNT: usize = SET_FIRST + ((<usize>CPU_SET_MAX) << 2);
const SET_CPUS: usize = SET_COUNT + ((<usize>CPU_SET_MAX) << 2);
export const HOST_END: usize = SET_CPUS + ((<usize>CPU_SET_ENTRY_MAX) << 1);

/** Some CPU is in the balance set. */
export let anyBalanced: bool = false;

export function setCpu(cpu: Cpu, nohz: bool, on: bool, alone: bool, balanced: bool): void {
  assert(cpu < CPU_MAX);
  store<u8>(
    CPU_KIND + cpu,
    (nohz ? NOHZ_FULL : 0) | (on ? ONLINE : 0) | (alone ? LONE : 0) | (balanced ? BALANCED : 0),
  );
  if (balanced) anyBalanced = true;
}

export function setLoaderCandidate(index: u32, cpu: Cpu): void {
  store<u16>(LOADER_CANDIDATES + ((<usize>index) << 1), <u16>cpu);
}

export function setCpuSet(set: u32, first: u32, count: u32): void {
  assert(set < CPU_SET_MAX);
  store<u32>(SET_FIRST + ((<usize>set) << 2), first);
  store<u32>(SET_COUNT + ((<usize>set) << 2), count);
}

export function setCpuSetEntry(index: u32, cpu: Cpu): void {
  assert(index < CPU_SET_ENTRY_MAX);
  store<u16>(SET_CPUS + ((<usize>index) << 1), <u16>cpu);
}

/** CPUs on which anything can happen: tasks live there or may be moved there, or their idle tasks count. */
export let activeCount: u32 = 0;

export function activeCpu(index: u32): Cpu {
  return load<u16>(ACTIVE + ((<usize>index) << 1));
}

export function addActive(cpu: Cpu): void {
  assert(activeCount < CPU_MAX);
  store<u16>(ACTIVE + ((<usize>activeCount) << 1), <u16>cpu);
  activeCount++;
}

/** All that tells CPUs apart. */
export function kindOf(cpu: Cpu): u8 {
  return load<u8>(CPU_KIND + cpu);
}

export function isNohzFull(cpu: Cpu): bool {
  return (load<u8>(CPU_KIND + cpu) & NOHZ_FULL) != 0;
}

export function isOnline(cpu: Cpu): bool {
  return (load<u8>(CPU_KIND + cpu) & ONLINE) != 0;
}

/** No two tasks can wait for each other on a lone CPU: it starts stationary at time 0. */
export function isLone(cpu: Cpu): bool {
  return (load<u8>(CPU_KIND + cpu) & LONE) != 0;
}

/** When the CPU's tasks are put where the long run has them. */
export function startOf(cpu: Cpu): i64 {
  return isLone(cpu) ? 0 : -settle;
}

export function isBalanced(cpu: Cpu): bool {
  return (load<u8>(CPU_KIND + cpu) & BALANCED) != 0;
}

export function loaderCandidate(index: u32): Cpu {
  return load<u16>(LOADER_CANDIDATES + ((<usize>index) << 1));
}

export function cpuSetCount(set: u32): u32 {
  return load<u32>(SET_COUNT + ((<usize>set) << 2));
}

export function cpuSetEntry(set: u32, index: u32): Cpu {
  const first = load<u32>(SET_FIRST + ((<usize>set) << 2));
  return load<u16>(SET_CPUS + ((<usize>(first + index)) << 1));
}

// Jiffies of a replica: jiffy k is at floor(k * 1e6 / hz) - phase - EPOCH, so that k is never negative.

export const SECOND: i64 = 1000000;
const EPOCH: i64 = 1024 * SECOND;

/** Phase of the jiffies in ticks, drawn per replica: within the second, and which of 512 seconds of uptime. */
let jiffyPhase: i64 = 0;
/** Ticks a jiffy, in units of 2^-32, rounded up: exact for the jiffies of a second. */
let jiffyLength: u64 = 0;
/** Where a second of whole jiffies begins: the one last asked about. */
let secondStart: i64 = 0;

export function setJiffyPhase(phase: i64): void {
  jiffyPhase = phase;
  jiffyLength = (((<u64>SECOND) << 32) + <u64>hz - 1) / <u64>hz;
  secondStart = -phase - EPOCH;
}

export function jiffyTime(k: i64): i64 {
  return (k * SECOND) / hz - jiffyPhase - EPOCH;
}

/** The last jiffy not after the given time. */
export function jiffiesAt(time: i64): i64 {
  return ((time + jiffyPhase + EPOCH + 1) * hz - 1) / SECOND;
}

/** The first jiffy's time not before the given one; within a second nothing has to be divided. */
export function jiffyNotBefore(time: i64): i64 {
  let since = time - secondStart;
  if (<u64>since >= <u64>SECOND) {
    since = (time + jiffyPhase + EPOCH) % SECOND;
    secondStart = time - since;
  }
  const k = (<u32>since * <u32>hz + (<u32>SECOND - 1)) / <u32>SECOND;
  return secondStart + <i64>((<u64>k * jiffyLength) >> 32);
}

/** As many jiffies as so many ticks take, in ticks; 0 where jiffies are not of one length. */
export function wholeJiffies(ticks: i64): i64 {
  const jiffy = SECOND / hz;
  return SECOND % hz == 0 ? ((ticks + jiffy - 1) / jiffy) * jiffy : 0;
}

export function setWatchdogPhase(phase: i64): void {
  watchdogPhase = phase;
}

/** The watchdog's first beat after the given time, which is not negative. */
export function nextWatchdog(time: i64): i64 {
  return time + watchdog - ((time + watchdogPhase) % watchdog);
}
