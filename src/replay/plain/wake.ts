// Wake-ups of tasks, alarms and workers, and the interrupts that a transition sends (docs/rules.md, 5, 6 and 9).

import { interrupt, proceed } from "./cpu.js";
import { charge, endWork, resched } from "./runqueue.js";
import { at, type Cpu, note, type Replica, type Task, tell } from "./state.js";
import { inMode, isAtRest } from "./task.js";

/** Enqueue by wake-up. */
export function wakeUp(replica: Replica, task: Task): void {
  const cpu = task.cpu;
  const { latency, wakeupGranularity } = replica.model.host;
  charge(replica, cpu);
  const credited = cpu.minvr - Math.floor(latency / 2);
  if (isAtRest(task)) {
    task.vr = credited;
    task.visit = (replica.now + replica.model.settle) % 2 ** 32;
    task.looks = task.visit;
  } else task.vr = Math.max(task.vr, credited);
  task.state = "ready";
  task.context = "woken";
  tell(replica, { type: "wake-up", cpu: cpu.number, task: task.number });
  if (cpu.worker === "runs") return note(replica, "wake-up under a worker");
  const current = cpu.current;
  if (current === null) return proceed(replica, cpu);
  if (current.context !== "poll" && wakeupGranularity !== null) {
    if (current.vr - task.vr > wakeupGranularity) {
      note(replica, "wake-up preemption");
      resched(replica, current);
    }
  }
  interrupt(replica, cpu);
}

/** 3: ends a rest. */
export function alarm(replica: Replica, task: Task): void {
  task.alarms.shift();
  if (task.state !== "sleep" || !isAtRest(task)) return note(replica, "alarm unheard");
  note(replica, "alarm");
  task.wakeAt = replica.now;
  wakeUp(replica, task);
}

export function wakeWorker(replica: Replica, cpu: Cpu, why: "try waits" | "sync waits"): void {
  cpu.worker = why;
  if (cpu.current === null) return proceed(replica, cpu);
  resched(replica, cpu.current);
  interrupt(replica, cpu);
  if (cpu.worker === why) note(replica, "worker has to wait");
}

export function endWorker(replica: Replica): void {
  if (replica.model.host.loaderCpu === "none") return;
  const cpu = at(replica.cpus, replica.tryCpu);
  endWork(replica, cpu);
  proceed(replica, cpu);
}

/** An interrupt sent by the transition arrives. */
export function kicked(replica: Replica, cpu: Cpu): void {
  const task = cpu.current;
  if (task !== null && inMode(replica, task, "guest")) {
    replica.counters.guestExits += 1;
    tell(replica, { type: "guest-kick", cpu: cpu.number, task: task.number });
  }
  interrupt(replica, cpu);
}
