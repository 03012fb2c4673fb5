// A task is its index into every column below. Columns touched together in a replica lie in one row of 128 bytes.

import { BEHAVIOUR_END, mode, GUEST, USER } from "./behaviour-table";
import { Cpu } from "./host";
import { TASK_MAX } from "./memory";

export type Task = u32;
export const NO_TASK: i32 = -1;

/** States. DEAD: no task in this slot. */
export const DEAD: u32 = 0;
export const SLEEP: u32 = 1;
export const READY: u32 = 2;
export const CURRENT: u32 = 3;
export const ZOMBIE: u32 = 4;

/** Where a READY or CURRENT task is (docs/rules.md, 5). */
export const PHASE: u32 = 0;
/** Back from a sleep. */
export const WOKEN: u32 = 1;
/** In the exit-to-user loop. */
export const EXIT: u32 = 2;
/** In the KVM work function. */
export const WORK: u32 = 3;
/** Preempted on the way out of the guest. */
export const GUEST_EXIT: u32 = 4;
/** Halt polling. */
export const POLL: u32 = 5;

/** What follows the exit-to-user loop. */
export const THEN_CONTINUE: u32 = 0;
export const THEN_NEXT: u32 = 1;
export const THEN_RESTART: u32 = 2;
export const THEN_EINTR: u32 = 3;
export const THEN_VMM: u32 = 4;
export const THEN_CHILD: u32 = 5;

const ROW_BYTES: usize = 128;
const TASKS: usize = BEHAVIOUR_END;
const CLASS_OF: usize = TASKS + <usize>TASK_MAX * ROW_BYTES;
const HOME: usize = CLASS_OF + TASK_MAX;
const PROCESS: usize = HOME + ((<usize>TASK_MAX) << 1);
const CPU_SET: usize = PROCESS + ((<usize>TASK_MAX) << 2);
const PLACED: usize = CPU_SET + ((<usize>TASK_MAX) << 1);
const PLACED_WORDS: u32 = TASK_MAX >> 6;
const SUMMARY: usize = PLACED + ((<usize>PLACED_WORDS) << 3);
export const TASK_END: usize = SUMMARY + ((<usize>PLACED_WORDS) >> 3);

/** Slots in use, children's included. */
export let taskCount: u32 = 0;

function row(task: Task): usize {
  assert(task < taskCount);
  return TASKS + <usize>task * ROW_BYTES;
}

// Fixed by the model.

export function setTask(task: Task, classNumber: u32, cpu: Cpu, process: u32, set: u32): void {
  assert(task < taskCount);
  store<u8>(CLASS_OF + task, <u8>classNumber);
  store<u16>(HOME + ((<usize>task) << 1), <u16>cpu);
  store<u32>(PROCESS + ((<usize>task) << 2), process);
  store<u16>(CPU_SET + ((<usize>task) << 1), <u16>set);
}

export function classOf(task: Task): u32 {
  return load<u8>(CLASS_OF + task);
}

export function homeCpu(task: Task): Cpu {
  return load<u16>(HOME + ((<usize>task) << 1));
}

export function processOf(task: Task): u32 {
  return load<u32>(PROCESS + ((<usize>task) << 2));
}

export function cpuSetOf(task: Task): u32 {
  return load<u16>(CPU_SET + ((<usize>task) << 1));
}

// A replica's state.

// Which slots hold a task of their own, a bit each, and which 64 of them in a row any: the others rest (resting.ts).

function placedWord(word: u32): usize {
  return PLACED + ((<usize>word) << 3);
}
function summaryWord(word: u32): usize {
  return SUMMARY + ((<usize>(word >> 6)) << 3);
}

export function resetPlaced(): void {
  for (let first: u32 = 0; first < PLACED_WORDS; first += 64) {
    for (let words = load<u64>(summaryWord(first)); words != 0; words &= words - 1) {
      store<u64>(placedWord(first + <u32>ctz(words)), 0);
    }
    store<u64>(summaryWord(first), 0);
  }
}

export function setPlaced(task: Task): void {
  const word = task >> 6;
  store<u64>(placedWord(word), load<u64>(placedWord(word)) | ((<u64>1) << (task & 63)));
  store<u64>(summaryWord(word), load<u64>(summaryWord(word)) | ((<u64>1) << (word & 63)));
}

export function isPlaced(task: Task): bool {
  return ((load<u64>(placedWord(task >> 6)) >> (task & 63)) & 1) != 0;
}

/** The first placed task from this one on; taskCount if there is none. */
export function nextPlaced(task: Task): Task {
  if (task >= taskCount) return taskCount;
  const bits = load<u64>(placedWord(task >> 6)) >> (task & 63);
  if (bits != 0) return task + <u32>ctz(bits);
  for (let word = (task >> 6) + 1; word << 6 < taskCount; word = (word | 63) + 1) {
    const words = load<u64>(summaryWord(word)) >> (word & 63);
    if (words == 0) continue;
    word += <u32>ctz(words);
    return (word << 6) + <u32>ctz(load<u64>(placedWord(word)));
  }
  return taskCount;
}

export function clearTask(task: Task): void {
  memory.fill(row(task), 0, ROW_BYTES);
}

/** Clears a child's slot for its next use; its draws go on where they were, and the record of a switch stays. */
export function renewTask(task: Task): void {
  const visits = visit(task);
  const looks = load<u32>(row(task), 20);
  const switched = switchAt(task);
  const by = mechanism(task);
  clearTask(task);
  setVisit(task, visits);
  store<u32>(row(task), looks, 20);
  recordSwitch(task, switched, by);
}

/** Another task's whole state. */
export function copyTask(task: Task, from: Task): void {
  memory.copy(row(task), row(from), ROW_BYTES);
  setPlaced(task);
}

/** The first bytes of a row: all that a task is and how far its draws are, times apart. */
export const CONDITION_BYTES: usize = 24;

export function noteCondition(task: Task, at: usize): void {
  const from = row(task);
  for (let word: usize = 0; word < CONDITION_BYTES; word += 8) store<u64>(at + word, load<u64>(from + word));
}
/** Is its condition the one noted there? */
export function isAsNoted(task: Task, at: usize): bool {
  const from = row(task);
  return (
    load<u64>(from) == load<u64>(at) &&
    load<u64>(from, 8) == load<u64>(at, 8) &&
    load<u64>(from, 16) == load<u64>(at, 16)
  );
}

export function state(task: Task): u32 {
  return load<u8>(row(task));
}
export function setState(task: Task, value: u32): void {
  store<u8>(row(task), <u8>value);
}

export function context(task: Task): u32 {
  return load<u8>(row(task), 1);
}
export function setContext(task: Task, value: u32): void {
  store<u8>(row(task), <u8>value, 1);
}

export function then(task: Task): u32 {
  return load<u8>(row(task), 2);
}

/** Into the exit-to-user loop; afterwards `next`. */
export function exitToUser(task: Task, next: u32): void {
  store<u8>(row(task), <u8>EXIT, 1);
  store<u8>(row(task), <u8>next, 2);
}

export function threadFlags(task: Task): u32 {
  return load<u8>(row(task), 3);
}
export function setFlags(task: Task, flags: u32): void {
  store<u8>(row(task), <u8>(threadFlags(task) | flags), 3);
}
export function clearFlags(task: Task, flags: u32): void {
  store<u8>(row(task), <u8>(threadFlags(task) & ~flags), 3);
}

/** S = G: the task has reached the transition's target state. */
export function isSwitched(task: Task): bool {
  return load<u8>(row(task), 4) != 0;
}
export function setSwitched(task: Task, value: bool): void {
  store<u8>(row(task), <u8>value, 4);
}

const AFFECTED: u8 = 1;
const AFFECTED_WORK: u8 = 2;

export function setAffected(task: Task, affected: bool, affectedWork: bool): void {
  store<u8>(row(task), (affected ? AFFECTED : 0) | (affectedWork ? AFFECTED_WORK : 0), 5);
}

export function irqPreempted(task: Task): bool {
  return load<u8>(row(task), 6) != 0;
}
export function setIrqPreempted(task: Task, value: bool): void {
  store<u8>(row(task), <u8>value, 6);
}

/** Held by the RCU-tasks grace period under way. */
export function isHeld(task: Task): bool {
  return load<u8>(row(task), 7) != 0;
}
export function setHeld(task: Task, value: bool): void {
  store<u8>(row(task), <u8>value, 7);
}

/** T at the beginning of the fork phase, which an unfixed fork copies early. */
export function forkFlag(task: Task): bool {
  return load<u8>(row(task), 8) != 0;
}
export function setForkFlag(task: Task, value: bool): void {
  store<u8>(row(task), <u8>value, 8);
}

export function mechanism(task: Task): u32 {
  return load<u8>(row(task), 9);
}

export function phase(task: Task): u32 {
  return load<u16>(row(task), 10);
}
export function setPhaseOf(task: Task, value: u32): void {
  store<u16>(row(task), <u16>value, 10);
}

/** The phase that KVM_RUN was left in; it goes on after the VMM phase. */
export function savedPhase(task: Task): u32 {
  return load<u16>(row(task), 12);
}
export function setSavedPhase(task: Task, value: u32): void {
  store<u16>(row(task), <u16>value, 12);
}

export function cpuOf(task: Task): Cpu {
  return load<u16>(row(task), 14);
}
export function setCpuOf(task: Task, cpu: Cpu): void {
  store<u16>(row(task), <u16>cpu, 14);
}

/** Number of the phase visit: the address of its draws. */
export function visit(task: Task): u32 {
  return load<u32>(row(task), 16);
}
export function setVisit(task: Task, value: u32): void {
  store<u32>(row(task), value, 16);
}

/** Its draws go on from here, whatever it did before: visits and look points. */
export function renumber(task: Task, number: u32): void {
  setVisit(task, number);
  store<u32>(row(task), number, 20);
}

export function nextLook(task: Task): u32 {
  const value = load<u32>(row(task), 20) + 1;
  store<u32>(row(task), value, 20);
  return value;
}

/** CPU time left in the phase, in ticks. */
export function left(task: Task): i64 {
  return load<i64>(row(task), 24);
}
export function setLeft(task: Task, value: i64): void {
  store<i64>(row(task), value, 24);
}

export function wakeAt(task: Task): i64 {
  return load<i64>(row(task), 32);
}
export function setWakeAt(task: Task, value: i64): void {
  store<i64>(row(task), value, 32);
}

/** Virtual runtime in ticks. */
export function vruntime(task: Task): i64 {
  return load<i64>(row(task), 40);
}
export function setVruntime(task: Task, value: i64): void {
  store<i64>(row(task), value, 40);
}

export function savedLeft(task: Task): i64 {
  return load<i64>(row(task), 48);
}
export function setSavedLeft(task: Task, value: i64): void {
  store<i64>(row(task), value, 48);
}

/** Halt polling time of the vCPU, in ticks. */
export function poll(task: Task): i64 {
  return load<i64>(row(task), 56);
}
export function setPoll(task: Task, value: i64): void {
  store<i64>(row(task), value, 56);
}

/** Number of the last look point. */
export function lookNumber(task: Task): u32 {
  return load<u32>(row(task), 20);
}

/** Where replicas branch: the length last drawn of a phase, in ticks; of the first visit what was left at the start. */
export function lengthDrawn(task: Task): i64 {
  return load<i64>(row(task), 64);
}
export function setLengthDrawn(task: Task, value: i64): void {
  store<i64>(row(task), value, 64);
}

/** Whole length of the halt under way, in ticks. */
export function haltLength(task: Task): i64 {
  return load<i64>(row(task), 64);
}
export function setHaltLength(task: Task, value: i64): void {
  store<i64>(row(task), value, 64);
}

export function switchAt(task: Task): i64 {
  return load<i64>(row(task), 72);
}
export function recordSwitch(task: Task, at: i64, by: u32): void {
  store<i64>(row(task), at, 72);
  store<u8>(row(task), <u8>by, 9);
}

/** Among the sleepers of its CPU (sleepers.ts): the first of those below it, the next beside it, and the one to its left or, where there is none, above. */
export function firstChild(task: Task): i32 {
  return load<i32>(row(task), 80);
}
export function setFirstChild(task: Task, value: i32): void {
  store<i32>(row(task), value, 80);
}
export function nextSibling(task: Task): i32 {
  return load<i32>(row(task), 92);
}
export function setNextSibling(task: Task, value: i32): void {
  store<i32>(row(task), value, 92);
}
export function leftOf(task: Task): i32 {
  return load<i32>(row(task), 96);
}
export function setLeftOf(task: Task, value: i32): void {
  store<i32>(row(task), value, 96);
}

/** Next task of the same CPU's ready queue. */
export function nextReady(task: Task): i32 {
  return load<i32>(row(task), 84);
}
export function setNextReady(task: Task, value: i32): void {
  store<i32>(row(task), value, 84);
}

/** For a child: its parent plus one; 0 for others. */
export function parentOf(task: Task): i32 {
  return load<i32>(row(task), 88) - 1;
}
export function setParent(task: Task, parent: Task): void {
  store<i32>(row(task), parent + 1, 88);
}

export function inUserMode(task: Task): bool {
  return context(task) == PHASE && mode(phase(task)) == USER;
}

export function inGuestMode(task: Task): bool {
  return context(task) == PHASE && mode(phase(task)) == GUEST;
}

/** Does the task's stack, as another CPU would read it, hold an affected function? (docs/rules.md, 5) */
export function stackAffected(task: Task): bool {
  const bits = load<u8>(row(task), 5);
  const now = state(task);
  if (now == SLEEP) return (bits & AFFECTED) != 0;
  if (now == ZOMBIE) return false;
  const where = context(task);
  if (where == EXIT) return false;
  if (where == PHASE && mode(phase(task)) == USER) return false;
  if (where == WORK && mode(phase(task)) == GUEST) return (bits & AFFECTED_WORK) != 0;
  return (bits & AFFECTED) != 0;
}

/** The visit's draw: does a sleep begun now put an affected function on the stack? */
export function visitAffected(task: Task): bool {
  return (load<u8>(row(task), 5) & AFFECTED) != 0;
}
