// Each CPU's current task, its queue of READY tasks by virtual runtime, and its pending events (docs/rules.md, 5). Equal weights:
// virtual runtime is CPU time. A CPU is one row; `now` is the instant being executed.

import { contextSwitch, Cpu, latency, minGranularity, wakeupGranularity } from "./host";
import { CPU_MAX } from "./memory";
import { FOREVER } from "./distribution";
import * as task from "./task";
import { Task, NO_TASK } from "./task";
import { RESCHED } from "./flags";

/** Later than any event. */
export const NEVER: i64 = i64.MAX_VALUE;

/** The worker of a try or of a synchronization on this CPU. */
export const WORKER_NONE: u32 = 0;
export const WORKER_WAITING: u32 = 1;
export const WORKER_RUNNING: u32 = 2;
/** A completer that competes for the CPU by its virtual runtime. */
export const WORKER_COMPETING: u32 = 3;

const ROW_BYTES: usize = 192;
const CPUS: usize = task.TASK_END;
// Looked at for every CPU at every barrier: packed.
const NEXT_EVENT: usize = CPUS + <usize>CPU_MAX * ROW_BYTES;
const WEIGHT: usize = NEXT_EVENT + ((<usize>CPU_MAX) << 3);
export const RUNQUEUE_END: usize = WEIGHT + ((<usize>CPU_MAX) << 1);

/** READY tasks of all CPUs. */
export let waitingCount: i32 = 0;

export function resetWaiting(): void {
  waitingCount = 0;
}

/** The instant being executed. */
export let now: i64 = 0;

export function setNow(time: i64): void {
  now = time;
}

function row(cpu: Cpu): usize {
  assert(cpu < CPU_MAX);
  return CPUS + <usize>cpu * ROW_BYTES;
}

export function clearCpu(cpu: Cpu, start: i64): void {
  const at = row(cpu);
  memory.fill(at, 0, ROW_BYTES);
  store<i32>(at, NO_TASK);
  store<i32>(at + 4, NO_TASK);
  store<i32>(at + 8, NO_TASK);
  store<i32>(at + 12, NO_TASK);
  setClock(cpu, start);
  setDelivered(cpu, start);
  setLookAt(cpu, NEVER);
  setInterruptAt(cpu, NEVER, false);
  setIdleWakeAt(cpu, NEVER);
  setWorkerAt(cpu, NEVER);
  setPollEnd(cpu, NEVER);
  endStall(cpu);
  setNextEvent(cpu, i64.MIN_VALUE);
}

/** How many CPUs, itself among them, this one stands for (twins.ts). */
export function weight(cpu: Cpu): u32 {
  return load<u16>(WEIGHT + ((<usize>cpu) << 1));
}
export function setWeight(cpu: Cpu, value: u32): void {
  store<u16>(WEIGHT + ((<usize>cpu) << 1), <u16>value);
}

/** Another CPU's whole state, with `runner` in the place of its only task `other`. */
export function copyCpu(cpu: Cpu, from: Cpu, runner: i32, other: i32): void {
  const at = row(cpu);
  memory.copy(at, row(from), ROW_BYTES);
  for (let word: usize = 0; word < 16; word += 4) if (load<i32>(at + word) == other) store<i32>(at + word, runner);
  setNextEvent(cpu, i64.MIN_VALUE);
  waitingCount += readyCount(cpu);
}

/** The current task, or NO_TASK: the idle task or the worker runs. */
export function current(cpu: Cpu): i32 {
  return load<i32>(row(cpu));
}
export function setCurrent(cpu: Cpu, value: i32): void {
  store<i32>(row(cpu), value);
}
function lastTask(cpu: Cpu): i32 {
  return load<i32>(row(cpu), 4);
}
function setLastTask(cpu: Cpu, value: i32): void {
  store<i32>(row(cpu), value, 4);
}
export function firstReady(cpu: Cpu): i32 {
  return load<i32>(row(cpu), 8);
}
/** Whoever wakes first of those who do so by themselves (sleepers.ts). */
export function firstSleeper(cpu: Cpu): i32 {
  return load<i32>(row(cpu), 12);
}
export function setFirstSleeper(cpu: Cpu, value: i32): void {
  store<i32>(row(cpu), value, 12);
}
export function readyCount(cpu: Cpu): u32 {
  return load<u32>(row(cpu), 16);
}
export function worker(cpu: Cpu): u32 {
  return load<u32>(row(cpu), 20);
}
export function setWorker(cpu: Cpu, value: u32): void {
  store<u32>(row(cpu), value, 20);
}
export function runFrom(cpu: Cpu): i64 {
  return load<i64>(row(cpu), 24);
}
export function setRunFrom(cpu: Cpu, value: i64): void {
  store<i64>(row(cpu), value, 24);
}
/** CPU time of current since it was picked, up to runFrom. */
export function ran(cpu: Cpu): i64 {
  return load<i64>(row(cpu), 32);
}
export function setRan(cpu: Cpu, value: i64): void {
  store<i64>(row(cpu), value, 32);
}
export function minVruntime(cpu: Cpu): i64 {
  return load<i64>(row(cpu), 40);
}
function setMinVruntime(cpu: Cpu, value: i64): void {
  store<i64>(row(cpu), value, 40);
}
/** Everything on this CPU up to here has happened; between its events this lags behind the barriers. */
export function clock(cpu: Cpu): i64 {
  return load<i64>(row(cpu), 48);
}
export function setClock(cpu: Cpu, value: i64): void {
  store<i64>(row(cpu), value, 48);
}
export function lookAt(cpu: Cpu): i64 {
  return load<i64>(row(cpu), 56);
}
export function setLookAt(cpu: Cpu, value: i64): void {
  store<i64>(row(cpu), value, 56);
}
/** Current does nothing before this time: it pays for a switch, an exit or a signal. NEVER: no stall. */
export function stallUntil(cpu: Cpu): i64 {
  return load<i64>(row(cpu), 64);
}
export function interruptAt(cpu: Cpu): i64 {
  return load<i64>(row(cpu), 72);
}
export function interruptIsKick(cpu: Cpu): bool {
  return load<u8>(row(cpu), 80) != 0;
}
export function setInterruptAt(cpu: Cpu, value: i64, kick: bool): void {
  store<i64>(row(cpu), value, 72);
  store<u8>(row(cpu), <u8>kick, 80);
}
export function idleWakeAt(cpu: Cpu): i64 {
  return load<i64>(row(cpu), 88);
}
export function setIdleWakeAt(cpu: Cpu, value: i64): void {
  store<i64>(row(cpu), value, 88);
}
export function nextIdleLook(cpu: Cpu): u32 {
  const value = load<u32>(row(cpu), 84) + 1;
  store<u32>(row(cpu), value, 84);
  return value;
}
export function workerAt(cpu: Cpu): i64 {
  return load<i64>(row(cpu), 96);
}
export function setWorkerAt(cpu: Cpu, value: i64): void {
  store<i64>(row(cpu), value, 96);
}
/** Up to this time nobody from elsewhere disturbs the CPU, as things stand. */
export function untilDisturbed(cpu: Cpu): i64 {
  return min(min(interruptAt(cpu), idleWakeAt(cpu)), workerAt(cpu));
}
export function pollEnd(cpu: Cpu): i64 {
  return load<i64>(row(cpu), 104);
}
export function setPollEnd(cpu: Cpu, value: i64): void {
  store<i64>(row(cpu), value, 104);
}
/** Tasks of this CPU, its idle task included, that have not switched. */
export function stragglers(cpu: Cpu): i32 {
  return load<i32>(row(cpu), 112);
}
export function addStragglers(cpu: Cpu, count: i32): void {
  store<i32>(row(cpu), stragglers(cpu) + count, 112);
}
const SIGNALLED: u8 = 1;
const SIGNALLED_ASLEEP: u8 = 2;

/** A round has reached a task here: its signals may still be counted after it has switched. */
export function wasSignalled(cpu: Cpu): bool {
  return load<u8>(row(cpu), 135) != 0;
}
/** And one that was not current: it may keep its signals for long. */
export function wasSignalledAsleep(cpu: Cpu): bool {
  return load<u8>(row(cpu), 135) == SIGNALLED_ASLEEP;
}
export function markSignalled(cpu: Cpu, asleep: bool): void {
  store<u8>(row(cpu), max(load<u8>(row(cpu), 135), asleep ? SIGNALLED_ASLEEP : SIGNALLED), 135);
}
// Where replicas branch: when the pending look point and idle wake were drawn.

export function lookAimedAt(cpu: Cpu): i64 {
  return load<i64>(row(cpu), 168);
}
export function noteLookAimed(cpu: Cpu): void {
  store<i64>(row(cpu), now, 168);
}
export function idleAimedAt(cpu: Cpu): i64 {
  return load<i64>(row(cpu), 176);
}
export function noteIdleAimed(cpu: Cpu): void {
  store<i64>(row(cpu), now, 176);
}
/** Number of the last idle wake. */
export function idleLook(cpu: Cpu): u32 {
  return load<u32>(row(cpu), 84);
}
/** Cached next event; see cpu.ts. */
export function nextEvent(cpu: Cpu): i64 {
  return load<i64>(NEXT_EVENT + ((<usize>cpu) << 3));
}
export function setNextEvent(cpu: Cpu, value: i64): void {
  store<i64>(NEXT_EVENT + ((<usize>cpu) << 3), value);
}
/** The queue of alarms to come (alarm.ts), and up to when none is missing there. */
export function firstAlarm(cpu: Cpu): u32 {
  return load<u32>(row(cpu), 152);
}
export function setFirstAlarm(cpu: Cpu, alarm: u32): void {
  store<u32>(row(cpu), alarm, 152);
}
export function delivered(cpu: Cpu): i64 {
  return load<i64>(row(cpu), 160);
}
export function setDelivered(cpu: Cpu, until: i64): void {
  store<i64>(row(cpu), until, 160);
}
/** Is it among those that the schedule follows? */
export function isFollowed(cpu: Cpu): bool {
  return load<u8>(row(cpu), 156) != 0;
}
export function setFollowed(cpu: Cpu, value: bool): void {
  store<u8>(row(cpu), <u8>value, 156);
}
// The idle task: T and S of its own.

export function idlePending(cpu: Cpu): bool {
  return load<u8>(row(cpu), 132) != 0;
}
export function setIdlePending(cpu: Cpu, value: bool): void {
  store<u8>(row(cpu), <u8>value, 132);
}
export function idleSwitched(cpu: Cpu): bool {
  return load<u8>(row(cpu), 133) != 0;
}
export function setIdleSwitched(cpu: Cpu, value: bool): void {
  store<u8>(row(cpu), <u8>value, 133);
}
export function idleMechanism(cpu: Cpu): u32 {
  return load<u8>(row(cpu), 134);
}
export function idleSwitchAt(cpu: Cpu): i64 {
  return load<i64>(row(cpu), 136);
}
export function recordIdleSwitch(cpu: Cpu, at: i64, mechanism: u32): void {
  store<u8>(row(cpu), <u8>mechanism, 134);
  store<i64>(row(cpu), at, 136);
}

/** Nobody runs here but the idle task. */
export function isIdle(cpu: Cpu): bool {
  return current(cpu) == NO_TASK && worker(cpu) != WORKER_RUNNING;
}

export function isStalled(cpu: Cpu): bool {
  return stallUntil(cpu) != NEVER;
}

/** Virtual runtime of a competing worker. */
export function workerVruntime(cpu: Cpu): i64 {
  return load<i64>(row(cpu), 144);
}
export function setWorkerVruntime(cpu: Cpu, value: i64): void {
  store<i64>(row(cpu), value, 144);
}

/** Those who wait for the CPU behind current: READY tasks and a competing worker. */
export function contenders(cpu: Cpu): u32 {
  return readyCount(cpu) + (worker(cpu) == WORKER_COMPETING ? 1 : 0);
}

/** Least virtual runtime of the runnable tasks, of which there are some. */
export function leastVruntime(cpu: Cpu): i64 {
  const first = firstReady(cpu);
  const running = current(cpu);
  const least = running == NO_TASK ? NEVER : task.vruntime(running);
  return first == NO_TASK ? least : min(least, task.vruntime(first));
}

/** Runnable tasks, the worker not counted. */
export function runnable(cpu: Cpu): u32 {
  return readyCount(cpu) + (current(cpu) != NO_TASK ? 1 : 0);
}

/** Ideal run time of one of n runnable tasks (kernel/sched/fair.c: sched_slice with equal weights). */
export function slice(n: u32): i64 {
  return max<i64>(latency / <i64>n, minGranularity);
}

/** Does whoever wakes so many ticks of virtual runtime behind current preempt it? */
export function preempts(lag: i64): bool {
  return wakeupGranularity >= 0 && lag > wakeupGranularity;
}

export function stallFor(cpu: Cpu, ticks: i64, switching: bool = false): void {
  store<i64>(row(cpu), now + ticks, 64);
  store<u8>(row(cpu), <u8>switching, 81);
  setRunFrom(cpu, now + ticks);
}
export function endStall(cpu: Cpu): void {
  store<i64>(row(cpu), NEVER, 64);
  store<u8>(row(cpu), 0, 81);
}
/** The stall is the cost of the switch to current: it is inside schedule() still. */
export function isSwitching(cpu: Cpu): bool {
  return load<u8>(row(cpu), 81) != 0;
}

/** Accounts current's CPU time up to now and lets the queue's virtual time follow. */
export function charge(cpu: Cpu): void {
  const running = current(cpu);
  if (running != NO_TASK) {
    if (!isStalled(cpu)) {
      const spent = now - runFrom(cpu);
      if (spent > 0) {
        task.setVruntime(running, task.vruntime(running) + spent);
        setRan(cpu, ran(cpu) + spent);
        if (task.context(running) != task.POLL && task.left(running) < FOREVER) {
          task.setLeft(running, task.left(running) - spent);
        }
        setRunFrom(cpu, now);
      }
    }
  }
  follow(cpu, running);
}

/** The queue's virtual time follows that of `running` and of who waits. */
export function follow(cpu: Cpu, running: i32): void {
  const waiting = firstReady(cpu);
  let least = running == NO_TASK ? NEVER : task.vruntime(running);
  if (waiting != NO_TASK) least = min(least, task.vruntime(waiting));
  if (least != NEVER && least > minVruntime(cpu)) setMinVruntime(cpu, least);
}

/** Into the READY queue, by (virtual runtime, number). */
export function enqueue(cpu: Cpu, added: Task): void {
  task.setState(added, task.READY);
  const vruntime = task.vruntime(added);
  let before: i32 = NO_TASK;
  let after = firstReady(cpu);
  while (after != NO_TASK) {
    const other = task.vruntime(after);
    if (other > vruntime || (other == vruntime && <u32>after > added)) break;
    before = after;
    after = task.nextReady(after);
  }
  task.setNextReady(added, after);
  if (before == NO_TASK) store<i32>(row(cpu), added, 8);
  else task.setNextReady(before, added);
  store<u32>(row(cpu), readyCount(cpu) + 1, 16);
  waitingCount++;
}

/** Out of the READY queue. */
export function dequeue(cpu: Cpu, removed: Task): void {
  let at = firstReady(cpu);
  if (at == <i32>removed) {
    store<i32>(row(cpu), task.nextReady(at), 8);
  } else {
    while (task.nextReady(at) != <i32>removed) at = task.nextReady(at);
    task.setNextReady(at, task.nextReady(removed));
  }
  store<u32>(row(cpu), readyCount(cpu) - 1, 16);
  waitingCount--;
}

/** All READY tasks out of the queue; the first, from which nextReady() leads on. */
export function emptyQueue(cpu: Cpu): i32 {
  const first = firstReady(cpu);
  waitingCount -= readyCount(cpu);
  store<i32>(row(cpu), NO_TASK, 8);
  store<u32>(row(cpu), 0, 16);
  return first;
}

/** Current leaves the CPU for whatever reason; the caller has charged it and sets its new state. */
export function leaveCpu(cpu: Cpu): void {
  const leaving = current(cpu);
  task.clearFlags(leaving, RESCHED);
  endStall(cpu);
  setLookAt(cpu, NEVER);
  setPollEnd(cpu, NEVER);
  setLastTask(cpu, leaving);
  setCurrent(cpu, NO_TASK);
}

/** Current stays runnable but gives up the CPU. */
export function deselect(cpu: Cpu): void {
  const leaving = current(cpu);
  charge(cpu);
  leaveCpu(cpu);
  enqueue(cpu, leaving);
}

/** The READY task with the least virtual runtime, out of the queue; NO_TASK if there is none. */
export function takeFirst(cpu: Cpu): i32 {
  const first = firstReady(cpu);
  if (first == NO_TASK) return NO_TASK;
  store<i32>(row(cpu), task.nextReady(first), 8);
  store<u32>(row(cpu), readyCount(cpu) - 1, 16);
  waitingCount--;
  task.setState(first, task.CURRENT);
  return first;
}

/** The READY task with the least virtual runtime gets the CPU. */
@inline
export function pick(cpu: Cpu): i32 {
  const picked = takeFirst(cpu);
  if (picked == NO_TASK) return NO_TASK;
  setCurrent(cpu, picked);
  setRan(cpu, 0);
  setRunFrom(cpu, now);
  endStall(cpu);
  if (contextSwitch > 0 && picked != lastTask(cpu)) stallFor(cpu, contextSwitch, true);
  else task.setIrqPreempted(picked, false);
  return picked;
}
