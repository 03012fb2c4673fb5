// Balance passes (docs/rules.md, 12).

import { proceed } from "./cpu.js";
import { reap } from "./fork.js";
import { charge, placeOn, readyOn, runnable } from "./runqueue.js";
import { at, type Cpu, note, type Replica, type Task, tell } from "./state.js";

export function balanceDue(replica: Replica): boolean {
  if (replica.now < replica.nextPass) return false;
  replica.nextPass += replica.model.host.balancePeriod;
  while (balanceOnce(replica));
  reap(replica);
  return true;
}

function balanceOnce(replica: Replica): boolean {
  const load = replica.cpus.map((cpu) => runnable(cpu));
  const sources = replica.cpus.filter((cpu) => at(replica.model.balanceSet, cpu.number));
  sources.sort((a, b) => at(load, b.number) - at(load, a.number) || a.number - b.number);
  for (const source of sources) {
    for (const task of readyOn(source)) {
      if (!task.of.usesCpu || task.of.resting !== null || task.allowed.length < 2) continue;
      const destination = leastLoaded(replica, task, load);
      if (at(load, destination.number) > at(load, source.number) - 2) continue;
      move(replica, task, source, destination);
      return true;
    }
  }
  return false;
}

function leastLoaded(replica: Replica, task: Task, load: number[]): Cpu {
  let best: Cpu | null = null;
  for (const number of task.allowed) {
    const cpu = at(replica.cpus, number);
    if (!cpu.online) continue;
    if (best === null || at(load, number) < at(load, best.number)) best = cpu;
  }
  if (best === null) throw new Error(`replay: task ${task.number} may run nowhere`);
  return best;
}

function move(replica: Replica, task: Task, source: Cpu, destination: Cpu): void {
  note(replica, "balance moves");
  charge(replica, source);
  charge(replica, destination);
  task.vr = Math.max(0, task.vr - source.minvr) + destination.minvr;
  placeOn(destination, task);
  tell(replica, { type: "migrate", task: task.number, from: source.number, to: destination.number });
  if (destination.current === null && destination.worker !== "runs") proceed(replica, destination);
}
