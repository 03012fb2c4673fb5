// The start of a transition, and the loader's place on its CPU (docs/rules.md, 9).

import { saturate } from "./clock.js";
import { cpuUniform, LOOK } from "./draws.js";
import { reap } from "./fork.js";
import { block, toExit } from "./phase.js";
import { beginWork, deselect, isIdle } from "./runqueue.js";
import { poke } from "./signal.js";
import { at, type Cpu, note, type Replica, type Task, tell } from "./state.js";
import { inMode, setFlag, T, toKernel } from "./task.js";

export function startTransition(replica: Replica): void {
  const takes = replica.model.host.loaderCpu !== "none";
  replica.observer.start?.(replica);
  replica.stage = "loading";
  tell(replica, { type: "start", cpu: takes ? replica.tryCpu : null });
  if (takes) takeCpu(replica, at(replica.cpus, replica.tryCpu));
  placeWorker(replica);
  if (replica.model.patch.direction === "patch") replica.completer.vr += replica.model.host.hookWork;
  for (const task of replica.tasks) if (task.state !== "dead") setFlag(replica, task, T);
  if (replica.model.host.idleTasks) for (const cpu of replica.cpus) cpu.idle.pending = true;
  if (replica.policy.hookPatching !== "none") poke(replica);
  drawIdleWakes(replica);
  reap(replica);
}

/** The loader puts off whoever is current. */
function takeCpu(replica: Replica, cpu: Cpu): void {
  if (cpu.current !== null) displace(replica, cpu.current);
  beginWork(replica, cpu);
}

function displace(replica: Replica, task: Task): void {
  note(replica, `loader displaces: ${task.context}`);
  if (task.context === "poll") return block(replica, task);
  toKernel(replica, task);
  deselect(replica, task);
  if (inMode(replica, task, "user")) toExit(replica, task, "cont");
  else if (inMode(replica, task, "guest")) task.context = replica.model.host.preemption === "full" ? "guest" : "work";
}

export function drawIdleWakes(replica: Replica): void {
  const { idleWakeRate } = replica.model.host;
  if (idleWakeRate === 0) return;
  for (const cpu of replica.cpus) {
    if (!isIdle(cpu) || !cpu.idle.pending) continue;
    cpu.idleWakes += 1;
    const u = cpuUniform(replica, cpu, LOOK, cpu.idleWakes);
    cpu.idleWakeAt = saturate(replica.now + replica.draws.exponentialTicks(1e6 / idleWakeRate, u));
    cpu.idleWakeFrom = replica.now;
  }
}

/** The loader or a worker gets w: as one who wakes is placed. */
export function placeWorker(replica: Replica): void {
  const { minvr } = at(replica.cpus, replica.tryCpu);
  replica.completer = { vr: minvr - Math.floor(replica.model.host.latency / 2), from: replica.now, works: true };
}
