// The grace period of RCU tasks: whom it waits for, and when it looks again (docs/rules.md, 10).

import { timeoutAfter } from "./clock.js";
import { readyOn } from "./runqueue.js";
import { note, type Replica, type Task } from "./state.js";
import { inMode } from "./task.js";

export function hold(replica: Replica): void {
  replica.held = new Set(replica.tasks.filter((task) => isHeld(replica, task)));
  note(replica, replica.held.size === 0 ? "grace period holds nobody" : "grace period holds");
  replica.rescanInterval = Math.floor(replica.model.host.hz / 10);
  replica.rescanAt = replica.held.size === 0 ? replica.now : timeoutAfter(replica, replica.rescanInterval);
}

function isHeld(replica: Replica, task: Task): boolean {
  if (task.state === "ready") return true;
  if (task.state !== "current") return false;
  const outside = inMode(replica, task, "user") || inMode(replica, task, "guest");
  return !(outside && task.cpu.nohzFull && readyOn(task.cpu).length === 0);
}

export function holdoutsGone(replica: Replica): boolean {
  if (replica.now < replica.rescanAt) return false;
  if (replica.held.size === 0) return true;
  note(replica, "grace period rescans");
  replica.rescanInterval = Math.min(replica.rescanInterval + 1, replica.model.host.hz);
  replica.rescanAt = timeoutAfter(replica, replica.rescanInterval);
  return false;
}
