// All CPUs up to a barrier: each alone, with the balance passes on the way (docs/rules.md, 9 and 12).

import { balance, firstPass, nextPass } from "./balance";
import { bury } from "./behaviour";
import * as table from "./behaviour-table";
import { aim, endWorker, runCpu, touch } from "./cpu";
import { activeCount, activeCpu, balancePeriod, Cpu, horizon, isBalanced, isolatedCount, isOnline } from "./host";
import { CPU_MAX } from "./memory";
import { HISTOGRAM_END } from "./histogram";
import { stragglerCount } from "./patch-state";
import { syncIsRcu } from "./policy";
import * as runqueue from "./runqueue";
import { NEVER, setNow } from "./runqueue";
import * as tally from "./tally";
import * as task from "./task";

// The CPUs followed now: those that matter, in ascending order.
const FOLLOWED: usize = HISTOGRAM_END;
export const SCHEDULE_END: usize = FOLLOWED + ((<usize>CPU_MAX) << 1);
let followedCount: u32 = 0;

/** Rounds sent so far. */
export let rounds: u32 = 0;

export function countRound(): void {
  rounds++;
}

let passAt: i64 = NEVER;
/** Also CPUs without stragglers are followed: something will ask where their tasks are. */
let followAll: bool = false;
/** CPUs of the balance set are followed to the end. */
let followBalanced: bool = false;
/** The CPU on which tries run; -1 for none. */
export let tryCpu: i32 = -1;

export function resetSchedule(cpu: i32, aftermath: bool): void {
  tryCpu = cpu;
  rounds = 0;
  passAt = firstPass();
  followBalanced = aftermath;
  follow(true);
}

/** Later tries run here; the CPU, until now perhaps not followed, makes up what it has missed. */
export function setTryCpu(cpu: i32): void {
  if (cpu == tryCpu) return;
  tryCpu = cpu;
  const barrier = runqueue.now;
  runCpu(cpu, barrier);
  setNow(barrier);
  follow(false);
}

/** From now on every CPU is followed, or, from the next barrier on, only those that matter. */
export function follow(all: bool): void {
  followAll = all;
  followedCount = activeCount;
  for (let n: u32 = 0; n < activeCount; n++) store<u16>(FOLLOWED + ((<usize>n) << 1), <u16>activeCpu(n));
}

/** Followed whether or not it has stragglers. */
function mattersAnyway(cpu: Cpu): bool {
  return (
    followAll ||
    runqueue.wasSignalled(cpu) ||
    <i32>cpu == tryCpu ||
    (isBalanced(cpu) && (followBalanced || stragglerCount > 0 || rounds > 0)) ||
    table.hasFork
  );
}

/** Every followed CPU to the barrier; those that no longer matter are dropped. */
function runCpus(until: i64): void {
  let kept: usize = FOLLOWED;
  const end = FOLLOWED + ((<usize>followedCount) << 1);
  for (let at = FOLLOWED; at < end; at += 2) {
    const cpu = load<u16>(at);
    if (runqueue.nextEvent(cpu) > until) {
      store<u16>(kept, cpu);
      kept += 2;
      continue;
    }
    const anyway = mattersAnyway(cpu);
    if (!anyway && runqueue.stragglers(cpu) == 0) continue;
    runCpu(cpu, until, !anyway);
    store<u16>(kept, cpu);
    kept += 2;
  }
  followedCount = <u32>((kept - FOLLOWED) >> 1);
}

/** Everything up to and including `until`, balance passes too; the instant becomes now. */
export function runTo(until: i64): void {
  for (let due = duePass(); due <= until; due = duePass()) pass(due);
  runCpus(until);
  setNow(until);
  skipPasses(until);
}

/** No pass up to this time, and not done yet, would move anything. */
function skipPasses(until: i64): void {
  if (passAt <= until) passAt += ((until - passAt) / balancePeriod + 1) * balancePeriod;
}

/** The next pass at which, as things stand, something may move. */
function duePass(): i64 {
  return passAt == NEVER || zombies() > 0 ? passAt : nextPass(passAt);
}

function pass(at: i64): void {
  runCpus(at);
  setNow(at);
  balance();
  buryZombies();
  passAt = at + balancePeriod;
}

/** Runs to where the worker woken at `due` on the tries' CPU gets it, or to `limit`; the time it began, or -1. */
export function runToWorker(due: i64, limit: i64): i64 {
  if (tryCpu < 0) {
    const begun = due <= limit;
    runTo(begun ? due : limit);
    return begun ? due : -1;
  }
  const cpu: Cpu = tryCpu;
  if (runqueue.worker(cpu) == runqueue.WORKER_NONE) {
    runqueue.setWorkerAt(cpu, due);
    touch(cpu);
  }
  if (runqueue.worker(cpu) == runqueue.WORKER_RUNNING) return runqueue.now; // an admin action's kick has let it in
  return whenWorkerRuns(cpu, limit);
}

/** Runs to where the worker that waits on this CPU gets it, or to `limit`; the time it began, or -1. */
function whenWorkerRuns(cpu: Cpu, limit: i64): i64 {
  for (;;) {
    const due = duePass();
    const begun = runCpu(cpu, min(due, limit));
    const reached = begun ? runqueue.now : limit;
    skipPasses(min(reached, due - 1)); // this CPU is ahead of the others: what they have seen counts
    if (begun) {
      runTo(reached);
      return reached;
    }
    if (due > limit) break;
    pass(due);
  }
  runTo(limit);
  return -1;
}

/** The same for a completer in its turn; NEVER beyond the horizon. */
export function runToTurn(cpu: Cpu): i64 {
  if (runqueue.worker(cpu) == runqueue.WORKER_RUNNING) return runqueue.now;
  const begun = whenWorkerRuns(cpu, horizon);
  return begun < 0 ? NEVER : begun;
}

/** One empty work item on every online CPU, waited for (schedule_on_each_cpu, KF 1.4): the time when the last has run; NEVER beyond the horizon. */
export function synchronize(from: i64): i64 {
  runTo(from);
  countSynchronization();
  let waiting = 0;
  for (let n: u32 = 0; n < activeCount; n++) {
    const cpu = activeCpu(n);
    if (!isOnline(cpu) || (syncIsRcu && isQuiescent(cpu))) {
      aim(cpu);
      continue;
    }
    runqueue.setWorkerAt(cpu, from);
    touch(cpu);
    waiting++;
  }
  if (waiting == 0) return from;
  let end = from;
  let due = NEVER;
  for (;;) {
    due = duePass();
    const stop = min(due, horizon);
    for (let n: u32 = 0; n < activeCount; n++) {
      const cpu = activeCpu(n);
      if (!awaitsWorker(cpu)) continue;
      if (!runCpu(cpu, stop)) continue;
      end = max(end, runqueue.now);
      endWorker(cpu);
      waiting--;
    }
    if (waiting == 0) break;
    if (due > horizon) {
      skipPasses(horizon);
      runTo(horizon);
      return NEVER;
    }
    pass(due);
  }
  skipPasses(min(end, due - 1));
  runTo(end);
  return end;
}

/** RCU sees that nobody here is in the kernel. */
function isQuiescent(cpu: Cpu): bool {
  const running = runqueue.current(cpu);
  return running == task.NO_TASK || task.inUserMode(running) || task.inGuestMode(running);
}

/** What a synchronization disturbs: every tickless CPU, unless RCU can see them quiescent. */
export function countSynchronization(): void {
  if (syncIsRcu) return;
  for (let n: u32 = 0; n < isolatedCount; n++) tally.countIsolatedInterrupt();
}

function awaitsWorker(cpu: Cpu): bool {
  return runqueue.workerAt(cpu) != NEVER || runqueue.worker(cpu) == runqueue.WORKER_WAITING;
}

function zombies(): u32 {
  if (!table.hasFork) return 0;
  let count: u32 = 0;
  for (let t: u32 = 0; t < task.taskCount; t++) {
    if (task.state(t) == task.ZOMBIE && task.parentOf(t) >= 0) count++;
  }
  return count;
}

/** Zombie children whose parents run elsewhere leave the task list at the end of a barrier. */
export function buryZombies(): void {
  if (!table.hasFork) return;
  for (let t: u32 = 0; t < task.taskCount; t++) {
    if (task.state(t) == task.ZOMBIE && task.parentOf(t) >= 0) bury(t);
  }
}
