// Who is where at the start: CPUs, tasks, phases and runqueues (docs/rules.md, 3).

import type { ClassModel } from "../../scenario/model.js";
import { listActions } from "./admin.js";
import { setAlarms } from "./alarms.js";
import { cpuUniform, HOST_ENTITY, START, taskUniform } from "./draws.js";
import { slice } from "./runqueue.js";
import { startRanked, startResting } from "./start-by-class.js";
import { startTask } from "./start-task.js";
import { at, type Context, type Cpu, NEVER, note, type Replica, type Task } from "./state.js";
import { inMode, phaseOf } from "./task.js";

/** Everything as it is when the replica begins. */
export function setUp(replica: Replica): void {
  drawPhases(replica);
  placeLoader(replica);
  makeCpus(replica);
  makeTasks(replica);
  startTasks(replica);
  listActions(replica);
  replica.now = Math.min(0, ...replica.cpus.map((cpu) => cpu.start));
  const period = replica.model.host.balancePeriod;
  if (period > 0 && replica.model.balanceSet.some(Boolean)) replica.nextPass = Math.ceil(replica.now / period) * period;
}

/** Of the clock within a second and of the seconds, and of the watchdog. */
function drawPhases(replica: Replica): void {
  const host = (n: number): number => replica.draws.uniform(HOST_ENTITY, START, n);
  replica.phase0 = Math.floor(1e6 * host(0)) + 1e6 * Math.floor(512 * host(2));
  replica.watchdogPhase = Math.floor(replica.model.host.watchdog * host(3));
}

function placeLoader(replica: Replica): void {
  const { loaderCpu, loaderCandidates, nohzFull } = replica.model.host;
  if (loaderCpu === "none") return;
  if (loaderCpu === "any") {
    const u = replica.draws.uniform(HOST_ENTITY, START, 1);
    replica.tryCpu = at(loaderCandidates, Math.floor(loaderCandidates.length * u));
    replica.laterTryCpu = replica.tryCpu;
    return;
  }
  replica.tryCpu = loaderCpu;
  replica.laterTryCpu = at(nohzFull, loaderCpu) ? at(loaderCandidates, 0) : loaderCpu;
}

function makeCpus(replica: Replica): void {
  const { host, lone, settle } = replica.model;
  for (let number = 0; number < host.cpus; number += 1) {
    const start = at(lone, number) ? 0 : 0 - settle;
    replica.cpus.push({
      number,
      tasks: [],
      start,
      clock: start,
      online: at(host.online, number),
      nohzFull: at(host.nohzFull, number),
      current: null,
      last: null,
      ran: 0,
      runFrom: start,
      stalledUntil: null,
      switching: false,
      minvr: 0,
      worker: "none",
      turnVr: 0,
      interrupts: [],
      idleWakeAt: NEVER,
      idleWakes: 0,
      idleWakeFrom: 0,
      idle: { pending: false, switched: false, switchAt: -1, mechanism: "none" },
      due: null,
      touched: true,
    });
  }
}

function makeTasks(replica: Replica): void {
  const { model } = replica;
  for (let number = 0; number < model.taskCount; number += 1) {
    const of = at(model.classes, at(model.tasks.classOf, number));
    replica.tasks.push({
      number,
      of,
      process: at(model.tasks.process, number),
      allowed: at(model.cpuSets, at(model.tasks.cpuSet, number)),
      parent: null,
      children: [],
      cpu: at(replica.cpus, at(model.tasks.cpu, number)),
      mode: "kernel",
      state: "dead",
      context: "phase",
      afterExit: "cont",
      flags: new Set(),
      phase: of.firstPhase,
      visit: 0,
      affected: false,
      affectedWork: false,
      left: 0,
      wakeAt: NEVER,
      total: 0,
      length: 0,
      poll: 0,
      pollEnd: NEVER,
      saved: null,
      forkT: false,
      vr: 0,
      irqPreempted: false,
      looks: 0,
      lookAt: NEVER,
      lookFrom: 0,
      alarms: [],
      switched: false,
      switchAt: -1,
      mechanism: "none",
    });
  }
  for (const task of replica.tasks) task.cpu.tasks.push(task);
  for (const of of model.classes) linkChildren(replica, of);
}

function linkChildren(replica: Replica, of: ClassModel): void {
  for (let i = 0; i < of.count; i += 1) {
    const parent = at(replica.tasks, of.firstTask + i);
    for (let j = 0; j < of.children; j += 1) {
      const child = at(replica.tasks, of.firstTask + of.count + i * of.children + j);
      child.parent = parent;
      parent.children.push(child);
    }
  }
}

function startTasks(replica: Replica): void {
  for (const of of replica.model.classes) {
    const own = replica.tasks.slice(of.firstTask, of.firstTask + of.count);
    if (of.resting !== null) startResting(replica, of, own);
    else if (of.ranked !== null) startRanked(replica, of, of.ranked, own);
    else for (const task of own) startTask(replica, task, taskUniform(replica, task, START, 0));
  }
  setAlarms(replica);
  for (const cpu of replica.cpus) {
    if (at(replica.model.lone, cpu.number)) startLoneCpu(replica, cpu);
    else startSharedCpu(replica, cpu);
  }
}

function startLoneCpu(replica: Replica, cpu: Cpu): void {
  for (const task of replica.tasks) {
    if (task.cpu !== cpu || task.parent !== null) continue;
    const phase = phaseOf(replica, task);
    const polled = Math.min(task.poll, task.total);
    const age = task.total - task.left;
    if (phase.halt && age < polled) {
      startCurrent(replica, cpu, task, "poll");
      task.pollEnd = cpu.start + polled - age;
      note(replica, "starts polling");
    } else if (phase.mode !== "sleep") startCurrent(replica, cpu, task, "phase");
  }
}

function startSharedCpu(replica: Replica, cpu: Cpu): void {
  const own = replica.tasks.filter((task) => task.cpu === cpu && task.parent === null);
  const runnable = own.filter((task) => phaseOf(replica, task).mode !== "sleep");
  if (runnable.length === 0) return;
  if (runnable.length === 1) {
    startCurrent(replica, cpu, at(runnable, 0), "phase");
    return;
  }
  const { latency, minGranularity } = replica.model.host;
  for (const task of runnable)
    task.vr = Math.floor((latency > 0 ? latency : minGranularity) * taskUniform(replica, task, START, 3));
  for (const task of runnable) {
    const mode = phaseOf(replica, task).mode;
    task.state = "ready";
    task.context = mode === "user" ? "exit" : mode === "guest" ? "work" : "phase";
    task.afterExit = "cont";
  }
  const chosen = Math.floor(runnable.length * cpuUniform(replica, cpu, START, 0));
  startCurrent(replica, cpu, at(runnable, chosen), "phase");
  cpu.ran = Math.floor(slice(replica, runnable.length) * cpuUniform(replica, cpu, START, 1));
}

function startCurrent(replica: Replica, cpu: Cpu, task: Task, context: Context): void {
  task.state = "current";
  task.context = context;
  for (const mode of ["user", "guest"] as const) if (inMode(replica, task, mode)) task.mode = mode;
  cpu.current = task;
  cpu.last = task;
}
