// A branch: where there are stragglers, what has not been observed is drawn again under a key of its own (docs/rules.md, 13).

import type { BranchDraws } from "../../branching-core.js";
import { FOREVER_TICKS } from "../../scenario/model.js";
import { saturate } from "./clock.js";
import { CPU_ENTITY, cpuUniform, DURATION, LOOK, taskUniform } from "./draws.js";
import { charge } from "./runqueue.js";
import { type Cpu, NEVER, note, type Replica, type Task } from "./state.js";
import { isAtRest, phaseOf } from "./task.js";

export function takeBranch(replica: Replica): void {
  const branch = replica.branches.shift();
  replica.branchDue = false;
  if (branch === undefined) return;
  note(replica, "branch");
  drawsOf(replica).begin(branch.number);
  const cpus = replica.cpus.filter((cpu) => hasStragglers(replica, cpu));
  for (const cpu of cpus) {
    charge(replica, cpu);
    if (cpu.idle.pending && cpu.idleWakeAt !== NEVER) redrawIdleWake(replica, cpu);
    for (const task of replica.tasks) if (task.cpu === cpu) redrawTask(replica, task);
  }
}

/** Of a replica with branches they are the branching module's. */
function drawsOf(replica: Replica): BranchDraws {
  return replica.draws as BranchDraws;
}

function hasStragglers(replica: Replica, cpu: Cpu): boolean {
  if (replica.model.host.idleTasks && !cpu.idle.switched) return true;
  return replica.tasks.some((task) => task.cpu === cpu && task.state !== "dead" && !task.switched);
}

function redrawIdleWake(replica: Replica, cpu: Cpu): void {
  note(replica, "idle wake drawn again");
  drawsOf(replica).rekey(CPU_ENTITY + cpu.number);
  const mean = 1e6 / replica.model.host.idleWakeRate;
  const age = replica.now - cpu.idleWakeFrom;
  const w = cpuUniform(replica, cpu, LOOK, cpu.idleWakes);
  cpu.idleWakeAt = cpu.idleWakeFrom + drawsOf(replica).exponentialBeyond(mean, age, w);
}

function redrawTask(replica: Replica, task: Task): void {
  const runnable = task.state === "ready" || task.state === "current";
  const chosen = runnable && task.context === "exit" && task.afterExit === "next";
  if (task.state === "dead" || task.of.resting !== null || chosen) return;
  drawsOf(replica).rekey(task.number);
  if (task.state === "sleep") redrawSleep(replica, task);
  else if (runnable && isInCpuPhase(replica, task)) redrawWork(replica, task);
  if (task.state === "current" && task.lookAt !== NEVER) redrawLook(replica, task);
}

function redrawSleep(replica: Replica, task: Task): void {
  const phase = phaseOf(replica, task);
  if (task.wakeAt <= replica.now || task.wakeAt >= FOREVER_TICKS || isAtRest(task)) return;
  if (task.visit === 0) {
    if (phase.halt) return;
    const { start } = replica.cpus[replica.model.tasks.cpu[task.number] as number] as Cpu;
    task.wakeAt = saturate(start + residualBeyond(replica, task, replica.now - start));
  } else {
    const from = task.wakeAt - task.length;
    task.length = durationBeyond(replica, task, replica.now - from);
    task.total = task.length;
    task.wakeAt = saturate(from + task.length);
  }
  note(replica, "sleep drawn again");
}

/** In a phase of CPU time that the task has not done with. */
function isInCpuPhase(replica: Replica, task: Task): boolean {
  if (phaseOf(replica, task).mode === "sleep" || task.phase === task.of.vmmPhase) return false;
  if (task.context === "exit") return task.afterExit === "cont";
  return task.context === "phase" || task.context === "work" || task.context === "guest";
}

function redrawWork(replica: Replica, task: Task): void {
  if (task.left <= 0 || task.length >= FOREVER_TICKS) return;
  const age = task.length - task.left;
  task.length = task.visit === 0 ? residualBeyond(replica, task, age) : durationBeyond(replica, task, age);
  task.left = task.length - age;
  note(replica, "phase of CPU time drawn again");
}

function durationBeyond(replica: Replica, task: Task, age: number): number {
  const w = taskUniform(replica, task, DURATION, task.visit);
  return drawsOf(replica).durationBeyond(phaseOf(replica, task).duration, age, w);
}

function residualBeyond(replica: Replica, task: Task, age: number): number {
  const w = taskUniform(replica, task, DURATION, 0);
  return drawsOf(replica).equilibriumBeyond(phaseOf(replica, task).duration, age, w);
}

function redrawLook(replica: Replica, task: Task): void {
  const phase = phaseOf(replica, task);
  const rate = phase.mode === "kernel" ? phase.condResched : phase.exits;
  const w = taskUniform(replica, task, LOOK, task.looks);
  task.lookAt = task.lookFrom + drawsOf(replica).exponentialBeyond(1e6 / rate, replica.now - task.lookFrom, w);
  note(replica, "look drawn again");
}
