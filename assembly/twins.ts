// CPUs that cannot be told apart: each alone with one task that stays where it is for ever, or with nobody, and draws nothing before
// somebody comes. One of them, the last, stands for all until it or another is needed for itself: that one then goes on from a copy.

import * as table from "./behaviour-table";
import { durationTicks, FOREVER } from "./distribution";
import { BRANCHING, copyKey } from "./draw";
import { TIF_PATCH_PENDING } from "./flags";
import {
  activeCount,
  activeCpu,
  Cpu,
  cpuCount,
  idleTasks,
  idleWakeRate,
  ipi,
  cpuSetCount,
  isBalanced,
  kindOf,
  tryCostPerTask,
} from "./host";
import { CPU_MAX } from "./memory";
import { countAgain, hold } from "./patch-state";
import { guestMask, taskWork } from "./policy";
import { HISTOGRAM_END } from "./histogram";
import * as runqueue from "./runqueue";
import * as task from "./task";
import { NO_TASK, Task } from "./task";

export const GROUP_MAX: u32 = 64;
export const NO_GROUP: u32 = GROUP_MAX;

// By CPU: its group, its place among the members, and the one task that runs there.
const GROUP: usize = HISTOGRAM_END;
const PLACE: usize = GROUP + ((<usize>CPU_MAX) << 1);
const RUNNER: usize = PLACE + ((<usize>CPU_MAX) << 1);
/** Members of all groups, each group's in ascending order, as are their runners. */
const MEMBERS: usize = RUNNER + ((<usize>CPU_MAX) << 2);
// By group: where its members begin, how many there are, and who stands for those that are not needed for themselves.
const FIRST: usize = MEMBERS + ((<usize>CPU_MAX) << 1);
const SIZE: usize = FIRST + ((<usize>GROUP_MAX) << 1);
const STAND_IN: usize = SIZE + ((<usize>GROUP_MAX) << 1);
// CPUs that stand for somebody, ascending: at the start of every replica, and now; and those that have joined them since.
const INITIAL: usize = STAND_IN + ((<usize>GROUP_MAX) << 1);
const PRESENT: usize = INITIAL + ((<usize>CPU_MAX) << 1);
const ARRIVED: usize = PRESENT + ((<usize>CPU_MAX) << 1);
export const TWINS_END: usize = ARRIVED + ((<usize>CPU_MAX) << 1);

let groupCount: u32 = 0;
let initialCount: u32 = 0;
export let presentCount: u32 = 0;
export let arrivedCount: u32 = 0;

function get(list: usize, index: u32): u32 {
  return load<u16>(list + ((<usize>index) << 1));
}
function put(list: usize, index: u32, value: u32): void {
  store<u16>(list + ((<usize>index) << 1), <u16>value);
}

export function presentCpu(index: u32): Cpu {
  return get(PRESENT, index);
}
/** CPUs that have become present since the replica's start, in that order. */
export function arrivedCpu(index: u32): Cpu {
  return get(ARRIVED, index);
}

/** Inserts a CPU into an ascending list of `count`. */
export function insertCpu(list: usize, count: u32, cpu: Cpu): void {
  let place = count;
  while (place > 0 && get(list, place - 1) > cpu) {
    put(list, place, get(list, place - 1));
    place--;
  }
  put(list, place, cpu);
}

/** The CPUs that cannot be told apart from this one have the same; NO_GROUP: there are none. */
export function groupOf(cpu: Cpu): u32 {
  return get(GROUP, cpu);
}

function runnerOf(cpu: Cpu): i32 {
  return load<i32>(RUNNER + ((<usize>cpu) << 2));
}
function setRunner(cpu: Cpu, runner: i32): void {
  store<i32>(RUNNER + ((<usize>cpu) << 2), runner);
}

function lastMember(group: u32): Cpu {
  return get(MEMBERS, get(FIRST, group) + get(SIZE, group) - 1);
}

// Once a model and policy.

/** Finds the groups. `rankedHide`: tasks of ranked classes are placed only when needed. */
export function prepareTwins(rankedHide: bool): void {
  for (let cpu: Cpu = 0; cpu < cpuCount; cpu++) {
    put(GROUP, cpu, tryCostPerTask == 0 && ipi == 0 ? 0 : NO_GROUP);
    setRunner(cpu, NO_TASK);
    runqueue.setWeight(cpu, 1);
  }
  for (let t: Task = 0; t < task.taskCount; t++) meetTenant(t, rankedHide);
  groupCount = 0;
  for (let n: u32 = 0; n < activeCount; n++) put(GROUP, activeCpu(n), groupFor(activeCpu(n)));
  let first: u32 = 0;
  for (let group: u32 = 0; group < groupCount; group++) {
    put(FIRST, group, first);
    first += get(SIZE, group);
    put(SIZE, group, 0);
  }
  for (let n: u32 = 0; n < activeCount; n++) if (get(GROUP, activeCpu(n)) != NO_GROUP) addMember(activeCpu(n));
  initialCount = 0;
  for (let n: u32 = 0; n < activeCount; n++) {
    const cpu = activeCpu(n);
    const group = get(GROUP, cpu);
    const standsIn = group == NO_GROUP || lastMember(group) == cpu;
    runqueue.setWeight(cpu, !standsIn ? 0 : group == NO_GROUP ? 1 : get(SIZE, group));
    if (standsIn) put(INITIAL, initialCount++, cpu);
    if (group != NO_GROUP) put(STAND_IN, group, lastMember(group));
  }
  arrivedCount = 0;
}

/** One more task lives here: one that is placed only when needed does not count, a second one is one too many. */
function meetTenant(t: Task, rankedHide: bool): void {
  const number = task.classOf(t);
  if (table.rests(number) || (table.isRanked(number) && rankedHide)) return;
  const cpu = task.homeCpu(t);
  const pinned = !isBalanced(cpu) || cpuSetCount(task.cpuSetOf(t)) == 1;
  if (runnerOf(cpu) != NO_TASK || !pinned || !staysForEver(number)) put(GROUP, cpu, NO_GROUP);
  setRunner(cpu, t);
}

/** Do the class's tasks start in one phase that never ends? */
export function runsForEver(number: u32): bool {
  if (!table.startsInOnePhase(number) || table.childrenOf(number) > 0) return false;
  return durationTicks(table.duration(table.startPhase(number, 0)), 0) >= FOREVER;
}

/** And draw nothing in it? */
function staysForEver(number: u32): bool {
  if (!runsForEver(number)) return false;
  const phase = table.startPhase(number, 0);
  if (table.affectedByChance(phase)) return false;
  const mode = table.mode(phase);
  if (mode == table.USER) return true;
  if (mode == table.GUEST) return table.exitRate(phase) == 0 || (guestMask & TIF_PATCH_PENDING) == 0;
  const answer = table.onSignal(phase);
  return (
    mode == table.KERNEL &&
    table.condReschedRate(phase) == 0 &&
    (answer == table.ON_SIGNAL_NONE || answer == table.ON_SIGNAL_RESTART)
  );
}

/** The group of an active CPU, perhaps a new one. Sizes are counted, the last member so far is its stand-in. */
function groupFor(cpu: Cpu): u32 {
  if (get(GROUP, cpu) == NO_GROUP) return NO_GROUP;
  if (runnerOf(cpu) == NO_TASK && idleTasks && idleWakeRate > 0) return NO_GROUP;
  let group: u32 = 0;
  while (group < groupCount && !areTwins(get(STAND_IN, group), cpu)) group++;
  if (group == GROUP_MAX) return NO_GROUP;
  if (group == groupCount) {
    put(SIZE, group, 0);
    groupCount++;
  } else if (runnerOf(cpu) < runnerOf(get(STAND_IN, group))) return NO_GROUP;
  put(SIZE, group, get(SIZE, group) + 1);
  put(STAND_IN, group, cpu);
  return group;
}

function areTwins(a: Cpu, b: Cpu): bool {
  if (kindOf(a) != kindOf(b)) return false;
  const one = runnerOf(a);
  const other = runnerOf(b);
  if (one == NO_TASK || other == NO_TASK) return one == other;
  return task.classOf(one) == task.classOf(other) && (!taskWork || task.processOf(one) == task.processOf(other));
}

function addMember(cpu: Cpu): void {
  const group = get(GROUP, cpu);
  const place = get(SIZE, group);
  put(PLACE, cpu, place);
  put(MEMBERS, get(FIRST, group) + place, cpu);
  put(SIZE, group, place + 1);
}

// Within a replica. A CPU's weight is the number of CPUs that it stands for: itself alone, itself and others, or none.

/** The last of each group stands for all of it again. */
export function resetTwins(): void {
  for (let n: u32 = 0; n < arrivedCount; n++) runqueue.setWeight(arrivedCpu(n), 0);
  for (let group: u32 = 0; group < groupCount; group++) {
    put(STAND_IN, group, lastMember(group));
    runqueue.setWeight(lastMember(group), get(SIZE, group));
  }
  arrivedCount = 0;
  presentCount = initialCount;
  memory.copy(PRESENT, INITIAL, (<usize>initialCount) << 1);
}

/** The CPU whose state is this one's. */
export function standInOf(cpu: Cpu): Cpu {
  return runqueue.weight(cpu) > 0 ? cpu : get(STAND_IN, get(GROUP, cpu));
}

/** From now on this CPU stands for itself alone. */
export function single(cpu: Cpu): void {
  const weight = runqueue.weight(cpu);
  if (weight == 1) return;
  const group = get(GROUP, cpu);
  if (weight == 0) {
    const standIn: Cpu = get(STAND_IN, group);
    runqueue.setWeight(standIn, runqueue.weight(standIn) - 1);
    arrive(cpu, standIn, 1);
    return;
  }
  let place = get(PLACE, cpu) - 1;
  while (runqueue.weight(get(MEMBERS, get(FIRST, group) + place)) != 0) place--;
  const next: Cpu = get(MEMBERS, get(FIRST, group) + place);
  put(STAND_IN, group, next);
  runqueue.setWeight(cpu, 1);
  arrive(next, cpu, weight - 1);
}

/** All stand for themselves. */
export function singleAll(): void {
  for (let group: u32 = 0; group < groupCount; group++) {
    while (runqueue.weight(get(STAND_IN, group)) > 1) single(get(STAND_IN, group));
  }
}

/** A CPU goes on from its twin's state. */
function arrive(cpu: Cpu, twin: Cpu, weight: u32): void {
  const runner = runnerOf(cpu);
  assert(runqueue.firstAlarm(twin) == 0);
  runqueue.copyCpu(cpu, twin, runner, runnerOf(twin));
  runqueue.setWeight(cpu, weight);
  if (runner != NO_TASK) {
    task.copyTask(runner, runnerOf(twin));
    if (BRANCHING) copyKey(runner, runnerOf(twin));
    task.setCpuOf(runner, cpu);
    if (task.isHeld(runner)) hold(runner);
  }
  countAgain(cpu);
  insertCpu(PRESENT, presentCount++, cpu);
  put(ARRIVED, arrivedCount++, cpu);
}
