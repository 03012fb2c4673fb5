// Completion, step by step, from the deciding try to what sysfs shows (docs/rules.md, 10).

import type { Step } from "../events.js";
import { timeoutAfter } from "./clock.js";
import { interrupt, proceed } from "./cpu.js";
import { reap } from "./fork.js";
import { hold, holdoutsGone } from "./grace-period.js";
import { beginWork, charge, readyOn, resched } from "./runqueue.js";
import { poke } from "./signal.js";
import { at, NEVER, note, type Replica, tell } from "./state.js";
import { synchronize } from "./synchronize.js";
import { T } from "./task.js";
import { endWorker } from "./wake.js";

export function decide(replica: Replica): void {
  replica.stage = "completing";
  replica.decided = replica.now;
  const pending = replica.tasks.filter((task) => task.state !== "dead" && task.flags.has(T)).length;
  replica.counters.warnings += pending;
  tell(replica, { type: "decided", pending });
  if (replica.policy.hookPatching !== "none") poke(replica);
  replica.steps = [
    ...(replica.policy.hookPatching === "calls" ? (["hookOff"] as const) : []),
    ...unhookSteps(replica),
    "leave",
    "sync",
    "turn",
  ];
  reap(replica);
}

function unhookSteps(replica: Replica): Step[] {
  const { patch, host } = replica.model;
  const patching = (patch.direction === "patch") !== replica.reversed;
  const count = patching ? (patch.replace ? patch.nops : 0) : Math.max(1, patch.functions.length);
  const steps: Step[] = ["unhook"];
  if (host.unpatchWait !== "none") {
    steps.push("leave", "sync");
    if (host.unpatchWait === "rude+tasks") steps.push("turn", "rcu", "holdouts", "rcu at the end");
    steps.push("turn to work");
  }
  return Array.from({ length: count }, () => steps).flat();
}

/** Goes on as long as steps end now. */
export function completionDue(replica: Replica): boolean {
  if (replica.step !== null && !stepDone(replica, replica.step)) return false;
  const step = replica.steps.shift();
  replica.step = step ?? null;
  if (step !== undefined) beginStep(replica, step);
  else {
    tell(replica, { type: "complete" });
    replica.complete = replica.now;
    replica.stage = "over";
  }
  return true;
}

function beginStep(replica: Replica, step: Step): void {
  const { host } = replica.model;
  replica.stepEnd = NEVER;
  tell(replica, { type: "step", step });
  switch (step) {
    case "hookOff":
      replica.stepEnd = replica.now + host.hookOff;
      break;
    case "unhook":
      replica.stepEnd = replica.now + host.unhookWork;
      break;
    case "leave":
      leave(replica);
      break;
    case "sync":
      synchronize(replica);
      break;
    case "turn":
    case "turn to work":
      beginTurn(replica, step === "turn to work");
      break;
    case "rcu":
      replica.stepEnd = Math.max(replica.now, replica.graceReady) + host.rcuGrace;
      if (replica.now < replica.graceReady) note(replica, "grace period waits for the last one's sleep");
      break;
    case "holdouts":
      hold(replica);
      break;
    case "rcu at the end":
      replica.stepEnd = replica.now + host.rcuGrace;
      break;
  }
}

function stepDone(replica: Replica, step: Step): boolean {
  switch (step) {
    case "leave":
      return true;
    case "sync":
      return replica.syncing === 0;
    case "turn":
    case "turn to work":
      return turnDone(replica, step === "turn to work");
    case "holdouts":
      return holdoutsGone(replica);
    default:
      if (replica.now < replica.stepEnd) return false;
      if (step === "rcu at the end") replica.graceReady = timeoutAfter(replica, Math.floor(replica.model.host.hz / 10));
      return true;
  }
}

function leave(replica: Replica): void {
  replica.completer.vr += replica.now - replica.completer.from;
  replica.completer.works = false;
  endWorker(replica);
}

function beginTurn(replica: Replica, takes: boolean): void {
  const { loaderCpu, latency, wakeupGranularity } = replica.model.host;
  const { completer } = replica;
  if (loaderCpu === "none") {
    completer.works = true;
    return;
  }
  const cpu = at(replica.cpus, replica.tryCpu);
  charge(replica, cpu);
  completer.vr = Math.max(completer.vr, cpu.minvr - Math.floor(latency / 2));
  const running = cpu.current;
  const others = [...readyOn(cpu), ...(running === null ? [] : [running])];
  const least = Math.min(...others.map((task) => task.vr));
  if (others.length === 0 || (!takes && completer.vr <= least)) {
    if (takes) beginWork(replica, cpu);
    completer.works = true;
    return;
  }
  note(replica, completer.vr <= least ? "turn by precedence" : "turn: outrun");
  cpu.worker = "turn waits";
  cpu.turnVr = completer.vr;
  if (running === null) return proceed(replica, cpu);
  const preempts = wakeupGranularity !== null && running.vr - completer.vr > wakeupGranularity;
  if (completer.vr <= least || preempts) resched(replica, running);
  interrupt(replica, cpu);
}

function turnDone(replica: Replica, takes: boolean): boolean {
  const { completer } = replica;
  const cpu = at(replica.cpus, replica.tryCpu);
  if (cpu.worker === "turn waits") return false;
  if (!completer.works && !takes) endWorker(replica);
  completer.works = true;
  completer.from = replica.now;
  return true;
}
