// The events of one CPU and which is next (docs/rules.md, 5).

import { jiffiesAt, jiffyTime } from "./clock.js";
import { aim, interrupt, proceed } from "./cpu.js";
import { PROCESS_ENTITY, START } from "./draws.js";
import { block, endHalt, endPhase } from "./phase.js";
import { charge, contenders, deselect, isIdle, release, resched, slice } from "./runqueue.js";
import { type Cpu, type Due, NEVER, note, type Replica, type Task } from "./state.js";
import { switchIdle, switchTask } from "./switch.js";
import { condReschedYields, inMode, NR, R, RL, setFlag, T } from "./task.js";
import { alarm, kicked, wakeUp, wakeWorker } from "./wake.js";

/** The earliest event of a CPU; of equals the first in the order of the list. */
export function nextEvent(replica: Replica, cpu: Cpu): Due | null {
  let best: Due | null = null;
  const consider = (at: number, kind: Due["kind"], task: Task | null): void => {
    if (at < (best === null ? NEVER : best.at)) best = { at, kind, task };
  };
  const task = cpu.current;
  if (task !== null && replica.model.host.schedulerTick)
    consider(jiffyTime(replica, jiffiesAt(replica, cpu.clock) + 1), "tick", null);
  for (const sleeper of cpu.tasks) {
    consider(sleeper.alarms[0] ?? NEVER, "alarm", sleeper);
    if (sleeper.state === "sleep") consider(sleeper.wakeAt, "wake-up", sleeper);
  }
  if (task !== null && cpu.stalledUntil === null) {
    if (task.context === "phase") consider(cpu.runFrom + task.left, "phase end", task);
    if (task.context === "poll") consider(task.pollEnd, "phase end", task);
  }
  if (cpu.stalledUntil !== null) consider(cpu.stalledUntil, "stall end", null);
  if (task !== null) consider(task.lookAt, "look", task);
  const interrupt = cpu.interrupts[0];
  if (interrupt !== undefined) consider(interrupt.at, "delayed interrupt", null);
  consider(cpu.idleWakeAt, "idle wake", null);
  consider(watchdogAfter(replica, cpu), "watchdog", null);
  if (tryTimerRuns(replica, cpu)) consider(Math.max(replica.expiry, replica.now), "worker wake", null);
  return best;
}

function tryTimerRuns(replica: Replica, cpu: Cpu): boolean {
  if (replica.stage !== "waiting" || replica.workerWoken) return false;
  return replica.model.host.loaderCpu !== "none" && cpu.number === replica.tryCpu;
}

/** The first beat after the CPU's clock. */
function watchdogAfter(replica: Replica, cpu: Cpu): number {
  const { watchdog } = replica.model.host;
  if (watchdog === 0 || !cpu.online || cpu.nohzFull) return NEVER;
  const beats = Math.floor((cpu.clock + replica.watchdogPhase) / watchdog);
  return (beats + 1) * watchdog - replica.watchdogPhase;
}

export function handle(replica: Replica, cpu: Cpu, due: Due): void {
  if (due.kind !== "tick") note(replica, `event: ${due.kind}`);
  switch (due.kind) {
    case "tick":
      tick(replica, cpu);
      break;
    case "wake-up":
      if (due.task !== null) wakeUp(replica, due.task);
      break;
    case "alarm":
      if (due.task !== null) alarm(replica, due.task);
      break;
    case "phase end":
      if (due.task !== null) phaseEnd(replica, cpu, due.task);
      break;
    case "stall end":
      stallEnd(replica, cpu);
      break;
    case "look":
      if (due.task !== null) look(replica, cpu, due.task);
      break;
    case "delayed interrupt":
      deliver(replica, cpu);
      break;
    case "idle wake":
      cpu.idleWakeAt = NEVER;
      if (isIdle(cpu) && cpu.idle.pending) switchIdle(replica, cpu, "idle");
      break;
    case "watchdog":
      if (isIdle(cpu) && cpu.idle.pending) {
        note(replica, "watchdog turns the idle loop");
        switchIdle(replica, cpu, "idle");
      } else if (cpu.idle.pending) note(replica, "watchdog on a busy CPU");
      break;
    case "worker wake":
      replica.workerWoken = true;
      wakeWorker(replica, cpu, "try waits");
      break;
  }
  aim(replica, cpu);
}

function tick(replica: Replica, cpu: Cpu): void {
  const { hz, preemption } = replica.model.host;
  const task = cpu.current;
  const ready = contenders(cpu);
  if (task === null || (cpu.nohzFull && ready === 0)) return;
  if (preemption === "lazy" && task.flags.has(RL)) setFlag(replica, task, R);
  charge(replica, cpu);
  if (ready > 0 && cpu.ran >= slice(replica, ready + 1)) {
    note(replica, "slice end");
    resched(replica, task);
  }
  if (replica.policy.taskWork && task.of.kind === "vcpu" && replica.now >= 0) {
    const scanJiffies = Math.ceil(hz / 10);
    const u = replica.draws.uniform(PROCESS_ENTITY + task.process, START, 0);
    if (jiffiesAt(replica, replica.now) % scanJiffies === Math.floor(scanJiffies * u)) {
      note(replica, "task work");
      setFlag(replica, task, NR);
    }
  }
  if (inMode(replica, task, "user") || inMode(replica, task, "guest")) release(replica, task);
  interrupt(replica, cpu);
}

function phaseEnd(replica: Replica, cpu: Cpu, task: Task): void {
  charge(replica, cpu);
  if (task.context === "phase") {
    task.left = 0;
    endPhase(replica, task);
  } else if (task.wakeAt <= replica.now) {
    note(replica, "poll ends in time");
    endHalt(replica, task);
  } else {
    note(replica, "poll runs out");
    block(replica, task);
  }
  proceed(replica, cpu);
}

function stallEnd(replica: Replica, cpu: Cpu): void {
  const task = cpu.current;
  const switched = cpu.switching;
  cpu.stalledUntil = null;
  cpu.switching = false;
  if (switched && task?.flags.has(R)) {
    note(replica, "switched away again");
    const preempted = task.context === "phase" || task.context === "guest";
    if (!preempted) release(replica, task);
    deselect(replica, task);
    return proceed(replica, cpu);
  }
  if (switched && task !== null) task.irqPreempted = false;
  if (task?.context === "phase") interrupt(replica, cpu);
  else proceed(replica, cpu);
}

function look(replica: Replica, cpu: Cpu, task: Task): void {
  task.lookAt = NEVER;
  if (inMode(replica, task, "guest")) {
    note(replica, "guest look");
    return interrupt(replica, cpu);
  }
  note(replica, "kernel look");
  if (task.flags.has(T) && replica.policy.condResched && !task.affected) switchTask(replica, task, "cond_resched");
  if (condReschedYields(replica, task)) {
    deselect(replica, task);
    proceed(replica, cpu);
  }
}

function deliver(replica: Replica, cpu: Cpu): void {
  const due = cpu.interrupts.shift();
  if (due === undefined) return;
  if (!due.wakesIdle) return kicked(replica, cpu);
  if (isIdle(cpu) && cpu.idle.pending) switchIdle(replica, cpu, "idle");
  else interrupt(replica, cpu);
}
