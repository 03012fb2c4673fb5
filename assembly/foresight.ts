// How likely it is, at the end of a failed try, that the transition is not over by the horizon, where that is a matter of sleeps that
// nothing cuts short: stragglers asleep on patched functions, each alone on its CPU, who switch at the instant at which they wake.
// src/analyse/foreseeable.ts says of which models and policies that can be asked (docs/rare.md).

import { isInterruptible } from "./behaviour";
import * as table from "./behaviour-table";
import { leastBeyond, survival } from "./conditional";
import { FOREVER } from "./distribution";
import { horizon, startOf } from "./host";
import { idleStragglers } from "./patch-state";
import { SIGNAL_AUTO, signalEveryTries, signalSource } from "./policy";
import { residualSurvival } from "./residual";
import { now } from "./runqueue";
import * as task from "./task";
import { Task } from "./task";
import { expiry } from "./timer";

/** The last admin action up to the horizon, in ticks; -1: there is none. */
export let lastActionAt: i64 = -1;

/** Of the tries still to come by the horizon the last, and whether a round comes before it. */
let finalTry: i64 = -1;
let roundComes: bool = false;

/** The probability; -1 where it is not known. The next try is due at `due`, `signals` failed tries are counted (klp_signals_cnt). */
export function probabilityLate(due: i64, signals: u32): f64 {
  if (idleStragglers > 0) return -1;
  lookAhead(due, signals);
  const mayBeWoken = roundComes || now <= lastActionAt;
  let late: f64 = 0;
  for (let t = task.nextPlaced(0); t < task.taskCount; t = task.nextPlaced(t + 1)) {
    if (task.isSwitched(t)) continue;
    if (task.state(t) != task.SLEEP || (mayBeWoken && isInterruptible(task.phase(t)))) return -1;
    late += (1 - late) * outlasts(t);
  }
  return finalTry < 0 ? 1 : late;
}

/** Of the tries from `due` on, `signals` failed ones being counted. */
export function lookAhead(due: i64, signals: u32): void {
  finalTry = -1;
  roundComes = false;
  for (let at = due; at <= horizon; at = expiry(at)) {
    if (finalTry >= 0) {
      if (signalSource == SIGNAL_AUTO && signals > 0 && signals % signalEveryTries == 0) roundComes = true;
      signals++;
    }
    finalTry = at;
  }
}

/** Probability that the sleep ends after the final try, so that this fails; 1 where no try comes any more. */
export function outlasts(t: Task): f64 {
  const wake = task.wakeAt(t);
  if (wake >= FOREVER || finalTry < 0) return 1;
  const duration = table.duration(task.phase(t));
  if (task.visit(t) == 0) {
    const from = startOf(task.homeCpu(t));
    return residualSurvival(duration, now - from, finalTry - from);
  }
  const from = wake - task.lengthDrawn(t);
  return survival(duration, leastBeyond(finalTry - from)) / survival(duration, leastBeyond(now - from));
}
