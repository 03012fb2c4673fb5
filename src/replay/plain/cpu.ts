// One CPU: proceeding to whatever runs next, interrupts, and look points (docs/rules.md, 5 and 6).

import { saturate } from "./clock.js";
import { LOOK, taskUniform } from "./draws.js";
import { exitLoop, woken, workLoop } from "./loops.js";
import { block, interrupted, toExit } from "./phase.js";
import { beginWork, charge, contenders, deselect, endWork, pick, readyOn, stall } from "./runqueue.js";
import { type Cpu, NEVER, note, type Replica, type Task } from "./state.js";
import { switchIdle } from "./switch.js";
import {
  condReschedYields,
  exitWork,
  heedsSignals,
  inMode,
  masked,
  needsResched,
  phaseOf,
  preemptible,
  signals,
  T,
  toKernel,
} from "./task.js";

export function proceed(replica: Replica, cpu: Cpu): void {
  while (advance(replica, cpu));
  aim(replica, cpu);
}

/** One turn of proceed's loop; false: stop. */
function advance(replica: Replica, cpu: Cpu): boolean {
  if (cpu.worker === "runs") return false;
  if (cpu.current === null) {
    if (workerIsNext(cpu)) return runWorker(replica, cpu);
    pick(replica, cpu);
    if (cpu.current !== null) return true;
    if (cpu.idle.pending) switchIdle(replica, cpu, "idle");
    return false;
  }
  if (cpu.stalledUntil !== null) return false;
  const task = cpu.current;
  switch (task.context) {
    case "phase":
    case "poll":
      return false;
    case "woken":
      woken(replica, task);
      return true;
    case "exit":
      exitLoop(replica, cpu, task);
      return true;
    case "work":
    case "guest":
      workLoop(replica, task);
      return true;
  }
}

/** A completer in its turn has no precedence: a task with less virtual runtime goes first. */
function workerIsNext(cpu: Cpu): boolean {
  if (cpu.worker !== "turn waits") return cpu.worker !== "none";
  return readyOn(cpu).every((task) => cpu.turnVr <= task.vr);
}

/** A try's worker keeps the CPU until the try ends; a synchronize's is through at once. */
function runWorker(replica: Replica, cpu: Cpu): boolean {
  if (cpu.worker === "sync waits") {
    beginWork(replica, cpu);
    endWork(replica, cpu);
    replica.syncing -= 1;
    return true;
  }
  if (cpu.worker === "turn waits") note(replica, "turn comes");
  beginWork(replica, cpu);
  return false;
}

export function interrupt(replica: Replica, cpu: Cpu): void {
  const task = cpu.current;
  if (task === null || cpu.stalledUntil !== null) return;
  if (task.context === "poll") interruptPoll(replica, cpu, task);
  else if (inMode(replica, task, "user")) interruptUser(replica, cpu, task);
  else if (inMode(replica, task, "guest")) interruptGuest(replica, cpu, task);
  else if (inMode(replica, task, "kernel")) interruptKernel(replica, cpu, task);
}

function interruptUser(replica: Replica, cpu: Cpu, task: Task): void {
  if (!exitWork(task)) return;
  charge(replica, cpu);
  toExit(replica, task, "cont");
  proceed(replica, cpu);
}

function interruptGuest(replica: Replica, cpu: Cpu, task: Task): void {
  if (preemptible(replica, task)) {
    note(replica, "guest preempted");
    toKernel(replica, task);
    deselect(replica, task);
    task.context = "guest";
    proceed(replica, cpu);
  } else if (masked(replica, task)) {
    charge(replica, cpu);
    toKernel(replica, task);
    task.context = "work";
    task.lookAt = NEVER;
    if (replica.model.host.vmExit > 0) stall(replica, cpu, replica.model.host.vmExit);
    proceed(replica, cpu);
  }
}

function interruptKernel(replica: Replica, cpu: Cpu, task: Task): void {
  if (preemptible(replica, task)) {
    note(replica, "kernel preempted");
    deselect(replica, task);
    task.irqPreempted = true;
    proceed(replica, cpu);
  } else if (heedsSignals(replica, task) && signals(task)) {
    note(replica, "kernel phase interrupted");
    charge(replica, cpu);
    interrupted(replica, task);
    proceed(replica, cpu);
  } else aim(replica, cpu);
}

function interruptPoll(replica: Replica, cpu: Cpu, task: Task): void {
  if (!needsResched(task) && !signals(task) && contenders(cpu) === 0) return;
  charge(replica, cpu);
  if (signals(task)) {
    note(replica, "poll ends by signal");
    task.context = "work";
  } else {
    note(replica, "poll ends by competition");
    block(replica, task);
  }
  proceed(replica, cpu);
}

export function aim(replica: Replica, cpu: Cpu): void {
  const task = cpu.current;
  if (task === null) return;
  const rate = lookRate(replica, cpu, task);
  if (rate === 0) {
    task.lookAt = NEVER;
  } else if (task.lookAt === NEVER) {
    task.looks += 1;
    const wait = replica.draws.exponentialTicks(1e6 / rate, taskUniform(replica, task, LOOK, task.looks));
    task.lookAt = saturate(replica.now + wait);
    task.lookFrom = replica.now;
    note(replica, "look aimed");
  }
}

/** How often a second the task looks at its flags; 0 while that cannot matter. */
function lookRate(replica: Replica, cpu: Cpu, task: Task): number {
  if (cpu.stalledUntil !== null) return 0;
  const phase = phaseOf(replica, task);
  if (inMode(replica, task, "kernel")) {
    const yields = condReschedYields(replica, task);
    const hooked = task.flags.has(T) && replica.policy.condResched;
    return yields || hooked ? phase.condResched : 0;
  }
  return inMode(replica, task, "guest") && masked(replica, task) ? phase.exits : 0;
}
