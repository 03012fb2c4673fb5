// What tasks do: the compiled phase and class tables (design 3.2). Written once a model, read-only while replicas run.

import { exponentialMean } from "./distribution";
import { HOST_END } from "./host";
import { CLASS_MAX, PHASE_MAX } from "./memory";
import { vhostIsUser } from "./policy";

export const USER: u32 = 0;
export const KERNEL: u32 = 1;
export const GUEST: u32 = 2;
export const SLEEP_MODE: u32 = 3;

export const ON_SIGNAL_NONE: u32 = 0;
export const ON_SIGNAL_RESTART: u32 = 1;
export const ON_SIGNAL_EINTR: u32 = 2;
export const ON_SIGNAL_ABSORB: u32 = 3;

/** How a sleep takes a wake-up for TASK_INTERRUPTIBLE. */
export const WAIT_DEAF: u32 = 0;
export const WAIT_INTERRUPTIBLE: u32 = 1;
export const WAIT_FREEZABLE: u32 = 2;

export const KIND_USER: u32 = 0;
export const KIND_VCPU: u32 = 1;
export const KIND_KTHREAD: u32 = 2;

export const WORKER_NONE: u32 = 0;
export const WORKER_IO: u32 = 1;
export const WORKER_VHOST: u32 = 2;

/** What a thread is to signals and exits under the policy: user workers (io_uring, vhost from 6.4) never reach user mode. */
export const ROLE_USER: u32 = 0;
export const ROLE_KTHREAD: u32 = 1;
export const ROLE_WORKER: u32 = 2;

/** How it is drawn who starts in a phase: task by task; or by class, as a rest, a ranked class's long sleep, or another sleep of it. */
export const SINGLY: u32 = 0;
export const REST: u32 = 1;
export const LONG: u32 = 2;
export const LIGHT: u32 = 3;

export const NEXT_MAX: u32 = 262144;
export const SHARE_MAX: u32 = 8192;
/** "The task ends" as a next phase. */
export const EXIT_PHASE: u32 = 0xffffffff;

export let phaseCount: u32 = 0;
export let classCount: u32 = 0;
export let hasFork: bool = false;

// A phase is one row of 64 bytes.
const PHASE_BYTES: usize = 64;
export const PHASES: usize = HOST_END;
const CLASSES: usize = PHASES + <usize>PHASE_MAX * PHASE_BYTES;
const CLASS_BYTES: usize = 112;
const NEXTS: usize = CLASSES + <usize>CLASS_MAX * CLASS_BYTES;
const SHARES: usize = NEXTS + ((<usize>NEXT_MAX) << 4);
export const BEHAVIOUR_END: usize = SHARES + ((<usize>SHARE_MAX) << 4);

function row(phase: u32): usize {
  assert(phase < phaseCount);
  return PHASES + <usize>phase * PHASE_BYTES;
}

export function setPhase(
  phase: u32,
  mode: u32,
  wait: u32,
  halt: bool,
  onSignal: u32,
  duration: u32,
  affected: f64,
  affectedWork: f64,
): void {
  const at = row(phase);
  store<u8>(at, <u8>mode);
  store<u8>(at + 1, <u8>wait);
  store<u8>(at + 2, <u8>halt);
  store<u8>(at + 3, <u8>onSignal);
  store<u32>(at + 4, duration);
  store<f64>(at + 8, affected);
  store<f64>(at + 16, affectedWork);
  store<u8>(at + 52, SINGLY);
  store<u8>(at + 54, <u8>isByChance(affected, affectedWork));
}

export function setPhaseLinks(
  phase: u32,
  condReschedRate: f64,
  exitRate: f64,
  nextFirst: u32,
  nextCount: u32,
  forkTarget: u32,
): void {
  const at = row(phase);
  store<f64>(at + 24, condReschedRate);
  store<f64>(at + 32, exitRate);
  store<u32>(at + 40, nextFirst);
  store<u32>(at + 44, nextCount);
  store<u32>(at + 48, forkTarget);
  store<u8>(at + 53, <u8>(forkTarget == EXIT_PHASE && !isHalt(phase)));
}

export function setNext(index: u32, cumulative: f64, phase: u32): void {
  assert(index < NEXT_MAX);
  store<f64>(NEXTS + ((<usize>index) << 4), cumulative);
  store<u32>(NEXTS + ((<usize>index) << 4) + 8, phase);
}

export function setShare(index: u32, cumulative: f64, phase: u32): void {
  assert(index < SHARE_MAX);
  store<f64>(SHARES + ((<usize>index) << 4), cumulative);
  store<u32>(SHARES + ((<usize>index) << 4) + 8, phase);
}

export function mode(phase: u32): u32 {
  return load<u8>(row(phase));
}

export function wait(phase: u32): u32 {
  return load<u8>(row(phase), 1);
}

export function isHalt(phase: u32): bool {
  return load<u8>(row(phase), 2) != 0;
}

export function onSignal(phase: u32): u32 {
  return load<u8>(row(phase), 3);
}

export function duration(phase: u32): u32 {
  return load<u32>(row(phase), 4);
}

export function affectedProbability(phase: u32): f64 {
  return load<f64>(row(phase), 8);
}

export function affectedWorkProbability(phase: u32): f64 {
  return load<f64>(row(phase), 16);
}

/** Whether a visit's stack holds an affected function is up to chance. */
export function affectedByChance(phase: u32): bool {
  return load<u8>(row(phase), 54) != 0;
}

function isByChance(affected: f64, work: f64): bool {
  return (affected > 0 && affected < 1) || (work > 0 && work < 1);
}

/** cond_resched() points per second of CPU time. */
export function condReschedRate(phase: u32): f64 {
  return load<f64>(row(phase), 24);
}

/** VM exits per second of guest time, host ticks not counted. */
export function exitRate(phase: u32): f64 {
  return load<f64>(row(phase), 32);
}

/** The phase in which a child forked at this phase's end begins, or EXIT_PHASE. */
export function forkTarget(phase: u32): u32 {
  return load<u32>(row(phase), 48);
}

/** Does what follows depend on a draw? */
export function hasChoice(phase: u32): bool {
  return load<u32>(row(phase), 44) > 1;
}

/** No fork, no halt, not the VMM's: when it is over, the next one simply begins. */
export function isPlain(phase: u32): bool {
  return load<u8>(row(phase), 53) != 0;
}

/** The phase that follows for the draw u, or EXIT_PHASE. */
export function nextPhase(phase: u32, u: f64): u32 {
  const at = row(phase);
  return pick(NEXTS, load<u32>(at, 40), load<u32>(at, 44), u);
}

/** First entry whose cumulative weight exceeds u. */
function pick(table: usize, first: u32, count: u32, u: f64): u32 {
  let at = table + ((<usize>first) << 4);
  const last = at + ((<usize>(count - 1)) << 4);
  while (at < last && u >= load<f64>(at)) at += 16;
  return load<u32>(at, 8);
}

function classRow(number: u32): usize {
  assert(number < classCount);
  return CLASSES + <usize>number * CLASS_BYTES;
}

export function setClass(
  number: u32,
  kind: u32,
  worker: u32,
  firstTask: u32,
  count: u32,
  children: u32,
  shareFirst: u32,
  shareCount: u32,
): void {
  const at = classRow(number);
  store<u8>(at, <u8>kind);
  store<u8>(at + 1, <u8>worker);
  store<u32>(at + 4, firstTask);
  store<u32>(at + 8, count);
  store<u32>(at + 12, children);
  store<u32>(at + 16, shareFirst);
  store<u32>(at + 20, shareCount);
  store<u32>(at, EXIT_PHASE, 40); // it does not rest
  store<u32>(at, EXIT_PHASE, 96); // nor is it ranked
}

export function setClassCpuUse(number: u32, uses: bool, haltPhase: u32, vmmPhase: u32, vmmLength: i64): void {
  const at = classRow(number);
  store<u8>(at + 2, <u8>uses);
  store<u32>(at + 24, haltPhase);
  store<u32>(at + 28, vmmPhase);
  store<i64>(at + 32, vmmLength);
  if (vmmPhase != EXIT_PHASE) store<u8>(row(vmmPhase), 0, 53);
}

export function setClassPhases(number: u32, first: u32, count: u32): void {
  const at = classRow(number);
  store<u32>(at, first, 88);
  store<u32>(at, count, 92);
}

/**
 * The class rests in this phase, in which such a share of its tasks starts; between two rests a task works for no longer than `most`
 * ticks. `apart` of them live on CPUs that are not crowded.
 */
export function setResting(number: u32, phase: u32, share: f64, most: i64, apart: u32): void {
  const at = classRow(number);
  store<u32>(at, phase, 40);
  store<f64>(at, share, 48);
  store<u8>(row(phase), REST, 52);
  const mean = exponentialMean(duration(phase));
  store<i64>(at, most, 56);
  store<u32>(at, apart, 44);
  if (apart == 0) return;
  const cell = <i64>(mean / <f64>(4 * apart));
  store<i64>(at, cell, 64);
  const alarms = (<f64>cell * <f64>apart) / mean;
  store<f64>(at, alarms, 72);
  store<f64>(at, Math.exp(-alarms), 80);
}

export function kind(number: u32): u32 {
  return load<u8>(classRow(number));
}

export function usesCpu(number: u32): bool {
  return load<u8>(classRow(number), 2) != 0;
}

export function firstTaskOf(number: u32): u32 {
  return load<u32>(classRow(number), 4);
}

export function countOf(number: u32): u32 {
  return load<u32>(classRow(number), 8);
}

/** Slots for children of each own task. */
export function childrenOf(number: u32): u32 {
  return load<u32>(classRow(number), 12);
}

export function firstPhaseOf(number: u32): u32 {
  return load<u32>(classRow(number), 88);
}

/** Without the VMM phase. */
export function phasesOf(number: u32): u32 {
  return load<u32>(classRow(number), 92);
}

/** The class's first halt phase, or EXIT_PHASE. */
export function firstHalt(number: u32): u32 {
  return load<u32>(classRow(number), 24);
}

export function vmmPhase(number: u32): u32 {
  return load<u32>(classRow(number), 28);
}

export function vmmTicks(number: u32): i64 {
  return load<i64>(classRow(number), 32);
}

export function startPhase(number: u32, u: f64): u32 {
  const at = classRow(number);
  return pick(SHARES, load<u32>(at, 16), load<u32>(at, 20), u);
}

/** The phase in which the class rests, or EXIT_PHASE. */
export function restingPhase(number: u32): u32 {
  return load<u32>(classRow(number), 40);
}

/** Of a class that rests or is ranked: the share of its tasks that are drawn not one by one but by class. */
export function asleepShare(number: u32): f64 {
  return load<f64>(classRow(number), 48);
}

/** The class is ranked: of its tasks such a share starts in this sleep, on an affected function, and such a one in any sleep. */
export function setRanked(number: u32, phase: u32, share: f64, asleep: f64): void {
  const at = classRow(number);
  store<u32>(at, phase, 96);
  store<f64>(at, share, 104);
  store<f64>(at, asleep, 48);
  const first = firstPhaseOf(number);
  for (let other = first; other < first + phasesOf(number); other++) {
    if (mode(other) == SLEEP_MODE) store<u8>(row(other), other == phase ? LONG : LIGHT, 52);
  }
}

/** The sleep from which the stragglers of a ranked class wake, or EXIT_PHASE. */
export function longSleep(number: u32): u32 {
  return load<u32>(classRow(number), 96);
}

/** Is the class ranked? */
export function isRanked(number: u32): bool {
  return longSleep(number) != EXIT_PHASE;
}

/** Its share of the tasks, of a ranked class. */
export function longShare(number: u32): f64 {
  return load<f64>(classRow(number), 104);
}

/** Does the class rest? */
export function rests(number: u32): bool {
  return restingPhase(number) != EXIT_PHASE;
}

/** A sleep in which the class rests: an alarm ends it (alarm.ts). */
export function isRest(phase: u32): bool {
  return load<u8>(row(phase), 52) == REST;
}

/** The longest that a task may ask for the CPU between two rests, in ticks; FOREVER: there is no bound. */
export function mostWork(number: u32): i64 {
  return load<i64>(classRow(number), 56);
}

/** Its tasks on CPUs that are not crowded. */
export function apartOf(number: u32): u32 {
  return load<u32>(classRow(number), 44);
}

/** Length in ticks of the class's cells of time, and the mean number of alarms in one. */
export function alarmCell(number: u32): i64 {
  return load<i64>(classRow(number), 64);
}
export function alarmsInCell(number: u32): f64 {
  return load<f64>(classRow(number), 72);
}
/** Probability that there is none. */
export function noAlarmInCell(number: u32): f64 {
  return load<f64>(classRow(number), 80);
}

export function restingMean(number: u32): f64 {
  return exponentialMean(duration(restingPhase(number)));
}

/** The phase in which a task starts that is known to do so in a phase of this part, all of which have the share `among`, for the draw u. */
export function startPhaseAmong(part: u32, number: u32, among: f64, u: f64): u32 {
  const shares = classRow(number);
  let remaining = u * among;
  let below: f64 = 0;
  let chosen: u32 = EXIT_PHASE;
  let at = SHARES + ((<usize>load<u32>(shares, 16)) << 4);
  const end = at + ((<usize>load<u32>(shares, 20)) << 4);
  for (; at < end; at += 16) {
    const weight = load<f64>(at) - below;
    below = load<f64>(at);
    if (load<u8>(row(load<u32>(at, 8)), 52) != part) continue;
    chosen = load<u32>(at, 8);
    if (remaining < weight) break;
    remaining -= weight;
  }
  return chosen;
}

/** All tasks of the class start in one phase. */
export function startsInOnePhase(number: u32): bool {
  return load<u32>(classRow(number), 20) == 1;
}

export function role(number: u32): u32 {
  const at = classRow(number);
  const worker: u32 = load<u8>(at, 1);
  if (worker == WORKER_IO) return ROLE_WORKER;
  if (worker == WORKER_VHOST) return vhostIsUser ? ROLE_WORKER : ROLE_KTHREAD;
  return load<u8>(at) == KIND_KTHREAD ? ROLE_KTHREAD : ROLE_USER;
}
