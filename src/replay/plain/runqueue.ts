// A CPU's tasks: who waits, who runs, who is picked next, and what running costs them (docs/rules.md, 5).

import { WORKER } from "../events.js";
import { type Cpu, NEVER, note, type Replica, type Task, tell } from "./state.js";
import { clear, R, RL, setFlag } from "./task.js";

export function readyOn(cpu: Cpu): Task[] {
  return cpu.tasks.filter((task) => task.state === "ready");
}

/** From now on the task is there. */
export function placeOn(cpu: Cpu, task: Task): void {
  if (task.cpu === cpu) return;
  task.cpu.tasks.splice(task.cpu.tasks.indexOf(task), 1);
  const next = cpu.tasks.findIndex((other) => other.number > task.number);
  cpu.tasks.splice(next < 0 ? cpu.tasks.length : next, 0, task);
  task.cpu = cpu;
}

/** A worker, the loader among them, gets the CPU. */
export function beginWork(replica: Replica, cpu: Cpu): void {
  cpu.worker = "runs";
  tell(replica, { type: "sched-in", cpu: cpu.number, task: WORKER });
}

/** It leaves the CPU, or no longer waits for it. */
export function endWork(replica: Replica, cpu: Cpu): void {
  if (cpu.worker === "runs") tell(replica, { type: "sched-out", cpu: cpu.number, task: WORKER, to: "sleep" });
  cpu.worker = "none";
}

export function runnable(cpu: Cpu): number {
  return readyOn(cpu).length + (cpu.current === null ? 0 : 1);
}

/** Tasks and a completer that wait for the CPU. */
export function contenders(cpu: Cpu): number {
  return readyOn(cpu).length + (cpu.worker === "turn waits" ? 1 : 0);
}

export function isIdle(cpu: Cpu): boolean {
  return cpu.online && cpu.current === null && cpu.worker !== "runs";
}

export function slice(replica: Replica, runnable: number): number {
  const { latency, minGranularity } = replica.model.host;
  return Math.max(Math.floor(latency / runnable), minGranularity);
}

export function charge(replica: Replica, cpu: Cpu): void {
  const task = cpu.current;
  if (task !== null && cpu.stalledUntil === null) {
    const ran = replica.now - cpu.runFrom;
    task.vr += ran;
    cpu.ran += ran;
    if (task.context !== "poll") task.left -= ran;
    cpu.runFrom = replica.now;
  }
  let least = task === null ? NEVER : task.vr;
  for (const ready of readyOn(cpu)) least = Math.min(least, ready.vr);
  if (least !== NEVER) cpu.minvr = Math.max(cpu.minvr, least);
}

/** To sleep, to wait for its turn, or for ever. */
export function leaveCpu(replica: Replica, task: Task, to: "sleep" | "ready" | "zombie"): void {
  const cpu = task.cpu;
  task.state = to;
  clear(replica, task, R, RL);
  task.lookAt = NEVER;
  cpu.current = null;
  tell(replica, { type: "sched-out", cpu: cpu.number, task: task.number, to });
  cpu.stalledUntil = null;
  cpu.switching = false;
}

export function deselect(replica: Replica, task: Task): void {
  charge(replica, task.cpu);
  leaveCpu(replica, task, "ready");
}

export function pick(replica: Replica, cpu: Cpu): void {
  charge(replica, cpu);
  let best: Task | null = null;
  for (const task of readyOn(cpu)) if (best === null || task.vr < best.vr) best = task;
  if (best === null) return;
  best.state = "current";
  cpu.current = best;
  tell(replica, { type: "sched-in", cpu: cpu.number, task: best.number });
  cpu.ran = 0;
  cpu.runFrom = replica.now;
  if (cpu.last !== best && replica.model.host.contextSwitch > 0) {
    note(replica, "context switch cost");
    stall(replica, cpu, replica.model.host.contextSwitch);
    cpu.switching = true;
  } else best.irqPreempted = false;
  cpu.last = best;
}

export function stall(replica: Replica, cpu: Cpu, ticks: number): void {
  cpu.stalledUntil = replica.now + ticks;
  cpu.runFrom = cpu.stalledUntil;
}

export function resched(replica: Replica, task: Task): void {
  setFlag(replica, task, replica.model.host.preemption === "lazy" ? RL : R);
}

export function release(replica: Replica, task: Task): void {
  replica.held.delete(task);
}
