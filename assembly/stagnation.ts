// Tries that can only repeat the last one: nothing happens before them, they switch nobody, and the rounds that they send, if any,
// leave every task as it was. They are counted, not made (docs/design.md, 4). Where in doubt, they are made.

import * as table from "./behaviour-table";
import { touch } from "./cpu";
import { TIF_NEED_RESCHED } from "./flags";
import { Cpu, preemption, PREEMPT_FULL, vmExit } from "./host";
import { idleStragglers, stragglerCount } from "./patch-state";
import { guestMask, SIGNAL_AUTO, signalEveryTries, signalSource, wakeIdle } from "./policy";
import * as runqueue from "./runqueue";
import { now } from "./runqueue";
import { countRounds, passTo, rounds, stillUntil, tryCpu } from "./schedule";
import * as tally from "./tally";
import * as task from "./task";
import { NO_TASK, Task } from "./task";
import { expiry, expiryCycle } from "./timer";

/** Not the same each time. */
const VARIABLE: i64 = -1;
const ANY_NUMBER: i64 = i64.MAX_VALUE;

/** Before this time nothing happens but tries; -1: not known. */
let quietUntil: i64 = -1;
// As the last failed try left it. Its *runner* is the task that tries displace.
let stragglersLeft: i32 = 0;
let runnerLeft: i32 = NO_TASK;
let roundsSent: u32 = 0;
/** The round sent since then has done more than kick. */
let roundLasts: bool = false;
/** The current task where a round is at work, and when it was picked. */
let currentThere: i32 = NO_TASK;
let pickedThere: i64 = 0;

// Conditions noted: of the runner, of the task that a round reaches, and of the current task there.
const RUNNER = memory.data(3 * <i32>task.CONDITION_BYTES, 8);
const REACHED: usize = RUNNER + task.CONDITION_BYTES;
const CURRENT: usize = REACHED + task.CONDITION_BYTES;

export function resetStagnation(): void {
  quietUntil = -1;
}

/** A round is about to reach this task. */
export function noteReached(t: Task): void {
  const cpu = task.cpuOf(t);
  task.noteCondition(t, REACHED);
  currentThere = runqueue.current(cpu);
  pickedThere = pickedAt(cpu);
  if (currentThere != NO_TASK) task.noteCondition(currentThere, CURRENT);
}

/** It has reached it: is everything there as it was? */
export function checkReached(t: Task): void {
  const cpu = task.cpuOf(t);
  if (runqueue.current(cpu) != currentThere || !task.isAsNoted(t, REACHED)) roundLasts = true;
  if (currentThere == NO_TASK) return;
  if (pickedAt(cpu) != pickedThere || !task.isAsNoted(currentThere, CURRENT)) roundLasts = true;
}

/** When the current task was picked, or later by the stalls since: its slice is counted from there. */
function pickedAt(cpu: Cpu): i64 {
  return runqueue.runFrom(cpu) - runqueue.ran(cpu);
}

/**
 * A try has failed that began `waited` ticks after it was due and lasted for `taken`. The next is due at `due`, and would send a round
 * if `count` said so. Passes over all that repeat the last one and end before `limit`: how many. The end of the last of them is now.
 */
export function passTries(due: i64, count: u32, waited: i64, taken: i64, limit: i64): u32 {
  if (table.hasFork) return 0;
  const repeats = now < quietUntil && waited == waitFor(runnerLeft) && isAsLeft();
  quietUntil = stillUntil(due, limit);
  if (quietUntil <= due) return 0;
  const passed = repeats ? pass(due, count, waited + taken) : 0;
  leave();
  return <u32>passed;
}

function isAsLeft(): bool {
  if (roundLasts || stragglerCount != stragglersLeft) return false;
  if (wakeIdle && idleStragglers > 0) return false; // each try kicks idle CPUs anew
  return runnerLeft == NO_TASK || task.isAsNoted(runnerLeft, RUNNER);
}

function leave(): void {
  stragglersLeft = stragglerCount;
  runnerLeft = tryCpu < 0 ? NO_TASK : runqueue.current(tryCpu);
  if (runnerLeft != NO_TASK) task.noteCondition(runnerLeft, RUNNER);
  roundsSent = rounds;
  roundLasts = false;
  tally.noteKicks();
}

/** How long a worker waits for this runner's CPU. */
function waitFor(running: i32): i64 {
  if (running == NO_TASK || preemption == PREEMPT_FULL || task.inUserMode(running)) return 0;
  return task.inGuestMode(running) && (guestMask & TIF_NEED_RESCHED) != 0 ? vmExit : VARIABLE;
}

/** Passes over tries, during each of which the runner does not run for `takes`: how many. */
function pass(due: i64, count: u32, takes: i64): i64 {
  const every: u32 = signalSource == SIGNAL_AUTO ? signalEveryTries : 0;
  const roundKnown = rounds > roundsSent;
  const most: i64 = every == 0 || roundKnown ? ANY_NUMBER : (every - (count % every)) % every;
  const passed = countTries(due, takes, most);
  if (every > 0 && roundKnown) {
    const sent = <u32>((count - 1 + passed) / every) - (count - 1) / every;
    countRounds(sent);
    tally.repeatKicks(sent);
  }
  const ran = lastEnd - now - passed * takes;
  passTo(lastEnd);
  if (tryCpu >= 0) passRunner(tryCpu, ran);
  return passed;
}

/** The runner has run for so long, was displaced, and has just been picked. */
function passRunner(cpu: Cpu, ran: i64): void {
  runqueue.setRunFrom(cpu, now - ran);
  runqueue.charge(cpu);
  runqueue.setRan(cpu, 0);
  touch(cpu);
}

/** End of the last of the tries counted. */
let lastEnd: i64 = 0;

/** How many tries, `most` at the most, end while it is quiet. Expiries come round again: what whole cycles there are is multiplied. */
function countTries(due: i64, takes: i64, most: i64): i64 {
  const cycle = expiryCycle();
  let passed: i64 = 0;
  lastEnd = now;
  let markPassed: i64 = 0;
  let markEnd = now;
  let reach: i64 = 16; // tries until the next mark
  let isCounted = false;
  for (let end = due + takes; end < quietUntil && passed < most; end = expiry(lastEnd) + takes) {
    passed++;
    lastEnd = end;
    if (isCounted) continue;
    if ((end - markEnd) % cycle == 0) {
      const tries = passed - markPassed;
      const cycles = min((quietUntil - 1 - end) / (end - markEnd), (most - passed) / tries);
      passed += cycles * tries;
      lastEnd += cycles * (end - markEnd);
      isCounted = true;
    } else if (passed - markPassed == reach) {
      markPassed = passed;
      markEnd = end;
      reach *= 2;
    }
  }
  return passed;
}
