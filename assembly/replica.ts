// One replica: a stationary start, settling where tasks can wait for each other, then the transition (docs/rules.md, 2, 3, 9).

import { after, drawAffected, pollAfter } from "./behaviour";
import * as table from "./behaviour-table";
import { resetBranches } from "./branch";
import { durationTicks, equilibriumResidual, equilibriumTotal, geometric } from "./distribution";
import { BRANCHING, ENTITY_CLASS, ENTITY_CPU, ENTITY_HOST, selectReplica, START, uniform } from "./draw";
import * as histogram from "./histogram";
import {
  Cpu,
  idleTasks,
  isLone,
  isNohzFull,
  horizon,
  latency,
  minGranularity,
  loaderCandidate,
  loaderCandidateCount,
  loaderCpu,
  LOADER_NONE,
  setJiffyPhase,
  setWatchdogPhase,
  startOf,
  watchdog,
} from "./host";
import { MECHANISMS, resetStragglers, setTransitioning } from "./patch-state";
import { startsCalm } from "./calm";
import { areHidden, lastWake, placeAlone, placeLast, placeLater, rank } from "./ranked";
import { layToRest, placeResting, placeRestless, placeTask, restPendingOf } from "./resting";
import * as runqueue from "./runqueue";
import { fallAsleep } from "./sleepers";
import { follow, resetSchedule, rounds, runTo } from "./schedule";
import * as tally from "./tally";
import * as task from "./task";
import { NO_TASK, Task } from "./task";
import * as transition from "./transition";
import { presentCount, presentCpu, resetTwins, single, singleAll } from "./twins";

const POLL_HISTORY_FIRST: u32 = 8;
const POLL_HISTORY_LAST: u32 = 23;

/** Runs replicas first .. first + count - 1 and adds them to the counts. */
export function runReplicas(seed: u64, first: u64, count: u32): void {
  for (let n: u32 = 0; n < count; n++) {
    simulate(seed, first + n);
    addToCounts(first + n);
  }
}

/** One replica, every task of which can be asked about afterwards. */
export function runReplica(seed: u64, replica: u64): void {
  hidesNobody = true;
  simulate(seed, replica);
  hidesNobody = false;
  placeResting();
  singleAll();
}

/** Everyone of a ranked class is placed at the start. */
let hidesNobody: bool = false;

/** One replica, from its stationary start to completion or the horizon. */
function simulate(seed: u64, replica: u64): void {
  selectReplica(seed, replica);
  if (BRANCHING) resetBranches();
  const loader = drawLoader();
  if (loader >= 0) {
    runqueue.clearCpu(loader, startOf(loader));
    runqueue.clearCpu(housekeeping(loader), startOf(housekeeping(loader)));
  }
  reset();
  for (let number: u32 = 0; number < table.classCount; number++) {
    if (table.isRanked(number)) placeRanked(number);
    else if (!table.rests(number)) placeClass(number);
  }
  if (!startsCalm) {
    for (let number: u32 = 0; number < table.classCount; number++) if (table.rests(number)) disturb(number);
  }
  if (loader >= 0) {
    single(loader);
    single(housekeeping(loader));
  }
  for (let n: u32 = 0; n < presentCount; n++) if (!isLone(presentCpu(n))) chooseRunner(presentCpu(n));
  resetSchedule(loader, transition.hasAftermath);
  runTo(0);
  follow(false);
  transition.start();
  transition.runTransition(housekeeping(loader));
}

function reset(): void {
  const second = <i64>Math.floor(512 * uniform(ENTITY_HOST, START, 2));
  setJiffyPhase(<i64>Math.floor(1e6 * uniform(ENTITY_HOST, START, 0)) + 1000000 * second);
  if (watchdog > 0) setWatchdogPhase(<i64>Math.floor(<f64>watchdog * uniform(ENTITY_HOST, START, 3)));
  setTransitioning(false);
  resetStragglers();
  task.resetPlaced();
  layToRest();
  runqueue.resetWaiting();
  tally.resetTally();
  tally.resetBlame();
  transition.resetTransition();
  resetTwins();
  for (let n: u32 = 0; n < presentCount; n++) {
    const cpu = presentCpu(n);
    runqueue.clearCpu(cpu, startOf(cpu));
    runqueue.recordIdleSwitch(cpu, -1, 0);
  }
}

/** The CPU on which the patch is loaded; -1: nobody is displaced. */
function drawLoader(): i32 {
  if (loaderCpu == LOADER_NONE) return -1;
  if (loaderCpu >= 0) return loaderCpu;
  return loaderCandidate(<u32>Math.floor(<f64>loaderCandidateCount * uniform(ENTITY_HOST, START, 1)));
}

/** Delayed work leaves a tickless CPU on which the patch was loaded. */
function housekeeping(loader: i32): i32 {
  return loaderCpu >= 0 && isNohzFull(loader) ? loaderCandidate(0) : loader;
}

/** The tasks of a class whose start is drawn one by one. */
function placeClass(number: u32): void {
  const first = table.firstTaskOf(number);
  const count = table.countOf(number);
  for (let t = first; t < first + count; t++) {
    if (runqueue.weight(task.homeCpu(t)) == 0) continue;
    placeTask(t, task.homeCpu(t));
    startTask(t, startPhaseOf(number, t));
  }
  const slots = count * table.childrenOf(number);
  for (let child = first + count; child < first + count + slots; child++) placeChild(child);
}

function startPhaseOf(number: u32, t: Task): u32 {
  return table.startPhase(number, table.startsInOnePhase(number) ? 0 : uniform(t, START, 0));
}

/** Of a class that rests, those tasks that do not at the start. */
function disturb(number: u32): void {
  let n: u32 = 0;
  for (let t = nextAwake(number, table.firstTaskOf(number), n); t != NO_TASK; t = nextAwake(number, t + 1, ++n)) {
    placeRestless(t);
    startAmong(table.SINGLY, t, 1 - table.asleepShare(number));
  }
}

/** Of a class whose sleepers are drawn by class, the next task from `from` on that is not among them, `n` having been found before; or NO_TASK. */
function nextAwake(number: u32, from: Task, n: u32): i32 {
  const end = table.firstTaskOf(number) + table.countOf(number);
  const t = from + geometric(table.asleepShare(number), uniform(ENTITY_CLASS + number, START, n));
  return t < end ? t : NO_TASK;
}

/** A task, placed, that starts in one of the phases of this part, which have the share `among`. */
function startAmong(part: u32, t: Task, among: f64): void {
  startTask(t, table.startPhaseAmong(part, task.classOf(t), among, uniform(t, START, 0)));
}

/** The tasks of a ranked class, or only those who can matter. */
function placeRanked(number: u32): void {
  let awake: u32 = 0;
  for (
    let t = nextAwake(number, table.firstTaskOf(number), awake);
    t != NO_TASK;
    t = nextAwake(number, t + 1, ++awake)
  ) {
    placeAlone(t);
    startAmong(table.SINGLY, t, 1 - table.asleepShare(number));
  }
  rank(number, table.countOf(number) - awake);
  const last = lastWake(number);
  if (areHidden && !hidesNobody && last > 0) {
    while (lastWake(number) == last) placeLast(number); // whoever wakes at the same instant, too
    return;
  }
  while (lastWake(number) > 0) placeLast(number);
  placeLight(number);
}

/** Those of a ranked class who are not in its long sleep. */
function placeLight(number: u32): void {
  const first = table.firstTaskOf(number);
  for (let t = first; t < first + table.countOf(number); t++) {
    if (task.isPlaced(t)) continue;
    placeAlone(t);
    startAmong(table.LIGHT, t, table.asleepShare(number) - table.longShare(number));
  }
}

/** A child's slot: DEAD. */
function placeChild(child: Task): void {
  task.clearTask(child);
  task.setPlaced(child);
  task.recordSwitch(child, -1, 0);
}

/** A task, placed, at a stationary random point of this phase. */
function startTask(t: Task, phase: u32): void {
  const number = task.classOf(t);
  const cpu = task.homeCpu(t);
  const start = startOf(cpu);
  const residual = equilibriumResidual(table.duration(phase), uniform(t, START, 1), uniform(t, START, 2));
  task.setPhaseOf(t, phase);
  drawAffected(t, phase);
  if (table.firstHalt(number) != table.EXIT_PHASE) drawPollHistory(t, phase);
  const mode = table.mode(phase);
  if (mode == table.SLEEP_MODE) {
    task.setWakeAt(t, after(start, residual));
    if (!table.isHalt(phase) || !startsPolling(t, cpu, residual, equilibriumTotal())) fallAsleep(cpu, t);
    return;
  }
  task.setLeft(t, residual);
  if (BRANCHING) task.setLengthDrawn(t, residual);
  if (isLone(cpu)) makeCurrent(cpu, t, task.PHASE);
  else {
    if (mode == table.USER) task.exitToUser(t, task.THEN_CONTINUE);
    else task.setContext(t, mode == table.GUEST ? task.WORK : task.PHASE);
    runqueue.enqueue(cpu, t);
  }
}

/** The polling time that a row of earlier halts would have left. */
function drawPollHistory(t: Task, phase: u32): void {
  const halt = table.isHalt(phase) ? phase : table.firstHalt(task.classOf(t));
  let poll: i64 = 0;
  for (let n = POLL_HISTORY_FIRST; n <= POLL_HISTORY_LAST; n++) {
    poll = pollAfter(poll, durationTicks(table.duration(halt), uniform(t, START, n)));
  }
  task.setPoll(t, poll);
}

/** Is the halt young enough that its vCPU polls still? */
function startsPolling(t: Task, cpu: Cpu, residual: i64, total: i64): bool {
  task.setHaltLength(t, total);
  const polls = min(task.poll(t), total);
  const age = total - residual;
  if (age >= polls || !isLone(cpu)) return false;
  makeCurrent(cpu, t, task.POLL);
  runqueue.setPollEnd(cpu, polls - age);
  return true;
}

function makeCurrent(cpu: Cpu, t: Task, context: u32): void {
  task.setState(t, task.CURRENT);
  task.setContext(t, context);
  runqueue.setCurrent(cpu, t);
  runqueue.setRunFrom(cpu, startOf(cpu));
}

/** Of the runnable tasks of a shared CPU, one drawn uniformly has run for a uniform part of its slice. */
function chooseRunner(cpu: Cpu): void {
  const count = runqueue.readyCount(cpu);
  if (count == 0) return;
  if (count == 1) {
    const only: Task = runqueue.firstReady(cpu);
    runqueue.dequeue(cpu, only);
    makeCurrent(cpu, only, task.PHASE);
    return;
  }
  spreadVruntimes(cpu);
  const rank = <u32>Math.floor(<f64>count * uniform(ENTITY_CPU + cpu, START, 0));
  const used = <i64>Math.floor(<f64>runqueue.slice(count) * uniform(ENTITY_CPU + cpu, START, 1));
  const runner = readyByNumber(cpu, rank);
  runqueue.dequeue(cpu, runner);
  makeCurrent(cpu, runner, task.PHASE);
  runqueue.setRan(cpu, used);
}

/** Tasks that share a CPU have had unequal parts of it. */
function spreadVruntimes(cpu: Cpu): void {
  const spread = <f64>(latency > 0 ? latency : minGranularity);
  for (let t = runqueue.emptyQueue(cpu); t != NO_TASK;) {
    const next = task.nextReady(t);
    task.setVruntime(t, <i64>Math.floor(spread * uniform(t, START, 3)));
    runqueue.enqueue(cpu, t);
    t = next;
  }
}

/** The READY task with `rank` lower-numbered ones before it. */
function readyByNumber(cpu: Cpu, rank: u32): Task {
  let found: i32 = NO_TASK;
  for (let n: u32 = 0; n <= rank; n++) {
    let least: i32 = NO_TASK;
    for (let t = runqueue.firstReady(cpu); t != NO_TASK; t = task.nextReady(t)) {
      if (t > found && (least == NO_TASK || t < least)) least = t;
    }
    found = least;
  }
  return found;
}

function addToCounts(replica: u64): void {
  histogram.addTo(histogram.REPLICAS_WORD, 1);
  addCounters();
  histogram.addTo(histogram.TRIES_WORD, transition.tries);
  histogram.addTo(histogram.ROUNDS_WORD, rounds);
  const latency = transition.complete < 0 ? histogram.CENSORED : transition.complete;
  histogram.countExceeded(latency);
  histogram.rankWorst(replica, latency);
  if (latency == histogram.CENSORED) {
    placeLater(horizon);
    histogram.addTo(histogram.CENSORED_WORD, 1);
    addStuck();
  } else {
    histogram.countCompleted(latency, max<i64>(tally.lastSwitch, 0));
    if (tally.blamePhase >= 0) {
      histogram.addTo(histogram.BLAME_WORD + <u32>tally.blamePhase * MECHANISMS + tally.blameMechanism, 1);
    }
  }
}

function addCounters(): void {
  const first = histogram.COUNTERS_WORD;
  histogram.addTo(first, tally.eintr);
  histogram.addTo(first + 1, tally.restarts);
  histogram.addTo(first + 2, tally.guestExits);
  histogram.addTo(first + 3, tally.ipis);
  histogram.addTo(first + 4, tally.kthreadWakes);
  histogram.addTo(first + 5, tally.signalPasses);
  histogram.addTo(first + 6, tally.isolatedInterrupts);
  histogram.addTo(first + 7, tally.violations);
  histogram.addTo(first + 8, tally.warnings);
  histogram.addTo(first + 9, tally.gaveUp);
}

/** Who was left at the horizon, by phase. */
function addStuck(): void {
  const first = histogram.stuckWord();
  for (let t = task.nextPlaced(0); t < task.taskCount; t = task.nextPlaced(t + 1)) {
    if (task.state(t) == task.DEAD || task.isSwitched(t)) continue;
    histogram.addTo(first + task.phase(t), runqueue.weight(task.cpuOf(t)));
  }
  for (let number: u32 = 0; number < table.classCount; number++) {
    if (restPendingOf(number) > 0) histogram.addTo(first + table.restingPhase(number), restPendingOf(number));
  }
  if (!idleTasks) return;
  for (let n: u32 = 0; n < presentCount; n++) {
    const cpu = presentCpu(n);
    if (!runqueue.idleSwitched(cpu)) histogram.addTo(first + table.phaseCount, runqueue.weight(cpu));
  }
}
