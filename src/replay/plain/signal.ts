// Rounds of fake signals, kicks, and the poke of all CPUs (docs/rules.md, 9).

import { type Cpu, note, type Replica, type Task, tell } from "./state.js";
import { isKthread, isSignalWait, N, phaseOf, setFlag, T } from "./task.js";
import { kicked, wakeUp } from "./wake.js";

export function poke(replica: Replica): void {
  note(replica, `poke: ${replica.policy.hookPatching}`);
  for (const cpu of replica.cpus) {
    if (!cpu.online) continue;
    countInterrupt(replica, cpu, "hooks");
    kicked(replica, cpu);
  }
}

export function countInterrupt(replica: Replica, cpu: Cpu, why: "signal" | "idle" | "hooks"): void {
  tell(replica, { type: "ipi", cpu: cpu.number, why, isolated: cpu.nohzFull });
  replica.counters.ipis += 1;
  if (cpu.nohzFull) replica.counters.isolatedInterrupts += 1;
}

export function round(replica: Replica): void {
  replica.rounds += 1;
  note(replica, "round");
  tell(replica, { type: "round", number: replica.rounds });
  for (const task of replica.tasks) if (task.state !== "dead" && task.flags.has(T)) signalTask(replica, task);
}

function signalTask(replica: Replica, task: Task): void {
  const { signalFlag, wakeKthreads } = replica.policy;
  const phase = phaseOf(replica, task);
  const asleep = task.state === "sleep";
  if (isKthread(replica, task)) {
    if (!wakeKthreads || !asleep || !isSignalWait(phase)) return;
    replica.counters.kthreadWakes += 1;
    note(replica, "wakes a kthread");
    tell(replica, { type: "kthread-wake", task: task.number });
    return wakeUp(replica, task);
  }
  if (signalFlag === N && task.flags.has(N)) return note(replica, "N already set");
  note(replica, `signal: ${asleep ? (phase.halt ? "halted" : phase.wait) : task.state}, ${signalFlag}`);
  const wakes = asleep && (phase.halt || isSignalWait(phase));
  const act = wakes ? "wake" : task.state === "current" ? "kick" : "none";
  tell(replica, { type: "signal", task: task.number, flag: signalFlag, act });
  setFlag(replica, task, signalFlag);
  if (act === "wake") wakeUp(replica, task);
  else if (act === "kick") kick(replica, task.cpu);
}

function kick(replica: Replica, cpu: Cpu): void {
  countInterrupt(replica, cpu, "signal");
  const { ipi } = replica.model.host;
  if (ipi > 0) sendInterrupt(replica, cpu, false);
  else kicked(replica, cpu);
}

/** An IPI on its way absorbs another to the same CPU. */
export function sendInterrupt(replica: Replica, cpu: Cpu, wakesIdle: boolean): void {
  if (cpu.interrupts.length === 0) cpu.interrupts.push({ at: replica.now + replica.model.host.ipi, wakesIdle });
}
