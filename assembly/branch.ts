// Branches: at the end of some tries everything not yet observed where there are stragglers is drawn again under a key of its own, given
// what has been (docs/rules.md, 13; docs/rare.md). Only the branching module has them.

import { after } from "./behaviour";
import * as table from "./behaviour-table";
import { touch } from "./cpu";
import { durationBeyond, exponentialBeyond } from "./conditional";
import { FOREVER } from "./distribution";
import { beginBranch, DURATION, ENTITY_CPU, KEYS, LOOK, rekey, resetKeys, uniform } from "./draw";
import { Cpu, cpuCount, idleWakeRate, startOf } from "./host";
import { probabilityLate } from "./foresight";
import { countLeft, countsLeft } from "./left";
import { equilibriumBeyond } from "./residual";
import * as runqueue from "./runqueue";
import { NEVER, now } from "./runqueue";
import { fallAsleep, rouse } from "./sleepers";
import * as task from "./task";
import { NO_TASK, Task } from "./task";
import { presentCount, presentCpu } from "./twins";

const TICKS_PER_SECOND: f64 = 1e6;

// A branch: the try at whose end it is, and its number.
export const BRANCH_MAX: u32 = 1024;
const BRANCHES: usize = KEYS + ((<usize>ENTITY_CPU + 4096) << 3);
export let branchCount: u32 = 0;
let branchesTaken: u32 = 0;

/** The replica is not followed past this try, if that fails; 0: it is. */
export let lastTry: u32 = 0;
/** It was not. */
export let isCutShort: bool = false;

/** The replica is not followed past the first failed try after which the probability to be late is known. */
export let foresees: bool = false;
/** That probability; -1: it was never known. */
export let foreseen: f64 = -1;

export function setBranch(index: u32, atTry: u32, number: u32): void {
  assert(index < BRANCH_MAX);
  store<u32>(BRANCHES + ((<usize>index) << 3), atTry);
  store<u32>(BRANCHES + ((<usize>index) << 3), number, 4);
}

export function resetBranches(): void {
  branchesTaken = 0;
  isCutShort = false;
  foreseen = -1;
  resetKeys(task.taskCount, cpuCount);
}

/** A try has failed and is over, the next is due, so many signals are counted. True: the replica is not followed any further. */
export function passTry(tries: u32, due: i64, signals: u32): bool {
  if (branchesTaken < branchCount && load<u32>(BRANCHES + ((<usize>branchesTaken) << 3)) == tries) {
    takeBranch(load<u32>(BRANCHES + ((<usize>branchesTaken) << 3), 4));
    branchesTaken++;
  }
  if (foresees) foreseen = probabilityLate(due, signals);
  isCutShort = tries == lastTry || foreseen >= 0;
  if (isCutShort && countsLeft) countLeft(due);
  return isCutShort;
}

function takeBranch(number: u32): void {
  beginBranch(number);
  for (let n: u32 = 0; n < presentCount; n++) {
    const cpu = presentCpu(n);
    if (runqueue.stragglers(cpu) == 0) continue;
    runqueue.charge(cpu);
    if (runqueue.idleWakeAt(cpu) != NEVER) redrawIdleWake(cpu);
    touch(cpu);
  }
  for (let t = task.nextPlaced(0); t < task.taskCount; t = task.nextPlaced(t + 1)) {
    if (task.state(t) == task.DEAD || runqueue.stragglers(task.cpuOf(t)) == 0) continue;
    if (!table.rests(task.classOf(t)) && !hasChosen(t)) redrawTask(t);
  }
}

/** Is the phase over, and what follows chosen already? */
function hasChosen(t: Task): bool {
  return isRunnable(t) && task.context(t) == task.EXIT && task.then(t) == task.THEN_NEXT;
}

function isRunnable(t: Task): bool {
  return task.state(t) == task.READY || task.state(t) == task.CURRENT;
}

function redrawIdleWake(cpu: Cpu): void {
  rekey(ENTITY_CPU + cpu);
  const from = runqueue.idleAimedAt(cpu);
  const u = uniform(ENTITY_CPU + cpu, LOOK, runqueue.idleLook(cpu));
  runqueue.setIdleWakeAt(cpu, from + exponentialBeyond(TICKS_PER_SECOND / idleWakeRate, now - from, u));
}

function redrawTask(t: Task): void {
  rekey(t);
  if (task.state(t) == task.SLEEP) redrawSleep(t);
  else if (isRunnable(t) && isInCpuPhase(t)) redrawWork(t);
  if (task.state(t) == task.CURRENT && runqueue.lookAt(task.cpuOf(t)) != NEVER) redrawLook(t);
}

/** The rest of a sleep. */
function redrawSleep(t: Task): void {
  const wake = task.wakeAt(t);
  if (wake <= now || wake >= FOREVER) return;
  const phase = task.phase(t);
  const w = uniform(t, DURATION, task.visit(t));
  rouse(task.cpuOf(t), t);
  if (task.visit(t) > 0) {
    const from = wake - task.lengthDrawn(t);
    task.setLengthDrawn(t, durationBeyond(table.duration(phase), now - from, w));
    task.setWakeAt(t, after(from, task.lengthDrawn(t)));
  } else if (!table.isHalt(phase)) {
    const from = startOf(task.homeCpu(t));
    task.setWakeAt(t, after(from, equilibriumBeyond(table.duration(phase), now - from, w)));
  }
  fallAsleep(task.cpuOf(t), t);
}

/** In a phase of CPU time that it has not done with. */
function isInCpuPhase(t: Task): bool {
  const phase = task.phase(t);
  if (table.mode(phase) == table.SLEEP_MODE || phase == table.vmmPhase(task.classOf(t))) return false;
  const context = task.context(t);
  if (context == task.EXIT) return task.then(t) == task.THEN_CONTINUE;
  return context == task.PHASE || context == task.WORK || context == task.GUEST_EXIT;
}

/** The rest of a phase of CPU time. */
function redrawWork(t: Task): void {
  const left = task.left(t);
  const length = task.lengthDrawn(t);
  if (left <= 0 || length >= FOREVER) return;
  const age = length - left;
  const w = uniform(t, DURATION, task.visit(t));
  const duration = table.duration(task.phase(t));
  const redrawn = task.visit(t) > 0 ? durationBeyond(duration, age, w) : equilibriumBeyond(duration, age, w);
  task.setLengthDrawn(t, redrawn);
  task.setLeft(t, redrawn - age);
}

function redrawLook(t: Task): void {
  const cpu = task.cpuOf(t);
  const phase = task.phase(t);
  const rate = table.mode(phase) == table.KERNEL ? table.condReschedRate(phase) : table.exitRate(phase);
  const from = runqueue.lookAimedAt(cpu);
  const u = uniform(t, LOOK, task.lookNumber(t));
  runqueue.setLookAt(cpu, from + exponentialBeyond(TICKS_PER_SECOND / rate, now - from, u));
}
