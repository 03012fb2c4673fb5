// Routine: tasks compete for a CPU and nothing is asked of them. Slices end, sleepers wake and phases end, by the rules of cpu.ts and
// behaviour.ts (docs/rules.md, 5) but with no flag to look at. Left to those: alarms, what costs, polls, forks, ends, whoever has a flag.

import { after, enter, nextOf, rise } from "./behaviour";
import * as table from "./behaviour-table";
import { nextAlarm } from "./crowd";
import { Cpu, jiffyNotBefore, schedulerTick } from "./host";
import { isScanned } from "./kvm";
import * as runqueue from "./runqueue";
import { NEVER, now, setNow } from "./runqueue";
import { fallAsleep } from "./sleepers";
import * as tally from "./tally";
import * as task from "./task";
import { NO_TASK, Task } from "./task";
import { addTicks, isUndisturbed, onlyRuns, waitForTurn } from "./turns";

/**
 * The CPU's events up to and including `until`, as long as they are routine and no row of turns comes; from `now` on the CPU is to
 * proceed. False: not even the first is.
 */
export function runRoutine(cpu: Cpu, until: i64): bool {
  let t = runqueue.current(cpu);
  if (t == NO_TASK || runqueue.readyCount(cpu) == 0 || !isUndisturbed(cpu) || !isUsual(t)) return false;
  until = min(until, min(runqueue.untilDisturbed(cpu), nextAlarm(cpu) - 1));
  setNow(runqueue.clock(cpu));
  runqueue.charge(cpu);
  let pickedAt = now - runqueue.ran(cpu);
  let begun = false;
  do {
    task.setContext(t, task.PHASE);
    const sleeper = runqueue.firstSleeper(cpu);
    const wakeAt = sleeper == NO_TASK ? NEVER : task.wakeAt(sleeper);
    const endAt = after(now, task.left(t));
    const tickAt = sliceEnd(cpu, pickedAt);
    const other = min(wakeAt, endAt);
    const due = min(tickAt, other);
    if (due > until) break;
    let yields = tickAt == due;
    if (yields && begun && min(other, until) - due >= due - pickedAt) break; // turns
    const ends = !yields && endAt < wakeAt;
    const next = ends ? usualNext(t) : table.EXIT_PHASE;
    if (ends && next == table.EXIT_PHASE) break;
    tally.countEvent();
    begun = true;
    addTicks(t, due - now);
    setNow(due);
    runqueue.follow(cpu, t);
    if (!yields && !ends) {
      rise(cpu, sleeper);
      yields = runqueue.preempts(task.vruntime(t) - task.vruntime(sleeper));
      if (!yields) continue;
    }
    if (yields) {
      waitForTurn(t);
      runqueue.enqueue(cpu, t);
    }
    const runner = goOn(cpu, yields ? NO_TASK : t, next);
    if (yields || runner != t) pickedAt = now;
    t = runner;
  } while (t != NO_TASK && isUsual(t));
  if (!begun) return false;
  runqueue.setCurrent(cpu, t);
  runqueue.setRunFrom(cpu, now);
  runqueue.setRan(cpu, now - pickedAt);
  runqueue.setClock(cpu, now);
  return true;
}

/**
 * The current task begins the phase `next`; EXIT_PHASE: it stays where it is. Where there is none, or it falls asleep, the queue's first
 * has the CPU and begins what follows its sleep. Who has the CPU in the end, or NO_TASK.
 */
function goOn(cpu: Cpu, t: i32, next: u32): i32 {
  for (;;) {
    if (t == NO_TASK) {
      t = runqueue.takeFirst(cpu);
      if (t == NO_TASK) break;
      task.setIrqPreempted(t, false);
      next = task.context(t) == task.WOKEN && task.wakeAt(t) <= now ? usualNext(t) : table.EXIT_PHASE;
    }
    if (next == table.EXIT_PHASE) break;
    const length = enter(t, next);
    task.setContext(t, task.PHASE);
    if (table.mode(next) != table.SLEEP_MODE) {
      task.setLeft(t, length);
      break;
    }
    runqueue.follow(cpu, t);
    task.setWakeAt(t, after(now, length));
    fallAsleep(cpu, t);
    t = NO_TASK;
  }
  return t;
}

function isUsual(t: Task): bool {
  return onlyRuns(t) && !isScanned(t);
}

/** The tick after now at which whoever was picked at `pickedAt` has used up its slice; NEVER where nobody waits. */
function sliceEnd(cpu: Cpu, pickedAt: i64): i64 {
  const waiting = runqueue.readyCount(cpu);
  if (waiting == 0 || !schedulerTick) return NEVER;
  return jiffyNotBefore(max(pickedAt + runqueue.slice(waiting + 1), now + 1));
}

/** The phase that follows the one that is over, if both are plain and the task has no flag; else EXIT_PHASE. */
function usualNext(t: Task): u32 {
  if (task.threadFlags(t) != 0 || task.isHeld(t) || !table.isPlain(task.phase(t))) return table.EXIT_PHASE;
  const next = nextOf(t);
  return next != table.EXIT_PHASE && table.isPlain(next) ? next : table.EXIT_PHASE;
}
