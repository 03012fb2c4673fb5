// Phases: how they begin, end and are interrupted (docs/rules.md, 4), and the VMM phase behind them (8).

import { EXIT_PHASE, FOREVER_TICKS, type PhaseModel } from "../../scenario/model.js";
import { saturate } from "./clock.js";
import { AFFECTED, DURATION, firstShare, NEXT, taskUniform } from "./draws.js";
import { exit, fork } from "./fork.js";
import { charge, contenders, leaveCpu, release } from "./runqueue.js";
import { type AfterExit, at, NEVER, note, type Replica, type Task, tell } from "./state.js";
import { switchTask } from "./switch.js";
import {
  clear,
  heedsSignals,
  isAtRest,
  isPlain,
  isSignalWait,
  isUserWorker,
  N,
  needsResched,
  P,
  phaseOf,
  signals,
  T,
  toKernel,
  toUser,
} from "./task.js";

export function drawAffected(replica: Replica, task: Task): void {
  const a = taskUniform(replica, task, AFFECTED, task.visit);
  const phase = phaseOf(replica, task);
  task.affected = a < phase.affected;
  task.affectedWork = a < (phase.mode === "guest" ? phase.affectedWork : phase.affected);
}

export function begin(replica: Replica, task: Task, next: number): void {
  task.visit += 1;
  task.phase = next;
  task.lookAt = NEVER;
  const phase = phaseOf(replica, task);
  const length = isAtRest(task)
    ? FOREVER_TICKS
    : replica.draws.duration(phase.duration, taskUniform(replica, task, DURATION, task.visit));
  task.length = length;
  drawAffected(replica, task);
  if (phase.mode !== "user") toKernel(replica, task);
  tell(replica, { type: "phase", task: task.number, phase: next, affected: task.affected });
  if (phase.fork !== null) task.forkT = task.flags.has(T);
  if (phase.mode === "sleep") beginSleep(replica, task, phase, length);
  else beginOnCpu(replica, task, phase, length);
}

function beginOnCpu(replica: Replica, task: Task, phase: PhaseModel, length: number): void {
  task.left = length;
  task.context = phase.mode === "guest" ? "work" : "phase";
  if (phase.mode === "user") toUser(replica, task);
  if (phase.mode === "kernel" && heedsSignals(replica, task) && signals(task)) {
    note(replica, "kernel phase begun with a signal");
    interrupted(replica, task);
  }
}

function beginSleep(replica: Replica, task: Task, phase: PhaseModel, length: number): void {
  const cpu = task.cpu;
  task.wakeAt = saturate(replica.now + length);
  task.total = length;
  if (phase.halt) {
    const quiet = !needsResched(task) && !signals(task) && contenders(cpu) === 0;
    if (task.poll === 0 || !quiet) return block(replica, task);
    task.context = "poll";
    task.pollEnd = saturate(replica.now + Math.min(task.poll, length));
    note(replica, "poll");
    return;
  }
  if (isSignalWait(phase) && isPlain(replica, task) && signals(task)) {
    note(replica, "sleep begun with a signal");
    return interrupted(replica, task);
  }
  block(replica, task);
}

export function nextOf(replica: Replica, task: Task): number {
  return firstShare(phaseOf(replica, task).next, taskUniform(replica, task, NEXT, task.visit)).phase;
}

export function endPhase(replica: Replica, task: Task): void {
  const phase = phaseOf(replica, task);
  if (phase.fork !== null) fork(replica, task, phase.fork);
  if (isUserWorker(replica, task)) clear(replica, task, N, P);
  if (task.saved !== null) return leaveVmm(replica, task, task.saved);
  const next = nextOf(replica, task);
  if (next === EXIT_PHASE) return exit(replica, task);
  if (at(replica.model.phases, next).mode === "user" && phase.mode !== "user") return toExit(replica, task, "next");
  begin(replica, task, next);
}

export function toExit(replica: Replica, task: Task, afterExit: AfterExit): void {
  toKernel(replica, task);
  task.context = "exit";
  task.afterExit = afterExit;
  task.lookAt = NEVER;
}

export function interrupted(replica: Replica, task: Task): void {
  const { onSignal } = phaseOf(replica, task);
  note(replica, `interrupted: ${onSignal}`);
  if (onSignal === "absorb" && !task.flags.has(P)) {
    clear(replica, task, N);
    return block(replica, task);
  }
  if (onSignal === "eintr" || onSignal === "absorb") {
    replica.counters.eintr += 1;
    tell(replica, { type: "interrupted", task: task.number, how: "eintr" });
    return toExit(replica, task, "eintr");
  }
  replica.counters.restarts += 1;
  tell(replica, { type: "interrupted", task: task.number, how: "restart" });
  toExit(replica, task, "restart");
}

export function block(replica: Replica, task: Task): void {
  const cpu = task.cpu;
  charge(replica, cpu);
  const phase = phaseOf(replica, task);
  const freezable = phase.wait === "freezable" && !phase.halt;
  if (replica.policy.scheduleHook && freezable && task.flags.has(T) && !task.affected)
    switchTask(replica, task, "schedule");
  leaveCpu(replica, task, "sleep");
  release(replica, task);
}

export function endHalt(replica: Replica, task: Task): void {
  task.poll = pollUpdated(replica, task.poll, task.total);
  endPhase(replica, task);
}

export function pollUpdated(replica: Replica, poll: number, length: number): number {
  const { max, start, grow, shrink } = replica.model.host.haltPoll;
  if (length <= poll) return poll;
  if (poll > 0 && length > max) return shrink === 0 ? 0 : Math.floor(poll / shrink);
  if (poll < max && length < max) return Math.min(max, poll === 0 ? start : poll * grow);
  return poll;
}

export function enterVmm(replica: Replica, task: Task): void {
  if (task.of.vmmPhase === null) throw new Error("replay: no VMM phase");
  task.saved = { phase: task.phase, left: task.left };
  task.phase = task.of.vmmPhase;
  task.context = "phase";
  task.left = task.of.vmmTicks;
  tell(replica, { type: "phase", task: task.number, phase: task.phase, affected: false });
  toUser(replica, task);
}

function leaveVmm(replica: Replica, task: Task, saved: { phase: number; left: number }): void {
  task.saved = null;
  task.phase = saved.phase;
  toKernel(replica, task);
  tell(replica, { type: "phase", task: task.number, phase: task.phase, affected: task.affected });
  if (phaseOf(replica, task).mode === "guest") {
    task.left = saved.left;
    task.context = "work";
  } else if (task.wakeAt <= replica.now) endPhase(replica, task);
  else block(replica, task);
}
