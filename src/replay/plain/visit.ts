// One task or idle task looked at by a try: switched, or why not (docs/rules.md, 9).

import type { Reason } from "../events.js";
import { AFFECTED, SPLIT, taskUniform } from "./draws.js";
import { nextOf } from "./phase.js";
import { isIdle } from "./runqueue.js";
import { countInterrupt, sendInterrupt } from "./signal.js";
import { at, type Cpu, note, type Replica, type Task, tell } from "./state.js";
import { switchIdle, switchTask } from "./switch.js";
import { affectedFunctions, inMode, phaseOf, stackAffected } from "./task.js";

export function visit(replica: Replica, visit: number): boolean {
  if (visit < replica.tasks.length) return trySwitch(replica, at(replica.tasks, visit));
  return trySwitchIdle(replica, at(replica.cpus, visit - replica.tasks.length));
}

function trySwitch(replica: Replica, task: Task): boolean {
  const { reliableStack } = replica.model.host;
  if (task.switched || task.state === "dead") return true;
  if (task.state === "sleep")
    note(replica, `visit: ${phaseOf(replica, task).halt ? "halted" : phaseOf(replica, task).wait}`);
  else if (task.state === "zombie") note(replica, "visit: zombie");
  else if (task.state === "ready") note(replica, `visit: ready, ${task.context}`);
  if (reliableStack === "no") return fails(replica, task, "unreliable stack");
  if (task.state === "current") return tryRemote(replica, task);
  if (reliableStack === "frame-pointers" && task.state === "ready" && task.irqPreempted)
    return fails(replica, task, "preempted");
  if (stackAffected(replica, task)) return fails(replica, task, "affected");
  switchTask(replica, task, "stack");
  return true;
}

function tryRemote(replica: Replica, task: Task): boolean {
  if (replica.policy.remote === "none" || !task.cpu.nohzFull) return fails(replica, task, "running");
  if (!inMode(replica, task, "user") || task.cpu.stalledUntil !== null)
    return fails(replica, task, "running in the kernel");
  switchTask(replica, task, "remote");
  if (["v1", "v1-petr", "v-petr"].includes(replica.policy.remote) && isAffectedSoon(replica, task)) {
    note(replica, "remote: called meanwhile");
    tell(replica, { type: "late-violation", task: task.number });
    replica.counters.violations += 1;
  }
  return true;
}

/** Is a task in user mode inside an affected phase of the kernel before a switch that looked first is done? */
function isAffectedSoon(replica: Replica, task: Task): boolean {
  const left = task.left - (replica.now - task.cpu.runFrom);
  if (left - taskUniform(replica, task, SPLIT, task.visit) >= replica.model.host.remoteWindow) return false;
  const next = replica.model.phases[nextOf(replica, task)];
  if (next === undefined || next.mode === "user") return false;
  return taskUniform(replica, task, AFFECTED, task.visit + 1) < next.affected;
}

function trySwitchIdle(replica: Replica, cpu: Cpu): boolean {
  const { host } = replica.model;
  if (cpu.idle.switched) return true;
  if (!cpu.online) {
    switchIdle(replica, cpu, "idle");
    return true;
  }
  if (!isIdle(cpu)) {
    if (host.reliableStack === "no") return idleFails(replica, cpu, "unreliable stack");
    switchIdle(replica, cpu, "stack");
    return true;
  }
  if (replica.policy.wakeIdle) {
    countInterrupt(replica, cpu, "idle");
    if (host.ipi > 0) sendInterrupt(replica, cpu, true);
    else switchIdle(replica, cpu, "idle");
  }
  return idleFails(replica, cpu, "idle");
}

function fails(replica: Replica, task: Task, reason: Reason): false {
  note(replica, `fails: ${reason}${reason === "affected" ? `: ${task.state}` : ""}`);
  const functions = reason === "affected" ? affectedFunctions(replica, task) : [];
  tell(replica, { type: "straggler", task: task.number, reason, functions });
  return false;
}

function idleFails(replica: Replica, cpu: Cpu, reason: Reason): false {
  note(replica, `idle task fails: ${reason}`);
  tell(replica, { type: "idle-straggler", cpu: cpu.number, reason });
  return false;
}
