// What the administrator and kpatch do: signal, force, reverse (docs/rules.md, 9).

import { reap } from "./fork.js";
import { endWork } from "./runqueue.js";
import { round } from "./signal.js";
import { type Action, NEVER, note, type Replica, tell } from "./state.js";
import { forgetSwitch, switchIdle, switchTask } from "./switch.js";
import { synchronize } from "./synchronize.js";
import { clear, setFlag, T } from "./task.js";
import { drawIdleWakes } from "./transition.js";

export function listActions(replica: Replica): void {
  const { adminSignalAt, forceAt, giveUp } = replica.policy;
  const add = (at: number, what: Action["do"], givesUp = false): void => {
    replica.actions.push({ at, do: what, givesUp });
  };
  for (const action of replica.model.admin) add(action.at, action.do);
  if (adminSignalAt !== null) add(adminSignalAt, "signal");
  if (forceAt !== null) add(forceAt, "force");
  if (giveUp) {
    add(15e6, "signal");
    if (replica.model.patch.direction === "patch") {
      add(75e6, "reverse", true);
      add(90e6, "signal");
    }
  }
  replica.actions.sort((a, b) => a.at - b.at);
}

export function adminDue(replica: Replica): boolean {
  if (replica.stage === "reversing") {
    if (replica.syncing > 0) return false;
    endReverse(replica);
    return true;
  }
  const action = replica.actions[0];
  if (replica.stage !== "waiting" || action === undefined || action.at > replica.now) return false;
  replica.actions.shift();
  act(replica, action);
  if (replica.stage === "waiting") reap(replica);
  return true;
}

function act(replica: Replica, action: Action): void {
  note(replica, `admin: ${action.do}`);
  if (action.givesUp && replica.reversed) return note(replica, "gives up after a reverse");
  tell(replica, { type: "admin", do: action.do, givesUp: action.givesUp });
  if (action.givesUp) {
    note(replica, "gives up");
    replica.counters.gaveUp += 1;
  }
  if (action.do === "force") force(replica);
  else if (action.do === "reverse") reverse(replica);
  else if (replica.policy.signal === "admin") round(replica);
}

function force(replica: Replica): void {
  for (const task of replica.tasks) if (task.state !== "dead" && !task.switched) switchTask(replica, task, "force");
  if (!replica.model.host.idleTasks) return;
  for (const cpu of replica.cpus) if (!cpu.idle.switched) switchIdle(replica, cpu, "force");
}

function reverse(replica: Replica): void {
  replica.stage = "reversing";
  for (const task of replica.tasks) clear(replica, task, T);
  for (const cpu of replica.cpus) {
    cpu.idle.pending = false;
    cpu.idleWakeAt = NEVER;
    if (cpu.worker === "try waits") endWork(replica, cpu);
  }
  replica.workerWoken = false;
  synchronize(replica);
}

function endReverse(replica: Replica): void {
  replica.stage = "waiting";
  replica.reversed = !replica.reversed;
  for (const task of replica.tasks) {
    task.switched = !task.switched;
    forgetSwitch(task);
    if (task.state !== "dead" && !task.switched) setFlag(replica, task, T);
  }
  if (replica.model.host.idleTasks) {
    for (const cpu of replica.cpus) {
      const switched = !cpu.idle.switched;
      cpu.idle = { pending: !switched, switched, switchAt: -1, mechanism: "none" };
    }
  }
  replica.lastSwitch = -1;
  replica.blame = { phase: -1, mechanism: 0 };
  replica.failedTries = 0;
  drawIdleWakes(replica);
  note(replica, "reversed");
  const patches = (replica.model.patch.direction === "patch") !== replica.reversed;
  tell(replica, { type: "reversed", direction: patches ? "patch" : "unpatch" });
  reap(replica);
}
