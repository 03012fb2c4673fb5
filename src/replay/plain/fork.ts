// Children and their ends (docs/rules.md, 11).

import { charge, leaveCpu, placeOn, release } from "./runqueue.js";
import { note, type Replica, type Task, tell } from "./state.js";
import { forgetSwitch } from "./switch.js";
import { setFlag, T, transitionRuns } from "./task.js";

export function fork(replica: Replica, parent: Task, target: number): void {
  const cpu = parent.cpu;
  const child = parent.children.find((slot) => slot.state === "dead");
  if (child === undefined) return;
  charge(replica, cpu);
  placeOn(cpu, child);
  child.mode = "kernel";
  child.state = "ready";
  child.context = "exit";
  child.afterExit = "child";
  child.phase = target;
  child.affected = false;
  child.affectedWork = false;
  child.vr = Math.max(parent.vr, cpu.minvr);
  child.irqPreempted = false;
  child.switched = parent.switched;
  child.flags.clear();
  tell(replica, { type: "fork", task: child.number, parent: parent.number, cpu: cpu.number });
  const inherits = replica.policy.forkFixed ? parent.flags.has(T) : parent.forkT;
  if (inherits && transitionRuns(replica)) setFlag(replica, child, T);
  note(replica, "fork");
  if (child.switched && child.flags.has(T)) note(replica, "fork with stray T");
  if (transitionRuns(replica) && !child.switched && !child.flags.has(T)) note(replica, "fork without T");
}

export function exit(replica: Replica, task: Task): void {
  charge(replica, task.cpu);
  leaveCpu(replica, task, "zombie");
  release(replica, task);
  note(replica, "exit");
  if (task.parent !== null && task.parent.cpu === task.cpu) bury(replica, task);
}

function bury(replica: Replica, task: Task): void {
  tell(replica, { type: "reaped", task: task.number });
  task.state = "dead";
  task.flags.clear();
  if (replica.decided < 0) forgetSwitch(task);
}

/** After a barrier: children that died on another CPU than their parent's. */
export function reap(replica: Replica): void {
  for (const task of replica.tasks) {
    if (task.state !== "zombie" || task.parent === null) continue;
    note(replica, "reaped");
    bury(replica, task);
  }
}
