// What a task does before it goes on: woken, on the way to user mode, before the guest (docs/rules.md, 7 and 8).

import { begin, block, endHalt, endPhase, enterVmm, interrupted, nextOf, toExit } from "./phase.js";
import { deselect, release, stall } from "./runqueue.js";
import { type Cpu, note, type Replica, type Task, tell } from "./state.js";
import { switchTask } from "./switch.js";
import {
  clear,
  exitWork,
  isKthread,
  isUserWorker,
  masked,
  N,
  NR,
  needsResched,
  P,
  phaseOf,
  signals,
  stackAffected,
  T,
  toGuest,
  toUser,
} from "./task.js";

export function woken(replica: Replica, task: Task): void {
  if (isKthread(replica, task)) return endPhase(replica, task);
  if (isUserWorker(replica, task)) {
    clear(replica, task, N, P);
    return endPhase(replica, task);
  }
  const due = task.wakeAt <= replica.now;
  if (phaseOf(replica, task).halt) {
    if (due) return endHalt(replica, task);
    note(replica, "halted vCPU woken");
    task.context = "work";
    return;
  }
  if (due) return endPhase(replica, task);
  if (signals(task)) return interrupted(replica, task);
  note(replica, "woken for nothing");
  block(replica, task);
}

export function exitLoop(replica: Replica, cpu: Cpu, task: Task): void {
  const { policy } = replica;
  while (exitWork(task)) {
    if (needsResched(task)) {
      release(replica, task);
      return deselect(replica, task);
    }
    if (policy.updateBeforeSignal && task.flags.has(T)) switchTask(replica, task, "user-exit");
    const signalled = signals(task);
    if (signalled) {
      replica.counters.signalPasses += 1;
      tell(replica, { type: "signal-pass", task: task.number });
      clear(replica, task, N);
      if (policy.signalFlag === P && task.flags.has(T)) note(replica, "signal stays pending");
      else clear(replica, task, P);
    }
    clear(replica, task, NR);
    if (!policy.updateBeforeSignal && task.flags.has(T)) switchTask(replica, task, "user-exit");
    if (signalled && replica.model.host.signal > 0) return stall(replica, cpu, replica.model.host.signal);
  }
  afterExit(replica, task);
}

function afterExit(replica: Replica, task: Task): void {
  switch (task.afterExit) {
    case "cont":
      task.context = "phase";
      toUser(replica, task);
      break;
    case "next":
      begin(replica, task, nextOf(replica, task));
      break;
    case "restart":
      if (phaseOf(replica, task).mode === "kernel") task.context = "phase";
      else if (task.wakeAt > replica.now) block(replica, task);
      else endPhase(replica, task);
      break;
    case "eintr":
      endPhase(replica, task);
      break;
    case "vmm":
      enterVmm(replica, task);
      break;
    case "child":
      begin(replica, task, task.phase);
      break;
  }
}

export function workLoop(replica: Replica, task: Task): void {
  const { policy } = replica;
  task.context = "work";
  while (masked(replica, task)) {
    if (policy.guestEats.some((flag) => task.flags.has(flag))) tell(replica, { type: "eaten", task: task.number });
    clear(replica, task, ...policy.guestEats);
    if (policy.guestUpdates.includes(T) && task.flags.has(T)) switchTask(replica, task, "guest-direct");
    if (policy.guestLeaves.some((flag) => task.flags.has(flag))) {
      replica.counters.eintr += 1;
      note(replica, "leaves KVM_RUN");
      tell(replica, { type: "interrupted", task: task.number, how: "eintr" });
      return toExit(replica, task, "vmm");
    }
    if (needsResched(task)) {
      release(replica, task);
      return deselect(replica, task);
    }
    if (task.flags.has(NR)) {
      clear(replica, task, NR);
      if (policy.condResched && task.flags.has(T) && !stackAffected(replica, task))
        switchTask(replica, task, "cond_resched");
    }
  }
  if (phaseOf(replica, task).mode === "guest") {
    task.context = "phase";
    toGuest(replica, task);
    release(replica, task);
  } else if (task.wakeAt <= replica.now) endHalt(replica, task);
  else block(replica, task);
}
