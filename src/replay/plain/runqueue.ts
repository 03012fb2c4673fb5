// A CPU's tasks: who waits, who runs, who is picked next, and what running costs them (docs/rules.md, 5).

import { type Cpu, NEVER, note, type Replica, type Task } from "./state.js";
import { clear, R, RL, setFlag } from "./task.js";

export function readyOn(replica: Replica, cpu: Cpu): Task[] {
  const ready: Task[] = [];
  for (const task of replica.tasks) if (task.state === "ready" && task.cpu === cpu) ready.push(task);
  return ready;
}

export function runnable(replica: Replica, cpu: Cpu): number {
  return readyOn(replica, cpu).length + (cpu.current === null ? 0 : 1);
}

/** Tasks and a completer that wait for the CPU. */
export function contenders(replica: Replica, cpu: Cpu): number {
  return readyOn(replica, cpu).length + (cpu.worker === "turn waits" ? 1 : 0);
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
  for (const ready of readyOn(replica, cpu)) least = Math.min(least, ready.vr);
  if (least !== NEVER) cpu.minvr = Math.max(cpu.minvr, least);
}

export function leaveCpu(_replica: Replica, task: Task): void {
  const cpu = task.cpu;
  clear(task, R, RL);
  task.lookAt = NEVER;
  cpu.current = null;
  cpu.stalledUntil = null;
  cpu.switching = false;
}

export function deselect(replica: Replica, task: Task): void {
  charge(replica, task.cpu);
  task.state = "ready";
  leaveCpu(replica, task);
}

export function pick(replica: Replica, cpu: Cpu): void {
  charge(replica, cpu);
  let best: Task | null = null;
  for (const task of readyOn(replica, cpu)) if (best === null || task.vr < best.vr) best = task;
  if (best === null) return;
  best.state = "current";
  cpu.current = best;
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
  setFlag(task, replica.model.host.preemption === "lazy" ? RL : R);
}

export function release(replica: Replica, task: Task): void {
  replica.held.delete(task);
}
