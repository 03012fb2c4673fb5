// All CPUs up to a barrier: each alone, with the balance passes on the way (docs/rules.md, 9 and 12).

import { forgetAlarms, resetAlarms, restingClasses } from "./alarm";
import { balance, firstPass, nextPass } from "./balance";
import { bury } from "./behaviour";
import * as table from "./behaviour-table";
import { classesAt, givesWay, isAtTurns } from "./calm";
import { aim, endWorker, peek, runCpu, touch } from "./cpu";
import { balancePeriod, Cpu, horizon, isBalanced, isolatedCount, isOnline } from "./host";
import { beginDelivery, deliverAll, expect, noteDelivery, resetKin, STRETCH_FIRST } from "./kin";
import { CPU_MAX } from "./memory";
import { stragglerCount } from "./patch-state";
import { syncIsRcu } from "./policy";
import { RANKED_END } from "./ranked";
import { isRestPending } from "./resting";
import * as runqueue from "./runqueue";
import { NEVER, setNow } from "./runqueue";
import * as tally from "./tally";
import * as task from "./task";
import { arrivedCount, arrivedCpu, insertCpu, presentCount, presentCpu } from "./twins";

// The CPUs followed now: those that matter, in ascending order.
const FOLLOWED: usize = RANKED_END;
export const SCHEDULE_END: usize = FOLLOWED + ((<usize>CPU_MAX) << 1);
let followedCount: u32 = 0;
/** Of the CPUs that have arrived. */
let knownCount: u32 = 0;

/** Rounds sent so far. */
export let rounds: u32 = 0;

export function countRounds(count: u32): void {
  rounds += count;
}

/** Up to here at least no CPU followed lacks an alarm. */
let heardUntil: i64 = i64.MIN_VALUE;

let passAt: i64 = NEVER;
/** Also CPUs without stragglers are followed: something will ask where their tasks are. */
let followAll: bool = false;
/** Something after the deciding try, or an admin action, depends on where tasks are. */
let hasAftermath: bool = false;
/** The CPU on which tries run; -1 for none. */
export let tryCpu: i32 = -1;

export function resetSchedule(cpu: i32, aftermath: bool): void {
  tryCpu = cpu;
  rounds = 0;
  passAt = firstPass();
  hasAftermath = aftermath;
  resetKin();
  resetAlarms();
  follow(true);
}

/** Later tries run here; the CPU, until now perhaps not followed, makes up what it has missed. */
export function setTryCpu(cpu: i32): void {
  if (cpu == tryCpu) return;
  tryCpu = cpu;
  follow(false);
  runTo(runqueue.now);
}

/** From now on every CPU is followed, or, from the next barrier on, only those that matter. */
export function follow(all: bool): void {
  followAll = all;
  followPresent(i64.MIN_VALUE);
}

/** The same for whoever asks, at a time not before now, which CPUs do not give way at once. */
export function followUnyielding(at: i64): void {
  followAll = true;
  followPresent(at);
}

/** Follows all CPUs but those, not followed until now, that give way at that time. */
function followPresent(at: i64): void {
  heardUntil = i64.MIN_VALUE;
  followedCount = 0;
  for (let n: u32 = 0; n < presentCount; n++) {
    const cpu = presentCpu(n);
    if (!runqueue.isFollowed(cpu) && at >= 0 && isAtTurns(cpu, at)) continue;
    store<u16>(FOLLOWED + ((<usize>followedCount) << 1), <u16>cpu);
    followedCount++;
    runqueue.setFollowed(cpu, true);
  }
  knownCount = arrivedCount;
}

function followedCpu(index: u32): Cpu {
  return load<u16>(FOLLOWED + ((<usize>index) << 1));
}

/** CPUs that no longer go with their twins are followed for themselves. */
function followArrived(): void {
  for (; knownCount < arrivedCount; knownCount++) {
    const cpu = arrivedCpu(knownCount);
    if (runqueue.isFollowed(cpu)) insertCpu(FOLLOWED, followedCount++, cpu);
  }
}

/** Followed whether or not it has stragglers. */
function mattersAnyway(cpu: Cpu): bool {
  return <i32>cpu == tryCpu || mattersInItself(cpu);
}

function mattersInItself(cpu: Cpu): bool {
  return (
    followAll ||
    isRestPending() ||
    runqueue.wasSignalled(cpu) ||
    (isBalanced(cpu) && (hasAftermath || stragglerCount > 0 || rounds > 0)) ||
    table.hasFork
  );
}

/** Is it followed only to see when the worker gets it, which is at once, whoever has woken there? */
function onlyGivesWay(cpu: Cpu): bool {
  return <i32>cpu == tryCpu && givesWay(cpu) && !hasAftermath && runqueue.stragglers(cpu) == 0 && !mattersInItself(cpu);
}

/** Those that no longer matter are dropped. */
function dropCpus(): void {
  followArrived();
  let kept: u32 = 0;
  for (let n: u32 = 0; n < followedCount; n++) {
    const cpu = followedCpu(n);
    if (runqueue.stragglers(cpu) > 0 || mattersAnyway(cpu)) {
      store<u16>(FOLLOWED + ((<usize>kept) << 1), <u16>cpu);
      kept++;
    } else {
      runqueue.setFollowed(cpu, false);
      forgetAlarms(cpu);
    }
  }
  followedCount = kept;
}

/** Every followed CPU to the barrier, or only those of the balance set. */
function runCpus(until: i64, onlyBalanced: bool = false): void {
  dropCpus();
  for (let n: u32 = 0; n < followedCount; n++) {
    const cpu = followedCpu(n);
    if (onlyBalanced && !isBalanced(cpu)) continue;
    if (runqueue.nextEvent(cpu) <= until) runCpu(cpu, until, !mattersAnyway(cpu));
  }
}

/** Everything up to and including `until`, balance passes too; the instant becomes now. Alarms may be delivered up to `ahead` already. */
export function runTo(until: i64, ahead: i64 = until): void {
  let reached: i64;
  do {
    reached = min(until, deliver(ahead));
    for (let due = duePass(); due <= reached; due = duePass()) pass(due);
    runCpus(reached);
    skipPasses(reached);
  } while (reached < until);
  setNow(until);
}

/** Alarms into the queues of the CPUs followed that need them; up to when they are all there. */
function deliver(until: i64): i64 {
  if (restingClasses == 0 || until <= heardUntil) return until;
  dropCpus();
  beginDelivery(until);
  for (let n: u32 = 0; n < followedCount; n++) {
    const cpu = followedCpu(n);
    if (classesAt(cpu) != 0 && runqueue.delivered(cpu) < until && !onlyGivesWay(cpu)) expect(cpu, until);
  }
  heardUntil = deliverAll(until);
  followArrived();
  for (let n: u32 = 0; n < followedCount; n++) noteDelivery(followedCpu(n));
  return heardUntil;
}

/** No pass up to this time, and not done yet, would move anything. */
function skipPasses(until: i64): void {
  if (passAt <= until) passAt += ((until - passAt) / balancePeriod + 1) * balancePeriod;
}

/** Before this time nothing happens but tries, and actions from `limit` on; if it is `from` or earlier, none such was looked for. */
export function stillUntil(from: i64, limit: i64): i64 {
  followArrived();
  let until = limit;
  for (let n: u32 = 0; n < followedCount && until > from; n++) {
    const cpu = followedCpu(n);
    if (classesAt(cpu) != 0 && !onlyGivesWay(cpu)) until = min(until, runqueue.delivered(cpu)); // later alarms are not known
  }
  for (let n: u32 = 0; n < followedCount && until > from; n++) {
    const cpu = followedCpu(n);
    until = runqueue.readyCount(cpu) > 0 ? from : min(until, peek(cpu));
  }
  return until;
}

/** Nothing has happened up to this time, which becomes now. */
export function passTo(until: i64): void {
  setNow(until);
  skipPasses(until);
}

/** The next pass at which, as things stand, something may move. */
function duePass(): i64 {
  return passAt == NEVER || zombies() > 0 ? passAt : nextPass(passAt);
}

function pass(at: i64): void {
  runCpus(at, true);
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
  return whenWorkerRuns(cpu, due, limit);
}

/** Runs to where the worker that waits on this CPU, or does from `due` on, gets it, or to `limit`; the time it began, or -1. */
function whenWorkerRuns(cpu: Cpu, due: i64, limit: i64): i64 {
  if (due > limit) {
    runTo(limit);
    return -1;
  }
  if (due - 1 > runqueue.now && deliver(due) < due) runTo(due - 1, due); // what follows would do too, at 0.6 of the speed
  for (let ahead = due; ;) {
    const reach = deliver(min(ahead, limit));
    const nextDue = duePass();
    const stop = min(nextDue, reach);
    const begun = runCpu(cpu, stop);
    const reached = begun ? runqueue.now : stop;
    skipPasses(min(reached, nextDue - 1)); // this CPU is ahead of the others: what they have seen counts
    if (begun) {
      runTo(reached);
      return reached;
    }
    if (stop == nextDue) pass(nextDue);
    else if (stop == limit) break;
    else if (stop == ahead) ahead += max(ahead - due, STRETCH_FIRST);
  }
  runTo(limit);
  return -1;
}

/** The same for a completer in its turn; NEVER beyond the horizon. */
export function runToTurn(cpu: Cpu): i64 {
  if (runqueue.worker(cpu) == runqueue.WORKER_RUNNING) return runqueue.now;
  const begun = whenWorkerRuns(cpu, runqueue.now, horizon);
  return begun < 0 ? NEVER : begun;
}

/** One empty work item on every online CPU followed, waited for (schedule_on_each_cpu, KF 1.4): the time when the last has run; NEVER beyond the horizon. */
export function synchronize(from: i64): i64 {
  runTo(from);
  countSynchronization();
  let waiting = 0;
  for (let n: u32 = 0; n < followedCount; n++) {
    const cpu = followedCpu(n);
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
  for (let ahead = from; ;) {
    const reach = deliver(min(ahead, horizon));
    due = duePass();
    const stop = min(due, reach);
    waiting = 0;
    followArrived();
    for (let n: u32 = 0; n < followedCount; n++) {
      const cpu = followedCpu(n);
      if (!awaitsWorker(cpu)) continue;
      if (runCpu(cpu, stop)) {
        end = max(end, runqueue.now);
        endWorker(cpu);
      } else waiting++;
    }
    if (waiting == 0) break;
    skipPasses(min(stop, due - 1));
    if (stop == due) pass(due);
    else if (stop == horizon) {
      runTo(horizon);
      return NEVER;
    } else if (stop == ahead) ahead += max(ahead - from, STRETCH_FIRST);
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
  tally.countIsolatedInterrupts(isolatedCount);
}

function awaitsWorker(cpu: Cpu): bool {
  return runqueue.workerAt(cpu) != NEVER || runqueue.worker(cpu) == runqueue.WORKER_WAITING;
}

function zombies(): u32 {
  if (!table.hasFork) return 0;
  let count: u32 = 0;
  for (let t = task.nextPlaced(0); t < task.taskCount; t = task.nextPlaced(t + 1)) {
    if (task.state(t) == task.ZOMBIE && task.parentOf(t) >= 0) count++;
  }
  return count;
}

/** Zombie children whose parents run elsewhere leave the task list at the end of a barrier. */
export function buryZombies(): void {
  if (!table.hasFork) return;
  for (let t = task.nextPlaced(0); t < task.taskCount; t = task.nextPlaced(t + 1)) {
    if (task.state(t) == task.ZOMBIE && task.parentOf(t) >= 0) bury(t);
  }
}
