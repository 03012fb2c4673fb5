// The balance pass: waiting tasks move to CPUs with fewer runnable ones (docs/rules.md, 12). Left out: newly-idle balancing, cache affinity.

import * as table from "./behaviour-table";
import { proceed, touch } from "./cpu";
import { anyBalanced, balancePeriod, Cpu, cpuSetCount, cpuSetEntry, isBalanced, isOnline, settle } from "./host";
import { countStraggler, transitioning } from "./patch-state";
import * as runqueue from "./runqueue";
import { NEVER } from "./runqueue";
import * as task from "./task";
import { NO_TASK, Task } from "./task";
import { turnsUntil } from "./turns";
import { presentCount, presentCpu, single, standInOf } from "./twins";

/** The first pass not before the settling begins; NEVER when nothing can be balanced. */
export function firstPass(): i64 {
  return anyBalanced ? -(settle / balancePeriod) * balancePeriod : NEVER;
}

/** The first pass, from `pass` on, at which a task may move: before it CPUs have as many runnable tasks as now. */
export function nextPass(pass: i64): i64 {
  if (mostToRelieve() > 0) return pass;
  let change = NEVER;
  for (let n: u32 = 0; n < presentCount; n++) {
    const cpu = presentCpu(n);
    if (!isBalanced(cpu)) continue;
    change = min(change, changeAt(cpu, pass));
    if (change <= pass) return pass;
  }
  if (change == NEVER) return NEVER;
  return pass + ((change - pass + balancePeriod - 1) / balancePeriod) * balancePeriod;
}

/** Before this time nobody becomes runnable on the CPU or ceases to be; a time up to `pass` stands for any such. */
function changeAt(cpu: Cpu, pass: i64): i64 {
  const event = runqueue.nextEvent(cpu);
  return event > pass || runqueue.current(cpu) == NO_TASK ? event : turnsUntil(cpu);
}

/** Moves waiting tasks one by one until no move helps. */
export function balance(): void {
  while (moveOne()) {}
}

/** Most runnable tasks of a CPU where somebody waits, if another CPU has two fewer; else 0. */
function mostToRelieve(): u32 {
  if (runqueue.waitingCount == 0) return 0;
  let most: u32 = 0;
  let least: u32 = u32.MAX_VALUE;
  for (let n: u32 = 0; n < presentCount; n++) {
    const cpu = presentCpu(n);
    if (!isBalanced(cpu) || !isOnline(cpu)) continue;
    least = min(least, runqueue.runnable(cpu));
    if (runqueue.readyCount(cpu) > 0) most = max(most, runqueue.runnable(cpu));
  }
  return most >= least + 2 ? most : 0;
}

function moveOne(): bool {
  const most = mostToRelieve();
  for (let level = most; level >= 2; level--) {
    for (let n: u32 = 0; n < presentCount; n++) {
      const cpu = presentCpu(n);
      if (isBalanced(cpu) && runqueue.readyCount(cpu) > 0 && runqueue.runnable(cpu) == level && relieve(cpu))
        return true;
    }
  }
  return false;
}

/** Moves the least-numbered waiting task of this CPU that has a better place. */
function relieve(from: Cpu): bool {
  let chosen: i32 = NO_TASK;
  let destination: i32 = -1;
  for (let t = runqueue.firstReady(from); t != NO_TASK; t = task.nextReady(t)) {
    if (chosen != NO_TASK && t > chosen) continue;
    const to = leastLoaded(t);
    if (to >= 0 && runqueue.runnable(standInOf(to)) + 2 <= runqueue.runnable(from)) {
      chosen = t;
      destination = to;
    }
  }
  if (chosen == NO_TASK) return false;
  move(chosen, from, destination);
  return true;
}

function leastLoaded(t: Task): i32 {
  const set = task.cpuSetOf(t);
  const count = cpuSetCount(set);
  let best: i32 = -1;
  let least: u32 = 0;
  if (count < 2 || !table.usesCpu(task.classOf(t)) || table.rests(task.classOf(t))) return best;
  for (let n: u32 = 0; n < count; n++) {
    const cpu = cpuSetEntry(set, n);
    if (!isOnline(cpu)) continue;
    const runnable = runqueue.runnable(standInOf(cpu));
    if (best >= 0 && runnable >= least) continue;
    best = cpu;
    least = runnable;
  }
  return best;
}

function move(t: Task, from: Cpu, to: Cpu): void {
  single(to);
  runqueue.charge(from);
  runqueue.charge(to);
  runqueue.dequeue(from, t);
  task.setCpuOf(t, to);
  task.setVruntime(t, max<i64>(0, task.vruntime(t) - runqueue.minVruntime(from)) + runqueue.minVruntime(to));
  runqueue.enqueue(to, t);
  if (transitioning && !task.isSwitched(t)) {
    countStraggler(from, -1);
    countStraggler(to, 1);
  }
  if (runqueue.wasSignalled(from)) runqueue.markSignalled(to, true);
  if (runqueue.current(to) == NO_TASK) proceed(to);
  touch(from);
  touch(to);
}
