// A task's switch, by whatever mechanism, and the blame for the last one (docs/rules.md, 9).

import { MECHANISMS, type Mechanism } from "../../scenario/model.js";
import { type Cpu, note, type Replica, type Task, tell } from "./state.js";
import { clear, stackAffected, T } from "./task.js";

export function switchTask(replica: Replica, task: Task, mechanism: Mechanism): void {
  clear(replica, task, T);
  if (task.switched) return note(replica, "stray T");
  const violation = stackAffected(replica, task);
  if (violation) replica.counters.violations += 1;
  task.switched = true;
  task.switchAt = replica.now;
  task.mechanism = mechanism;
  blameFor(replica, task.phase, mechanism);
  note(replica, `switch: ${mechanism}`);
  tell(replica, { type: "switch", task: task.number, mechanism, violation });
}

export function switchIdle(replica: Replica, cpu: Cpu, mechanism: Mechanism): void {
  cpu.idle = { pending: false, switched: true, switchAt: replica.now, mechanism };
  blameFor(replica, replica.model.phases.length, mechanism);
  note(replica, `idle task: ${mechanism}`);
  tell(replica, { type: "idle-switch", cpu: cpu.number, mechanism });
}

function blameFor(replica: Replica, phase: number, mechanism: Mechanism): void {
  replica.lastSwitch = replica.now;
  replica.blame = { phase, mechanism: MECHANISMS.indexOf(mechanism) };
}

export function forgetSwitch(task: Task): void {
  task.switchAt = -1;
  task.mechanism = "none";
}
