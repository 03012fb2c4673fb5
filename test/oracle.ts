// The rules of docs/rules.md again: slow, obvious, one object a task, one a CPU. A global stepper scans everything
// for the earliest due instant, goes there and applies the rules in their stated order. Nothing is skipped, nothing
// computed ahead, nothing shared with the core but its draws. Section numbers are those of docs/rules.md.

import type { Draws, ReplicaTrace } from "../src/core.js";
import type { Counter } from "../src/results/counts.js";
import { COUNTERS } from "../src/results/counts.js";
import type { ClassModel, Mechanism, Model, PhaseModel, Policy, ThreadFlag } from "../src/scenario/model.js";
import { EXIT_PHASE, FOREVER_TICKS, MECHANISMS } from "../src/scenario/model.js";

const T: ThreadFlag = "TIF_PATCH_PENDING";
const N: ThreadFlag = "TIF_NOTIFY_SIGNAL";
const P: ThreadFlag = "TIF_SIGPENDING";
const R: ThreadFlag = "TIF_NEED_RESCHED";
const RL: ThreadFlag = "TIF_NEED_RESCHED_LAZY";
const NR: ThreadFlag = "TIF_NOTIFY_RESUME";

// 1: entities and purposes of draws.
const CPU_ENTITY = 65536;
const HOST_ENTITY = 131071;
const PROCESS_ENTITY = 131072;
const CLASS_ENTITY = 262144;
const START = 0;
const DURATION = 1;
const NEXT = 2;
const AFFECTED = 3;
const LOOK = 4;
const SPLIT = 6;

const NEVER = Number.POSITIVE_INFINITY;

type State = "sleep" | "ready" | "current" | "zombie" | "dead";
type Context = "phase" | "woken" | "exit" | "work" | "guest" | "poll";
type AfterExit = "cont" | "next" | "restart" | "eintr" | "vmm" | "child";

interface Task {
  number: number;
  of: ClassModel;
  process: number;
  allowed: number[];
  parent: Task | null; // of a child
  children: Task[]; // slots
  cpu: Cpu;
  state: State;
  context: Context;
  then: AfterExit; // meaningful in context exit
  flags: Set<ThreadFlag>;
  phase: number;
  visit: number;
  affected: boolean;
  affectedWork: boolean;
  left: number; // CPU time to go in the phase
  wakeAt: number;
  total: number; // whole length of the sleep
  poll: number; // ticks a halt polls
  pollEnd: number;
  saved: { phase: number; left: number } | null; // behind the VMM phase
  forkT: boolean;
  vr: number;
  irqPreempted: boolean;
  looks: number;
  lookAt: number; // NEVER: none pending
  alarms: number[]; // to come, of a class that rests
  switched: boolean; // S = G
  switchAt: number;
  mechanism: Mechanism;
}

interface Cpu {
  number: number;
  start: number;
  clock: number;
  online: boolean;
  nohzFull: boolean;
  current: Task | null;
  last: Task | null; // the last task that was current
  ran: number;
  runFrom: number;
  stalledUntil: number | null;
  switching: boolean; // the stall is a context switch's
  minvr: number;
  worker: "none" | "try waits" | "sync waits" | "turn waits" | "runs";
  turnVr: number; // of the completer that waits for its turn
  interrupts: { at: number; wakesIdle: boolean }[];
  idleWakeAt: number;
  idleWakes: number;
  idle: { pending: boolean; switched: boolean; switchAt: number; mechanism: Mechanism };
}

type EventKind =
  | "tick"
  | "wake-up"
  | "alarm"
  | "phase end"
  | "stall end"
  | "look"
  | "delayed interrupt"
  | "idle wake"
  | "watchdog"
  | "worker wake";

interface Due {
  at: number;
  kind: EventKind;
  task: Task | null;
}

interface Action {
  at: number;
  do: "reverse" | "force" | "signal";
  givesUp: boolean;
}

/** Of completion, in the words of section 10. */
type Step = "hookOff" | "unhook" | "leave" | "sync" | "turn" | "turn to work" | "rcu" | "holdouts" | "rcu at the end";

type Stage = "settling" | "loading" | "trying" | "waiting" | "reversing" | "completing" | "over";

/** A trace, and for a censored replica the phases (phaseCount: an idle task) of those not switched. */
export interface OracleTrace extends ReplicaTrace {
  stuck: number[];
}

/** Told of every path taken; the tests count them. */
export type Observer = (what: string, now: number, detail: string) => void;

export function oracle(
  model: Model,
  policy: Policy,
  draws: Draws,
  seed: bigint,
  replica: number,
  observer: Observer | null = null,
): OracleTrace {
  draws.select(seed, replica);
  return new Replica(model, policy, draws, observer).run();
}

class Replica {
  now = 0;
  stage: Stage = "settling";
  cpus: Cpu[] = [];
  tasks: Task[] = [];
  phase0: number;
  mask: Set<ThreadFlag>;
  counters = Object.fromEntries(COUNTERS.map((name) => [name, 0])) as Record<Counter, number>;

  tryCpu = 0; // w
  laterTryCpu = 0; // of tries 2, 3, ...
  tries = 0;
  rounds = 0;
  failedTries = 0; // cnt
  expiry = NEVER; // E
  workerWoken = false; // for the try due at E
  running = { begun: 0, visited: 0, failed: false };
  actions: Action[] = [];
  reversed = false;
  nextPass = NEVER;

  syncing = 0; // CPUs whose worker has not run yet
  completer = { vr: 0, from: 0, works: false }; // vr when it got its CPU, when that was, whether it still has it
  steps: Step[] = []; // of completion, still to be begun
  step: Step | null = null;
  stepEnd = NEVER; // of work and plain RCU grace periods
  graceReady = Number.NEGATIVE_INFINITY; // no RCU-tasks grace period begins before
  held = new Set<Task>();
  rescanAt = NEVER;
  rescanInterval = 0; // jiffies
  watchdogPhase = 0;

  decided = -1;
  complete = -1;
  lastSwitch = -1;
  blame: ReplicaTrace["blame"] = { phase: -1, mechanism: 0 };

  constructor(
    readonly model: Model,
    readonly policy: Policy,
    readonly draws: Draws,
    readonly observer: Observer | null,
  ) {
    this.phase0 =
      Math.floor(1e6 * draws.uniform(HOST_ENTITY, START, 0)) +
      1e6 * Math.floor(512 * draws.uniform(HOST_ENTITY, START, 2));
    this.watchdogPhase = Math.floor(model.host.watchdog * draws.uniform(HOST_ENTITY, START, 3));
    this.mask = new Set(policy.guestMask);
    if (this.mask.has(R)) this.mask.add(RL);
    this.placeLoader();
    this.makeCpus();
    this.makeTasks();
    this.startTasks();
    this.listActions();
    this.now = Math.min(0, ...this.cpus.map((cpu) => cpu.start));
    const period = model.host.balancePeriod;
    if (period > 0 && model.balanceSet.some(Boolean)) this.nextPass = Math.ceil(this.now / period) * period;
  }

  // The stepper.

  run(): OracleTrace {
    while (this.stage !== "over") {
      const instant = this.earliest();
      if (instant > this.model.horizon) break;
      if (instant < this.now) throw new Error(`oracle: time ran back to ${instant} at ${this.now}`);
      this.now = instant;
      do this.runCpus();
      while (this.barrier());
    }
    return this.trace();
  }

  earliest(): number {
    let least = this.barrierTime();
    for (const cpu of this.cpus) {
      const due = this.nextEvent(cpu);
      if (due !== null && due.at < least) least = due.at;
    }
    return least;
  }

  /** All events due now, by CPU number. */
  runCpus(): void {
    for (const cpu of this.cpus) {
      if (cpu.start > this.now) continue;
      for (;;) {
        const due = this.nextEvent(cpu);
        cpu.clock = this.now;
        if (due === null || due.at > this.now) break;
        this.event(cpu, due);
      }
    }
  }

  barrierTime(): number {
    let least = Math.min(this.nextPass, this.transitionTime());
    const action = this.actions[0];
    if (this.stage === "waiting" && action !== undefined) least = Math.min(least, action.at);
    return Math.max(least, this.now);
  }

  /** When the transition itself next has something to do, apart from workers' turns. */
  transitionTime(): number {
    switch (this.stage) {
      case "settling":
        return 0;
      case "loading":
        return this.firstTryAt();
      case "trying":
        return this.visitTime(this.running.visited);
      case "waiting":
        return this.model.host.loaderCpu === "none" ? this.expiry : NEVER;
      case "completing":
        return this.step === null ? this.now : this.step === "holdouts" ? this.rescanAt : this.stepEnd;
      default:
        return NEVER;
    }
  }

  /** Does the first barrier due now, if there is one: balance pass, then try, then admin action. */
  barrier(): boolean {
    if (this.stage === "over") return false;
    if (!(this.balanceDue() || this.transitionDue() || this.adminDue())) return false;
    for (const cpu of this.cpus) this.aim(cpu);
    return true;
  }

  note(what: string, detail = ""): void {
    if (this.observer !== null) this.observer(what, this.now, detail);
  }

  // 1 and 2: draws and clock.

  uniform(task: Task, purpose: number, n: number): number {
    return this.draws.uniform(task.number, purpose, n);
  }

  cpuUniform(cpu: Cpu, purpose: number, n: number): number {
    return this.draws.uniform(CPU_ENTITY + cpu.number, purpose, n);
  }

  jiffyTime(jiffy: number): number {
    return Math.floor((jiffy * 1e6) / this.model.host.hz) - this.phase0 - 1024e6;
  }

  jiffiesAt(time: number): number {
    let jiffy = Math.floor(((time + this.phase0 + 1024e6) * this.model.host.hz) / 1e6);
    while (this.jiffyTime(jiffy) > time) jiffy -= 1;
    while (this.jiffyTime(jiffy + 1) <= time) jiffy += 1;
    return jiffy;
  }

  jiffyTicks(jiffies: number): number {
    return Math.floor((jiffies * 1e6) / this.model.host.hz);
  }

  placeLoader(): void {
    const { loaderCpu, loaderCandidates, nohzFull } = this.model.host;
    if (loaderCpu === "none") return;
    if (loaderCpu === "any") {
      const u = this.draws.uniform(HOST_ENTITY, START, 1);
      this.tryCpu = at(loaderCandidates, Math.floor(loaderCandidates.length * u));
      this.laterTryCpu = this.tryCpu;
      return;
    }
    this.tryCpu = loaderCpu;
    this.laterTryCpu = at(nohzFull, loaderCpu) ? at(loaderCandidates, 0) : loaderCpu;
  }

  // 3: tasks at the start.

  makeCpus(): void {
    const { host, lone, settle } = this.model;
    for (let number = 0; number < host.cpus; number += 1) {
      const start = at(lone, number) ? 0 : 0 - settle;
      this.cpus.push({
        number,
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
        idle: { pending: false, switched: false, switchAt: -1, mechanism: "none" },
      });
    }
  }

  makeTasks(): void {
    const { model } = this;
    for (let number = 0; number < model.taskCount; number += 1) {
      const of = at(model.classes, at(model.tasks.classOf, number));
      this.tasks.push({
        number,
        of,
        process: at(model.tasks.process, number),
        allowed: at(model.cpuSets, at(model.tasks.cpuSet, number)),
        parent: null,
        children: [],
        cpu: at(this.cpus, at(model.tasks.cpu, number)),
        state: "dead",
        context: "phase",
        then: "cont",
        flags: new Set(),
        phase: of.firstPhase,
        visit: 0,
        affected: false,
        affectedWork: false,
        left: 0,
        wakeAt: NEVER,
        total: 0,
        poll: 0,
        pollEnd: NEVER,
        saved: null,
        forkT: false,
        vr: 0,
        irqPreempted: false,
        looks: 0,
        lookAt: NEVER,
        alarms: [],
        switched: false,
        switchAt: -1,
        mechanism: "none",
      });
    }
    for (const of of model.classes) this.linkChildren(of);
  }

  linkChildren(of: ClassModel): void {
    for (let i = 0; i < of.count; i += 1) {
      const parent = at(this.tasks, of.firstTask + i);
      for (let j = 0; j < of.children; j += 1) {
        const child = at(this.tasks, of.firstTask + of.count + i * of.children + j);
        child.parent = parent;
        parent.children.push(child);
      }
    }
  }

  startTasks(): void {
    for (const of of this.model.classes) {
      const own = this.tasks.slice(of.firstTask, of.firstTask + of.count);
      if (of.resting !== null) this.startResting(of, own);
      else if (of.ranked !== null) this.startRanked(of, of.ranked, own);
      else for (const task of own) this.startTask(task, this.uniform(task, START, 0));
    }
    this.setAlarms();
    for (const cpu of this.cpus) {
      if (at(this.model.lone, cpu.number)) this.startLoneCpu(cpu);
      else this.startSharedCpu(cpu);
    }
  }

  startResting(of: ClassModel, own: Task[]): void {
    const { phase, share } = of.resting as NonNullable<ClassModel["resting"]>;
    const restless = this.startSingly(of, own, share, (other) => other !== phase);
    for (const task of own) {
      if (restless.has(task)) continue;
      task.phase = phase;
      task.state = "sleep";
      this.drawAffected(task);
      this.note("rests");
    }
  }

  /** Those of a class, drawn by gaps, who do not start in what such a share of it does: they are in one of the other phases. */
  startSingly(of: ClassModel, own: Task[], share: number, isOther: (phase: number) => boolean): Set<Task> {
    const found = new Set<Task>();
    let i = -1;
    for (let k = 0; ; k += 1) {
      i += 1 + this.draws.geometric(share, this.classUniform(of, START, k));
      const task = own[i];
      if (task === undefined) return found;
      found.add(task);
      this.startTask(task, this.shareAmong(task, isOther, 1 - share));
      this.note("starts singly");
    }
  }

  startRanked(of: ClassModel, { phase: long, share, asleep }: NonNullable<ClassModel["ranked"]>, own: Task[]): void {
    const isSleep = (phase: number): boolean => at(this.model.phases, phase).mode === "sleep";
    const placed = this.startSingly(of, own, asleep, (phase) => !isSleep(phase));
    const duration = at(this.model.durations, at(this.model.phases, long).duration);
    if (duration.kind !== "exponential") throw new Error("oracle: a long sleep is exponential");
    const sleepers = own.length - placed.size;
    let exponent = 0;
    let name = 0;
    for (let drawn = 0; drawn < sleepers; drawn += 1) {
      const spacing = this.draws.standardExponential(this.classUniform(of, DURATION, drawn));
      exponent += spacing / (sleepers - drawn);
      const beyond = this.draws.exponentialCdf(exponent) * asleep;
      if (beyond >= share) break;
      let task = own[0] as Task;
      do {
        task = at(own, Math.floor(own.length * this.classUniform(of, SPLIT, name)));
        name += 1;
      } while (placed.has(task));
      placed.add(task);
      task.phase = long;
      task.state = "sleep";
      task.wakeAt = saturate(task.cpu.start + this.draws.exceededTicks(duration.mean, beyond / share));
      this.drawAffected(task);
      this.note("sleeps long");
    }
    for (const task of own) {
      if (placed.has(task)) continue;
      this.startTask(
        task,
        this.shareAmong(task, (phase) => isSleep(phase) && phase !== long, asleep - share),
      );
      this.note("sleeps lightly");
    }
  }

  classUniform(of: ClassModel, purpose: number, n: number): number {
    return this.draws.uniform(CLASS_ENTITY + this.model.classes.indexOf(of), purpose, n);
  }

  /** Every alarm of the replica: of crowded CPUs by CPU, of all others by class. */
  setAlarms(): void {
    const crowded = new Set<Cpu>();
    for (const cpu of this.cpus) {
      const tasks = this.tasks.filter((task) => task.parent === null && task.cpu === cpu);
      const runners = tasks.filter((task) => task.of.usesCpu && task.of.resting === null);
      let rate = 0;
      const resting: { own: Task[]; mean: number; before: number }[] = [];
      for (const of of this.model.classes) {
        const own = tasks.filter((task) => task.of === of && of.resting !== null);
        if (own.length === 0) continue;
        const mean = this.meanRest(of);
        resting.push({ own, mean, before: rate });
        rate += own.length / mean;
      }
      if (runners.length < 2 || resting.length === 0 || 1 / rate < 1000) continue;
      crowded.add(cpu);
      this.listCrowdAlarms(cpu, rate, resting);
    }
    for (const of of this.model.classes) {
      const own = this.tasks.filter((task) => task.of === of && task.parent === null && !crowded.has(task.cpu));
      if (of.resting !== null && own.length > 0) this.listAlarms(of, own);
    }
    for (const task of this.tasks) task.alarms.sort((a, b) => a - b);
  }

  meanRest(of: ClassModel): number {
    const phase = at(this.model.phases, of.resting?.phase ?? 0);
    const duration = at(this.model.durations, phase.duration);
    if (duration.kind !== "exponential") throw new Error("oracle: a resting phase is exponential");
    return duration.mean;
  }

  listCrowdAlarms(cpu: Cpu, rate: number, resting: { own: Task[]; mean: number; before: number }[]): void {
    const { settle, horizon } = this.model;
    const uniform = (purpose: number, n: number): number => this.draws.uniform(CPU_ENTITY + cpu.number, purpose, n);
    const cell = Math.floor(4 / rate);
    for (let n = 0; n * cell - settle <= horizon; n += 1) {
      let passed = 0;
      for (let k = 64 * n; ; k += 1) {
        passed += (1 / rate) * this.draws.standardExponential(uniform(DURATION, k));
        if (passed >= cell) break;
        const when = n * cell - settle + Math.floor(passed);
        const share = rate * uniform(SPLIT, k);
        const { own, mean, before } = resting.findLast((row) => row.before <= share) ?? at(resting, 0);
        const name = Math.min(Math.floor((share - before) * mean), own.length - 1);
        if (when > cpu.start) at(own, name).alarms.push(when);
        this.note("alarm of a CPU's own");
      }
    }
  }

  /** Every alarm of these, cell by cell. */
  listAlarms(of: ClassModel, own: Task[]): void {
    const { settle, horizon } = this.model;
    const mean = this.meanRest(of);
    const entity = CLASS_ENTITY + this.model.classes.indexOf(of);
    const cell = Math.floor(mean / (4 * own.length));
    for (let n = 0; n * cell - settle <= horizon; n += 1) {
      const alarms = this.draws.poisson((cell * own.length) / mean, this.draws.uniform(entity, DURATION, n));
      for (let k = 1; k <= alarms; k += 1) {
        const when = n * cell - settle + Math.floor(cell * this.draws.uniform(entity + 64 * k, DURATION, n));
        const task = at(own, Math.floor(own.length * this.draws.uniform(entity + 64 * k, SPLIT, n)));
        if (when > task.cpu.start) task.alarms.push(when);
      }
    }
  }

  /** A share that picks one of these phases, in all of which the class spends `among` of its time. */
  shareAmong(task: Task, isOne: (phase: number) => boolean, among: number): number {
    let left = this.uniform(task, START, 0) * among;
    let below = 0;
    let last = 0;
    for (const { phase, cumulative } of task.of.startShares) {
      const weight = cumulative - below;
      if (isOne(phase)) {
        last = below;
        if (left < weight) return below;
        left -= weight;
      }
      below = cumulative;
    }
    return last;
  }

  startTask(task: Task, share: number): void {
    task.phase = first(task.of.startShares, share).phase;
    const phase = this.phaseOf(task);
    const { residual, total } = this.draws.equilibrium(
      phase.duration,
      this.uniform(task, START, 1),
      this.uniform(task, START, 2),
    );
    task.total = total;
    task.left = residual;
    task.state = "sleep";
    task.wakeAt = phase.mode === "sleep" ? saturate(task.cpu.start + residual) : NEVER;
    this.drawAffected(task);
    this.startPoll(task);
  }

  startPoll(task: Task): void {
    const halts = this.phasesOf(task.of).filter((phase) => phase.halt);
    const phase = this.phaseOf(task);
    const halt = phase.halt ? phase : halts[0];
    if (halt === undefined) return;
    for (let n = 8; n <= 23; n += 1) {
      const length = this.draws.duration(halt.duration, this.uniform(task, START, n));
      task.poll = this.pollUpdated(task.poll, length);
    }
  }

  startLoneCpu(cpu: Cpu): void {
    for (const task of this.tasks) {
      if (task.cpu !== cpu || task.parent !== null) continue;
      const phase = this.phaseOf(task);
      const polled = Math.min(task.poll, task.total);
      const age = task.total - task.left;
      if (phase.halt && age < polled) {
        this.startCurrent(cpu, task, "poll");
        task.pollEnd = cpu.start + polled - age;
        this.note("starts polling");
      } else if (phase.mode !== "sleep") this.startCurrent(cpu, task, "phase");
    }
  }

  startCurrent(cpu: Cpu, task: Task, context: Context): void {
    task.state = "current";
    task.context = context;
    cpu.current = task;
    cpu.last = task;
  }

  startSharedCpu(cpu: Cpu): void {
    const own = this.tasks.filter((task) => task.cpu === cpu && task.parent === null);
    const runnable = own.filter((task) => this.phaseOf(task).mode !== "sleep");
    if (runnable.length === 0) return;
    if (runnable.length === 1) {
      this.startCurrent(cpu, at(runnable, 0), "phase");
      return;
    }
    const { latency, minGranularity } = this.model.host;
    for (const task of runnable)
      task.vr = Math.floor((latency > 0 ? latency : minGranularity) * this.uniform(task, START, 3));
    for (const task of runnable) {
      const mode = this.phaseOf(task).mode;
      task.state = "ready";
      task.context = mode === "user" ? "exit" : mode === "guest" ? "work" : "phase";
      task.then = "cont";
    }
    const chosen = Math.floor(runnable.length * this.cpuUniform(cpu, START, 0));
    this.startCurrent(cpu, at(runnable, chosen), "phase");
    cpu.ran = Math.floor(this.slice(runnable.length) * this.cpuUniform(cpu, START, 1));
  }

  // 4: phases.

  phaseOf(task: Task): PhaseModel {
    return at(this.model.phases, task.phase);
  }

  phasesOf(of: ClassModel): PhaseModel[] {
    return this.model.phases.slice(of.firstPhase, of.firstPhase + of.phaseCount);
  }

  isUserWorker(task: Task): boolean {
    const { worker } = task.of;
    return worker === "io" || (worker === "vhost" && this.policy.vhost === "user");
  }

  isKthread(task: Task): boolean {
    if (this.isUserWorker(task)) return false;
    return task.of.kind === "kthread" || task.of.worker === "vhost";
  }

  isPlain(task: Task): boolean {
    return !this.isKthread(task) && !this.isUserWorker(task);
  }

  drawAffected(task: Task): void {
    const a = this.uniform(task, AFFECTED, task.visit);
    const phase = this.phaseOf(task);
    task.affected = a < phase.affected;
    task.affectedWork = a < (phase.mode === "guest" ? phase.affectedWork : phase.affected);
  }

  begin(task: Task, next: number): void {
    task.visit += 1;
    task.phase = next;
    task.lookAt = NEVER;
    const phase = this.phaseOf(task);
    const length = this.isAtRest(task)
      ? FOREVER_TICKS
      : this.draws.duration(phase.duration, this.uniform(task, DURATION, task.visit));
    this.drawAffected(task);
    if (phase.fork !== null) task.forkT = task.flags.has(T);
    if (phase.mode === "sleep") this.beginSleep(task, phase, length);
    else this.beginOnCpu(task, phase, length);
  }

  beginOnCpu(task: Task, phase: PhaseModel, length: number): void {
    task.left = length;
    task.context = phase.mode === "guest" ? "work" : "phase";
    if (phase.mode === "kernel" && this.heedsSignals(task) && signals(task)) {
      this.note("kernel phase begun with a signal");
      this.interrupted(task);
    }
  }

  beginSleep(task: Task, phase: PhaseModel, length: number): void {
    const cpu = task.cpu;
    task.wakeAt = saturate(this.now + length);
    task.total = length;
    if (phase.halt) {
      const quiet = !resched(task) && !signals(task) && this.contenders(cpu) === 0;
      if (task.poll === 0 || !quiet) return this.block(task);
      task.context = "poll";
      task.pollEnd = saturate(this.now + Math.min(task.poll, length));
      this.note("poll");
      return;
    }
    if (isSignalWait(phase) && this.isPlain(task) && signals(task)) {
      this.note("sleep begun with a signal");
      return this.interrupted(task);
    }
    this.block(task);
  }

  nextOf(task: Task): number {
    return first(this.phaseOf(task).next, this.uniform(task, NEXT, task.visit)).phase;
  }

  endPhase(task: Task): void {
    const phase = this.phaseOf(task);
    if (phase.fork !== null) this.fork(task, phase.fork);
    if (this.isUserWorker(task)) clear(task, N, P);
    if (task.saved !== null) return this.leaveVmm(task, task.saved);
    const next = this.nextOf(task);
    if (next === EXIT_PHASE) return this.exit(task);
    if (at(this.model.phases, next).mode === "user" && phase.mode !== "user") return this.toExit(task, "next");
    this.begin(task, next);
  }

  toExit(task: Task, then: AfterExit): void {
    task.context = "exit";
    task.then = then;
    task.lookAt = NEVER;
  }

  /** A kernel phase that looks at signal_pending(). */
  heedsSignals(task: Task): boolean {
    return this.phaseOf(task).onSignal !== "none" && this.isPlain(task);
  }

  interrupted(task: Task): void {
    const { onSignal } = this.phaseOf(task);
    this.note(`interrupted: ${onSignal}`);
    if (onSignal === "absorb" && !task.flags.has(P)) {
      clear(task, N);
      return this.block(task);
    }
    if (onSignal === "eintr" || onSignal === "absorb") {
      this.counters.eintr += 1;
      return this.toExit(task, "eintr");
    }
    this.counters.restarts += 1;
    this.toExit(task, "restart");
  }

  block(task: Task): void {
    const cpu = task.cpu;
    this.charge(cpu);
    const phase = this.phaseOf(task);
    const freezable = phase.wait === "freezable" && !phase.halt;
    if (this.policy.scheduleHook && freezable && task.flags.has(T) && !task.affected) this.switch(task, "schedule");
    task.state = "sleep";
    this.leaveCpu(task);
    this.release(task);
  }

  leaveCpu(task: Task): void {
    const cpu = task.cpu;
    clear(task, R, RL);
    task.lookAt = NEVER;
    cpu.current = null;
    cpu.stalledUntil = null;
    cpu.switching = false;
  }

  // 5: CPU and scheduler.

  stackAffected(task: Task): boolean {
    const phase = this.phaseOf(task);
    if (task.state === "zombie") return false;
    if (task.state === "sleep") return task.affected;
    if (task.context === "exit") return false;
    if (task.context === "phase" && phase.mode === "user") return false;
    if (task.context === "work" && phase.mode === "guest") return task.affectedWork;
    return task.affected;
  }

  readyOn(cpu: Cpu): Task[] {
    const ready: Task[] = [];
    for (const task of this.tasks) if (task.state === "ready" && task.cpu === cpu) ready.push(task);
    return ready;
  }

  runnable(cpu: Cpu): number {
    return this.readyOn(cpu).length + (cpu.current === null ? 0 : 1);
  }

  /** Tasks and a completer that wait for the CPU. */
  contenders(cpu: Cpu): number {
    return this.readyOn(cpu).length + (cpu.worker === "turn waits" ? 1 : 0);
  }

  slice(runnable: number): number {
    const { latency, minGranularity } = this.model.host;
    return Math.max(Math.floor(latency / runnable), minGranularity);
  }

  charge(cpu: Cpu): void {
    const task = cpu.current;
    if (task !== null && cpu.stalledUntil === null) {
      const ran = this.now - cpu.runFrom;
      task.vr += ran;
      cpu.ran += ran;
      if (task.context !== "poll") task.left -= ran;
      cpu.runFrom = this.now;
    }
    let least = task === null ? NEVER : task.vr;
    for (const ready of this.readyOn(cpu)) least = Math.min(least, ready.vr);
    if (least !== NEVER) cpu.minvr = Math.max(cpu.minvr, least);
  }

  deselect(task: Task): void {
    this.charge(task.cpu);
    task.state = "ready";
    this.leaveCpu(task);
  }

  pick(cpu: Cpu): void {
    this.charge(cpu);
    let best: Task | null = null;
    for (const task of this.readyOn(cpu)) if (best === null || task.vr < best.vr) best = task;
    if (best === null) return;
    best.state = "current";
    cpu.current = best;
    cpu.ran = 0;
    cpu.runFrom = this.now;
    if (cpu.last !== best && this.model.host.contextSwitch > 0) {
      this.note("context switch cost");
      this.stall(cpu, this.model.host.contextSwitch);
      cpu.switching = true;
    } else best.irqPreempted = false;
    cpu.last = best;
  }

  stall(cpu: Cpu, ticks: number): void {
    cpu.stalledUntil = this.now + ticks;
    cpu.runFrom = cpu.stalledUntil;
  }

  /** 3: ends a rest. */
  alarm(task: Task): void {
    task.alarms.shift();
    if (task.state !== "sleep" || !this.isAtRest(task)) return this.note("alarm unheard");
    this.note("alarm");
    task.wakeAt = this.now;
    this.wakeUp(task);
  }

  isAtRest(task: Task): boolean {
    return task.phase === task.of.resting?.phase;
  }

  /** Enqueue by wake-up. */
  wakeUp(task: Task): void {
    const cpu = task.cpu;
    const { latency, wakeupGranularity } = this.model.host;
    this.charge(cpu);
    const credited = cpu.minvr - Math.floor(latency / 2);
    if (this.isAtRest(task)) {
      task.vr = credited;
      task.visit = (this.now + this.model.settle) % 2 ** 32;
      task.looks = task.visit;
    } else task.vr = Math.max(task.vr, credited);
    task.state = "ready";
    task.context = "woken";
    if (cpu.worker === "runs") return this.note("wake-up under a worker");
    const current = cpu.current;
    if (current === null) return this.proceed(cpu);
    if (current.context !== "poll" && wakeupGranularity !== null) {
      if (current.vr - task.vr > wakeupGranularity) {
        this.note("wake-up preemption");
        this.resched(current);
      }
    }
    this.interrupt(cpu);
  }

  resched(task: Task): void {
    task.flags.add(this.model.host.preemption === "lazy" ? RL : R);
  }

  tick(cpu: Cpu): void {
    const { hz, preemption } = this.model.host;
    const task = cpu.current;
    const ready = this.contenders(cpu);
    if (task === null || (cpu.nohzFull && ready === 0)) return;
    if (preemption === "lazy" && task.flags.has(RL)) task.flags.add(R);
    this.charge(cpu);
    if (ready > 0 && cpu.ran >= this.slice(ready + 1)) {
      this.note("slice end");
      this.resched(task);
    }
    if (this.policy.taskWork && task.of.kind === "vcpu" && this.now >= 0) {
      const scanJiffies = Math.ceil(hz / 10);
      const u = this.draws.uniform(PROCESS_ENTITY + task.process, START, 0);
      if (this.jiffiesAt(this.now) % scanJiffies === Math.floor(scanJiffies * u)) {
        this.note("task work");
        task.flags.add(NR);
      }
    }
    if (this.inMode(task, "user") || this.inMode(task, "guest")) this.release(task);
    this.interrupt(cpu);
  }

  /** Really executing there: in the mode of its phase. */
  inMode(task: Task, mode: PhaseModel["mode"]): boolean {
    return task.context === "phase" && this.phaseOf(task).mode === mode;
  }

  interrupt(cpu: Cpu): void {
    const task = cpu.current;
    if (task === null || cpu.stalledUntil !== null) return;
    if (task.context === "poll") this.interruptPoll(cpu, task);
    else if (this.inMode(task, "user")) this.interruptUser(cpu, task);
    else if (this.inMode(task, "guest")) this.interruptGuest(cpu, task);
    else if (this.inMode(task, "kernel")) this.interruptKernel(cpu, task);
  }

  interruptUser(cpu: Cpu, task: Task): void {
    if (!exitWork(task)) return;
    this.charge(cpu);
    this.toExit(task, "cont");
    this.proceed(cpu);
  }

  /** The preemption model lets an interrupt preempt the kernel under this task. */
  preemptible(task: Task): boolean {
    const { preemption } = this.model.host;
    if (preemption === "full") return resched(task);
    return preemption === "lazy" && task.flags.has(R);
  }

  interruptGuest(cpu: Cpu, task: Task): void {
    if (this.preemptible(task)) {
      this.note("guest preempted");
      this.deselect(task);
      task.context = "guest";
      this.proceed(cpu);
    } else if (this.masked(task)) {
      this.charge(cpu);
      task.context = "work";
      task.lookAt = NEVER;
      if (this.model.host.vmExit > 0) this.stall(cpu, this.model.host.vmExit);
      this.proceed(cpu);
    }
  }

  masked(task: Task): boolean {
    for (const flag of task.flags) if (this.mask.has(flag)) return true;
    return false;
  }

  interruptKernel(cpu: Cpu, task: Task): void {
    if (this.preemptible(task)) {
      this.note("kernel preempted");
      this.deselect(task);
      task.irqPreempted = true;
      this.proceed(cpu);
    } else if (this.heedsSignals(task) && signals(task)) {
      this.note("kernel phase interrupted");
      this.charge(cpu);
      this.interrupted(task);
      this.proceed(cpu);
    } else this.aim(cpu);
  }

  interruptPoll(cpu: Cpu, task: Task): void {
    if (!resched(task) && !signals(task) && this.contenders(cpu) === 0) return;
    this.charge(cpu);
    if (signals(task)) {
      this.note("poll ends by signal");
      task.context = "work";
    } else {
      this.note("poll ends by competition");
      this.block(task);
    }
    this.proceed(cpu);
  }

  proceed(cpu: Cpu): void {
    while (this.advance(cpu));
    this.aim(cpu);
  }

  /** One turn of proceed's loop; false: stop. */
  advance(cpu: Cpu): boolean {
    if (cpu.worker === "runs") return false;
    if (cpu.current === null) {
      if (this.workerIsNext(cpu)) return this.runWorker(cpu);
      this.pick(cpu);
      if (cpu.current !== null) return true;
      if (cpu.idle.pending) this.switchIdle(cpu, "idle");
      return false;
    }
    if (cpu.stalledUntil !== null) return false;
    const task = cpu.current;
    switch (task.context) {
      case "phase":
      case "poll":
        return false;
      case "woken":
        this.woken(task);
        return true;
      case "exit":
        this.exitLoop(cpu, task);
        return true;
      case "work":
      case "guest":
        this.workLoop(task);
        return true;
    }
  }

  /** A completer in its turn has no precedence: a task with less virtual runtime goes first. */
  workerIsNext(cpu: Cpu): boolean {
    if (cpu.worker !== "turn waits") return cpu.worker !== "none";
    return this.readyOn(cpu).every((task) => cpu.turnVr <= task.vr);
  }

  aim(cpu: Cpu): void {
    const task = cpu.current;
    if (task === null) return;
    const rate = this.lookRate(cpu, task);
    if (rate === 0) {
      task.lookAt = NEVER;
    } else if (task.lookAt === NEVER) {
      task.looks += 1;
      const wait = this.draws.exponentialTicks(1e6 / rate, this.uniform(task, LOOK, task.looks));
      task.lookAt = saturate(this.now + wait);
      this.note("look aimed", `task ${task.number} for ${task.lookAt}`);
    }
  }

  /** How often a second the task looks at its flags; 0 while that cannot matter. */
  lookRate(cpu: Cpu, task: Task): number {
    if (cpu.stalledUntil !== null) return 0;
    const phase = this.phaseOf(task);
    if (this.inMode(task, "kernel")) {
      const yields = this.condReschedYields(task);
      const hooked = task.flags.has(T) && this.policy.condResched;
      return yields || hooked ? phase.condResched : 0;
    }
    return this.inMode(task, "guest") && this.masked(task) ? phase.exits : 0;
  }

  condReschedYields(task: Task): boolean {
    const { preemption } = this.model.host;
    return task.flags.has(R) && (preemption === "none" || preemption === "voluntary");
  }

  look(cpu: Cpu, task: Task): void {
    task.lookAt = NEVER;
    if (this.inMode(task, "guest")) {
      this.note("guest look");
      return this.interrupt(cpu);
    }
    this.note("kernel look");
    if (task.flags.has(T) && this.policy.condResched && !task.affected) this.switch(task, "cond_resched");
    if (this.condReschedYields(task)) {
      this.deselect(task);
      this.proceed(cpu);
    }
  }

  /** The earliest event of a CPU; of equals the first in the order of the list. */
  nextEvent(cpu: Cpu): Due | null {
    let best: Due | null = null;
    const consider = (at: number, kind: EventKind, task: Task | null): void => {
      if (at < (best === null ? NEVER : best.at)) best = { at, kind, task };
    };
    const task = cpu.current;
    if (task !== null && this.model.host.schedulerTick)
      consider(this.jiffyTime(this.jiffiesAt(cpu.clock) + 1), "tick", null);
    for (const sleeper of this.tasks) {
      if (sleeper.cpu !== cpu) continue;
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
    consider(this.watchdogAfter(cpu), "watchdog", null);
    if (this.tryTimerRuns(cpu)) consider(Math.max(this.expiry, this.now), "worker wake", null);
    return best;
  }

  event(cpu: Cpu, due: Due): void {
    if (this.observer !== null && due.kind !== "tick")
      this.note(`event: ${due.kind}`, `cpu ${cpu.number} task ${due.task?.number}`);
    switch (due.kind) {
      case "tick":
        this.tick(cpu);
        break;
      case "wake-up":
        if (due.task !== null) this.wakeUp(due.task);
        break;
      case "alarm":
        if (due.task !== null) this.alarm(due.task);
        break;
      case "phase end":
        if (due.task !== null) this.phaseEnd(cpu, due.task);
        break;
      case "stall end":
        this.stallEnd(cpu);
        break;
      case "look":
        if (due.task !== null) this.look(cpu, due.task);
        break;
      case "delayed interrupt":
        this.deliver(cpu);
        break;
      case "idle wake":
        cpu.idleWakeAt = NEVER;
        if (this.isIdle(cpu) && cpu.idle.pending) this.switchIdle(cpu, "idle");
        break;
      case "watchdog":
        if (this.isIdle(cpu) && cpu.idle.pending) {
          this.note("watchdog turns the idle loop");
          this.switchIdle(cpu, "idle");
        } else if (cpu.idle.pending) this.note("watchdog on a busy CPU");
        break;
      case "worker wake":
        this.workerWoken = true;
        this.wakeWorker(cpu, "try waits");
        break;
    }
    this.aim(cpu);
  }

  stallEnd(cpu: Cpu): void {
    const task = cpu.current;
    const switched = cpu.switching;
    cpu.stalledUntil = null;
    cpu.switching = false;
    if (switched && task?.flags.has(R)) {
      this.note("switched away again");
      const preempted = task.context === "phase" || task.context === "guest";
      if (!preempted) this.release(task);
      this.deselect(task);
      return this.proceed(cpu);
    }
    if (switched && task !== null) task.irqPreempted = false;
    if (task?.context === "phase") this.interrupt(cpu);
    else this.proceed(cpu);
  }

  /** The first beat after the CPU's clock. */
  watchdogAfter(cpu: Cpu): number {
    const { watchdog } = this.model.host;
    if (watchdog === 0 || !cpu.online || cpu.nohzFull) return NEVER;
    const beats = Math.floor((cpu.clock + this.watchdogPhase) / watchdog);
    return (beats + 1) * watchdog - this.watchdogPhase;
  }

  phaseEnd(cpu: Cpu, task: Task): void {
    this.charge(cpu);
    if (task.context === "phase") {
      task.left = 0;
      this.endPhase(task);
    } else if (task.wakeAt <= this.now) {
      this.note("poll ends in time");
      this.endHalt(task);
    } else {
      this.note("poll runs out");
      this.block(task);
    }
    this.proceed(cpu);
  }

  endHalt(task: Task): void {
    task.poll = this.pollUpdated(task.poll, task.total);
    this.endPhase(task);
  }

  pollUpdated(poll: number, length: number): number {
    const { max, start, grow, shrink } = this.model.host.haltPoll;
    if (length <= poll) return poll;
    if (poll > 0 && length > max) return shrink === 0 ? 0 : Math.floor(poll / shrink);
    if (poll < max && length < max) return Math.min(max, poll === 0 ? start : poll * grow);
    return poll;
  }

  deliver(cpu: Cpu): void {
    const interrupt = cpu.interrupts.shift();
    if (interrupt === undefined) return;
    if (interrupt.wakesIdle) {
      if (this.isIdle(cpu) && cpu.idle.pending) this.switchIdle(cpu, "idle");
      else this.interrupt(cpu);
    } else this.kicked(cpu);
  }

  isIdle(cpu: Cpu): boolean {
    return cpu.online && cpu.current === null && cpu.worker !== "runs";
  }

  // 6: the worker.

  tryTimerRuns(cpu: Cpu): boolean {
    if (this.stage !== "waiting" || this.workerWoken) return false;
    return this.model.host.loaderCpu !== "none" && cpu.number === this.tryCpu;
  }

  wakeWorker(cpu: Cpu, why: "try waits" | "sync waits"): void {
    cpu.worker = why;
    if (cpu.current === null) return this.proceed(cpu);
    this.resched(cpu.current);
    this.interrupt(cpu);
    if (cpu.worker === why) this.note("worker has to wait");
  }

  /** A try's worker keeps the CPU until the try ends; a synchronize's is through at once. */
  runWorker(cpu: Cpu): boolean {
    if (cpu.worker === "sync waits") {
      cpu.worker = "none";
      this.syncing -= 1;
      return true;
    }
    if (cpu.worker === "turn waits") this.note("turn comes");
    cpu.worker = "runs";
    return false;
  }

  endWorker(): void {
    if (this.model.host.loaderCpu === "none") return;
    const cpu = at(this.cpus, this.tryCpu);
    cpu.worker = "none";
    this.proceed(cpu);
  }

  // 7: woken.

  woken(task: Task): void {
    if (this.isKthread(task)) return this.endPhase(task);
    if (this.isUserWorker(task)) {
      clear(task, N, P);
      return this.endPhase(task);
    }
    const due = task.wakeAt <= this.now;
    if (this.phaseOf(task).halt) {
      if (due) return this.endHalt(task);
      this.note("halted vCPU woken");
      task.context = "work";
      return;
    }
    if (due) return this.endPhase(task);
    if (signals(task)) return this.interrupted(task);
    this.note("woken for nothing");
    this.block(task);
  }

  // 8: loops.

  exitLoop(cpu: Cpu, task: Task): void {
    const { policy } = this;
    while (exitWork(task)) {
      if (resched(task)) {
        this.release(task);
        return this.deselect(task);
      }
      if (policy.updateBeforeSignal && task.flags.has(T)) this.switch(task, "user-exit");
      const signalled = signals(task);
      if (signalled) {
        this.counters.signalPasses += 1;
        clear(task, N);
        if (policy.signalFlag === P && task.flags.has(T)) this.note("signal stays pending");
        else clear(task, P);
      }
      clear(task, NR);
      if (!policy.updateBeforeSignal && task.flags.has(T)) this.switch(task, "user-exit");
      if (signalled && this.model.host.signal > 0) return this.stall(cpu, this.model.host.signal);
    }
    this.afterExit(task);
  }

  afterExit(task: Task): void {
    switch (task.then) {
      case "cont":
        task.context = "phase";
        break;
      case "next":
        this.begin(task, this.nextOf(task));
        break;
      case "restart":
        if (this.phaseOf(task).mode === "kernel") task.context = "phase";
        else if (task.wakeAt > this.now) this.block(task);
        else this.endPhase(task);
        break;
      case "eintr":
        this.endPhase(task);
        break;
      case "vmm":
        this.enterVmm(task);
        break;
      case "child":
        this.begin(task, task.phase);
        break;
    }
  }

  enterVmm(task: Task): void {
    if (task.of.vmmPhase === null) throw new Error("oracle: no VMM phase");
    task.saved = { phase: task.phase, left: task.left };
    task.phase = task.of.vmmPhase;
    task.context = "phase";
    task.left = task.of.vmmTicks;
  }

  leaveVmm(task: Task, saved: { phase: number; left: number }): void {
    task.saved = null;
    task.phase = saved.phase;
    if (this.phaseOf(task).mode === "guest") {
      task.left = saved.left;
      task.context = "work";
    } else if (task.wakeAt <= this.now) this.endPhase(task);
    else this.block(task);
  }

  workLoop(task: Task): void {
    const { policy } = this;
    task.context = "work";
    while (this.masked(task)) {
      clear(task, ...policy.guestEats);
      if (policy.guestUpdates.includes(T) && task.flags.has(T)) this.switch(task, "guest-direct");
      if (policy.guestLeaves.some((flag) => task.flags.has(flag))) {
        this.counters.eintr += 1;
        this.note("leaves KVM_RUN");
        return this.toExit(task, "vmm");
      }
      if (resched(task)) {
        this.release(task);
        return this.deselect(task);
      }
      if (task.flags.has(NR)) {
        clear(task, NR);
        if (policy.condResched && task.flags.has(T) && !this.stackAffected(task)) this.switch(task, "cond_resched");
      }
    }
    if (this.phaseOf(task).mode === "guest") {
      task.context = "phase";
      this.release(task);
    } else if (task.wakeAt <= this.now) this.endHalt(task);
    else this.block(task);
  }

  // 9: transition.

  transitionDue(): boolean {
    switch (this.stage) {
      case "settling":
        if (this.now < 0) return false;
        this.start();
        return true;
      case "loading":
        if (this.now < this.firstTryAt()) return false;
        this.beginTry();
        return true;
      case "waiting":
        if (!this.tryBegins()) return false;
        this.beginTry();
        return true;
      case "trying":
        return this.now >= this.visitTime(this.running.visited) && this.goOnTrying();
      case "completing":
        return this.completionDue();
      default:
        return false;
    }
  }

  start(): void {
    this.stage = "loading";
    if (this.model.host.loaderCpu !== "none") this.takeCpu(at(this.cpus, this.tryCpu));
    this.placeWorker();
    if (this.model.patch.direction === "patch") this.completer.vr += this.model.host.hookWork;
    for (const task of this.tasks) if (task.state !== "dead") task.flags.add(T);
    if (this.model.host.idleTasks) for (const cpu of this.cpus) cpu.idle.pending = true;
    if (this.policy.hookPatching !== "none") this.poke();
    this.drawIdleWakes();
    this.reap();
  }

  /** The loader puts off whoever is current. */
  takeCpu(cpu: Cpu): void {
    const task = cpu.current;
    cpu.worker = "runs";
    if (task === null) return;
    this.note(`loader displaces: ${task.context}`);
    if (task.context === "poll") return this.block(task);
    this.deselect(task);
    if (this.inMode(task, "user")) this.toExit(task, "cont");
    else if (this.inMode(task, "guest")) task.context = this.model.host.preemption === "full" ? "guest" : "work";
  }

  poke(): void {
    this.note(`poke: ${this.policy.hookPatching}`);
    for (const cpu of this.cpus) {
      if (!cpu.online) continue;
      this.countInterrupt(cpu);
      this.kicked(cpu);
    }
  }

  countInterrupt(cpu: Cpu): void {
    this.counters.ipis += 1;
    if (cpu.nohzFull) this.counters.isolatedInterrupts += 1;
  }

  /** An interrupt sent by the transition arrives. */
  kicked(cpu: Cpu): void {
    if (cpu.current !== null && this.inMode(cpu.current, "guest")) this.counters.guestExits += 1;
    this.interrupt(cpu);
  }

  drawIdleWakes(): void {
    const { idleWakeRate } = this.model.host;
    if (idleWakeRate === 0) return;
    for (const cpu of this.cpus) {
      if (!this.isIdle(cpu) || !cpu.idle.pending) continue;
      cpu.idleWakes += 1;
      const u = this.cpuUniform(cpu, LOOK, cpu.idleWakes);
      cpu.idleWakeAt = saturate(this.now + this.draws.exponentialTicks(1e6 / idleWakeRate, u));
    }
  }

  firstTryAt(): number {
    const { enableGap, hookOn } = this.model.host;
    return enableGap + (this.policy.hookPatching === "calls" ? hookOn : 0);
  }

  tryBegins(): boolean {
    if (this.model.host.loaderCpu === "none") return this.now >= this.expiry;
    return at(this.cpus, this.tryCpu).worker === "runs";
  }

  beginTry(): void {
    this.stage = "trying";
    this.tries += 1;
    if (this.tries > 1) this.placeWorker();
    this.running = { begun: this.now, visited: 0, failed: false };
    this.note(this.model.host.loaderCpu === "none" ? "try without a CPU" : "try");
    if (this.tryCpu !== this.laterTryCpu) this.note("try on a nohzFull CPU");
    this.goOnTrying();
  }

  /** The loader or a worker gets w: as one who wakes is placed. */
  placeWorker(): void {
    const { minvr } = at(this.cpus, this.tryCpu);
    this.completer = { vr: minvr - Math.floor(this.model.host.latency / 2), from: this.now, works: true };
  }

  visits(): number {
    return this.tasks.length + (this.model.host.idleTasks ? this.cpus.length : 0);
  }

  visitTime(visit: number): number {
    return this.running.begun + visit * this.model.host.tryCostPerTask;
  }

  goOnTrying(): boolean {
    const { running } = this;
    while (running.visited < this.visits()) {
      if (this.visitTime(running.visited) > this.now) return true;
      if (!this.visit(running.visited)) running.failed = true;
      running.visited += 1;
    }
    if (this.visitTime(running.visited) <= this.now) this.endTry();
    return true;
  }

  visit(visit: number): boolean {
    if (visit < this.tasks.length) return this.trySwitch(at(this.tasks, visit));
    return this.trySwitchIdle(at(this.cpus, visit - this.tasks.length));
  }

  trySwitch(task: Task): boolean {
    const { reliableStack } = this.model.host;
    if (task.switched || task.state === "dead") return true;
    if (task.state === "sleep") this.note(`visit: ${this.phaseOf(task).halt ? "halted" : this.phaseOf(task).wait}`);
    else if (task.state === "zombie") this.note("visit: zombie");
    else if (task.state === "ready") this.note(`visit: ready, ${task.context}`);
    if (reliableStack === "no") return this.fails("unreliable stack");
    if (task.state === "current") return this.tryRemote(task);
    if (reliableStack === "frame-pointers" && task.state === "ready" && task.irqPreempted)
      return this.fails("preempted, frame pointers");
    if (this.stackAffected(task)) return this.fails(`stack affected: ${task.state}`);
    this.switch(task, "stack");
    return true;
  }

  tryRemote(task: Task): boolean {
    if (this.policy.remote === "none" || !task.cpu.nohzFull) return this.fails("current");
    if (!this.inMode(task, "user") || task.cpu.stalledUntil !== null) return this.fails("current, not in user mode");
    this.switch(task, "remote");
    if (["v1", "v1-petr", "v-petr"].includes(this.policy.remote) && this.isAffectedSoon(task)) {
      this.note("remote: called meanwhile");
      this.counters.violations += 1;
    }
    return true;
  }

  /** Is a task in user mode inside an affected phase of the kernel before a switch that looked first is done? */
  isAffectedSoon(task: Task): boolean {
    const left = task.left - (this.now - task.cpu.runFrom);
    if (left - this.uniform(task, SPLIT, task.visit) >= this.model.host.remoteWindow) return false;
    const next = this.model.phases[this.nextOf(task)];
    if (next === undefined || next.mode === "user") return false;
    return this.uniform(task, AFFECTED, task.visit + 1) < next.affected;
  }

  fails(why: string): false {
    this.note(`fails: ${why}`);
    return false;
  }

  trySwitchIdle(cpu: Cpu): boolean {
    const { host } = this.model;
    if (cpu.idle.switched) return true;
    if (!cpu.online) {
      this.switchIdle(cpu, "idle");
      return true;
    }
    if (!this.isIdle(cpu)) {
      if (host.reliableStack === "no") return this.fails("unreliable idle stack");
      this.switchIdle(cpu, "stack");
      return true;
    }
    if (this.policy.wakeIdle) {
      this.countInterrupt(cpu);
      if (host.ipi > 0) this.sendInterrupt(cpu, true);
      else this.switchIdle(cpu, "idle");
    }
    return this.fails("idle");
  }

  endTry(): void {
    if (!this.running.failed) return this.decide();
    const { signal, signalEveryTries } = this.policy;
    this.stage = "waiting";
    if (signal === "auto" && this.failedTries > 0 && this.failedTries % signalEveryTries === 0) this.round();
    this.failedTries += 1;
    this.expiry = this.expiryAfter(this.now);
    this.workerWoken = false;
    this.endWorker();
    this.tryCpu = this.laterTryCpu;
    this.reap();
  }

  expiryAfter(end: number): number {
    const { tryPeriod, rounding, lateness } = this.policy;
    const { hz } = this.model.host;
    if (rounding === "exact") return end + tryPeriod;
    const period = Math.max(1, Math.round((tryPeriod * hz) / 1e6));
    const now = this.jiffiesAt(end);
    let expires = now + period;
    if (rounding === "round_jiffies") {
      const off = 3 * this.tryCpu;
      const rem = (expires + off) % hz;
      const down = expires - rem;
      const rounded = rem < Math.floor(hz / 4) ? down : down + hz;
      if (rounded > now) expires = rounded;
    }
    if (lateness === "wheel") {
      const grain = 8 ** wheelLevel(expires - now);
      expires = (Math.floor(expires / grain) + 1) * grain;
    }
    return this.jiffyTime(expires);
  }

  round(): void {
    this.rounds += 1;
    this.note("round");
    for (const task of this.tasks) if (task.state !== "dead" && task.flags.has(T)) this.signalTask(task);
  }

  signalTask(task: Task): void {
    const { signalFlag, wakeKthreads } = this.policy;
    const phase = this.phaseOf(task);
    const asleep = task.state === "sleep";
    if (this.isKthread(task)) {
      if (!wakeKthreads || !asleep || !isSignalWait(phase)) return;
      this.counters.kthreadWakes += 1;
      this.note("wakes a kthread");
      return this.wakeUp(task);
    }
    if (signalFlag === N && task.flags.has(N)) return this.note("N already set");
    this.note(`signal: ${asleep ? (phase.halt ? "halted" : phase.wait) : task.state}, ${signalFlag}`);
    task.flags.add(signalFlag);
    if (asleep && (phase.halt || isSignalWait(phase))) this.wakeUp(task);
    else if (task.state === "current") this.kick(task.cpu);
  }

  kick(cpu: Cpu): void {
    this.countInterrupt(cpu);
    const { ipi } = this.model.host;
    if (ipi > 0) this.sendInterrupt(cpu, false);
    else this.kicked(cpu);
  }

  /** An IPI on its way absorbs another to the same CPU. */
  sendInterrupt(cpu: Cpu, wakesIdle: boolean): void {
    if (cpu.interrupts.length === 0) cpu.interrupts.push({ at: this.now + this.model.host.ipi, wakesIdle });
  }

  switch(task: Task, mechanism: Mechanism): void {
    clear(task, T);
    if (task.switched) return this.note("stray T");
    if (this.stackAffected(task)) this.counters.violations += 1;
    task.switched = true;
    task.switchAt = this.now;
    task.mechanism = mechanism;
    this.blameFor(task.phase, mechanism);
    this.note(`switch: ${mechanism}`, `task ${task.number}`);
  }

  switchIdle(cpu: Cpu, mechanism: Mechanism): void {
    cpu.idle = { pending: false, switched: true, switchAt: this.now, mechanism };
    this.blameFor(this.model.phases.length, mechanism);
    this.note(`idle task: ${mechanism}`, `cpu ${cpu.number}`);
  }

  blameFor(phase: number, mechanism: Mechanism): void {
    this.lastSwitch = this.now;
    this.blame = { phase, mechanism: MECHANISMS.indexOf(mechanism) };
  }

  // 9: admin.

  listActions(): void {
    const { adminSignalAt, forceAt, giveUp } = this.policy;
    const add = (at: number, what: Action["do"], givesUp = false): void => {
      this.actions.push({ at, do: what, givesUp });
    };
    for (const action of this.model.admin) add(action.at, action.do);
    if (adminSignalAt !== null) add(adminSignalAt, "signal");
    if (forceAt !== null) add(forceAt, "force");
    if (giveUp) {
      add(15e6, "signal");
      if (this.model.patch.direction === "patch") {
        add(75e6, "reverse", true);
        add(90e6, "signal");
      }
    }
    this.actions.sort((a, b) => a.at - b.at);
  }

  adminDue(): boolean {
    if (this.stage === "reversing") {
      if (this.syncing > 0) return false;
      this.endReverse();
      return true;
    }
    const action = this.actions[0];
    if (this.stage !== "waiting" || action === undefined || action.at > this.now) return false;
    this.actions.shift();
    this.act(action);
    if (this.stage === "waiting") this.reap();
    return true;
  }

  act(action: Action): void {
    this.note(`admin: ${action.do}`);
    if (action.givesUp) {
      if (this.reversed) return this.note("gives up after a reverse");
      this.note("gives up");
      this.counters.gaveUp += 1;
    }
    if (action.do === "force") this.force();
    else if (action.do === "reverse") this.reverse();
    else if (this.policy.signal === "admin") this.round();
  }

  force(): void {
    for (const task of this.tasks) if (task.state !== "dead" && !task.switched) this.switch(task, "force");
    if (!this.model.host.idleTasks) return;
    for (const cpu of this.cpus) if (!cpu.idle.switched) this.switchIdle(cpu, "force");
  }

  reverse(): void {
    this.stage = "reversing";
    for (const task of this.tasks) clear(task, T);
    for (const cpu of this.cpus) {
      cpu.idle.pending = false;
      cpu.idleWakeAt = NEVER;
      if (cpu.worker === "try waits") cpu.worker = "none";
    }
    this.workerWoken = false;
    this.synchronize();
  }

  endReverse(): void {
    this.stage = "waiting";
    this.reversed = !this.reversed;
    for (const task of this.tasks) {
      task.switched = !task.switched;
      this.forgetSwitch(task);
      if (task.state !== "dead" && !task.switched) task.flags.add(T);
    }
    if (this.model.host.idleTasks) {
      for (const cpu of this.cpus) {
        const switched = !cpu.idle.switched;
        cpu.idle = { pending: !switched, switched, switchAt: -1, mechanism: "none" };
      }
    }
    this.lastSwitch = -1;
    this.blame = { phase: -1, mechanism: 0 };
    this.failedTries = 0;
    this.drawIdleWakes();
    this.note("reversed");
    this.reap();
  }

  forgetSwitch(task: Task): void {
    task.switchAt = -1;
    task.mechanism = "none";
  }

  // 10: completion.

  decide(): void {
    this.stage = "completing";
    this.decided = this.now;
    for (const task of this.tasks) if (task.state !== "dead" && task.flags.has(T)) this.counters.warnings += 1;
    if (this.policy.hookPatching !== "none") this.poke();
    this.steps = [
      ...(this.policy.hookPatching === "calls" ? (["hookOff"] as const) : []),
      ...this.unhookSteps(),
      "leave",
      "sync",
      "turn",
    ];
    this.reap();
  }

  unhookSteps(): Step[] {
    const { patch, host } = this.model;
    const patching = (patch.direction === "patch") !== this.reversed;
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
  completionDue(): boolean {
    if (this.step !== null && !this.stepDone(this.step)) return false;
    const step = this.steps.shift();
    this.step = step ?? null;
    if (step !== undefined) this.beginStep(step);
    else {
      this.complete = this.now;
      this.stage = "over";
    }
    return true;
  }

  beginStep(step: Step): void {
    const { host } = this.model;
    this.stepEnd = NEVER;
    switch (step) {
      case "hookOff":
        this.stepEnd = this.now + host.hookOff;
        break;
      case "unhook":
        this.stepEnd = this.now + host.unhookWork;
        break;
      case "leave":
        this.leave();
        break;
      case "sync":
        this.synchronize();
        break;
      case "turn":
      case "turn to work":
        this.beginTurn(step === "turn to work");
        break;
      case "rcu":
        this.stepEnd = Math.max(this.now, this.graceReady) + host.rcuGrace;
        if (this.now < this.graceReady) this.note("grace period waits for the last one's sleep");
        break;
      case "holdouts":
        this.hold();
        break;
      case "rcu at the end":
        this.stepEnd = this.now + host.rcuGrace;
        break;
    }
  }

  stepDone(step: Step): boolean {
    switch (step) {
      case "leave":
        return true;
      case "sync":
        return this.syncing === 0;
      case "turn":
      case "turn to work":
        return this.turnDone(step === "turn to work");
      case "holdouts":
        return this.holdoutsGone();
      default:
        if (this.now < this.stepEnd) return false;
        if (step === "rcu at the end") this.graceReady = this.timeoutAfter(Math.floor(this.model.host.hz / 10));
        return true;
    }
  }

  leave(): void {
    this.completer.vr += this.now - this.completer.from;
    this.completer.works = false;
    this.endWorker();
  }

  beginTurn(takes: boolean): void {
    const { loaderCpu, latency, wakeupGranularity } = this.model.host;
    const { completer } = this;
    if (loaderCpu === "none") {
      completer.works = true;
      return;
    }
    const cpu = at(this.cpus, this.tryCpu);
    this.charge(cpu);
    completer.vr = Math.max(completer.vr, cpu.minvr - Math.floor(latency / 2));
    const running = cpu.current;
    const others = [...this.readyOn(cpu), ...(running === null ? [] : [running])];
    const least = Math.min(...others.map((task) => task.vr));
    if (others.length === 0 || (!takes && completer.vr <= least)) {
      if (takes) cpu.worker = "runs";
      completer.works = true;
      return;
    }
    this.note(completer.vr <= least ? "turn by precedence" : "turn: outrun");
    cpu.worker = "turn waits";
    cpu.turnVr = completer.vr;
    if (running === null) return this.proceed(cpu);
    const preempts = wakeupGranularity !== null && running.vr - completer.vr > wakeupGranularity;
    if (completer.vr <= least || preempts) this.resched(running);
    this.interrupt(cpu);
  }

  turnDone(takes: boolean): boolean {
    const { completer } = this;
    const cpu = at(this.cpus, this.tryCpu);
    if (cpu.worker === "turn waits") return false;
    if (!completer.works && !takes) this.endWorker();
    completer.works = true;
    completer.from = this.now;
    return true;
  }

  /** When schedule_timeout() of so many jiffies, called now, returns. */
  timeoutAfter(jiffies: number): number {
    const grain = 8 ** wheelLevel(jiffies);
    return this.jiffyTime((Math.floor((this.jiffiesAt(this.now) + jiffies) / grain) + 1) * grain);
  }

  hold(): void {
    this.held = new Set(this.tasks.filter((task) => this.isHeld(task)));
    this.note(this.held.size === 0 ? "grace period holds nobody" : "grace period holds");
    this.rescanInterval = Math.floor(this.model.host.hz / 10);
    this.rescanAt = this.held.size === 0 ? this.now : this.timeoutAfter(this.rescanInterval);
  }

  holdoutsGone(): boolean {
    if (this.now < this.rescanAt) return false;
    if (this.held.size === 0) return true;
    this.note("grace period rescans");
    this.rescanInterval = Math.min(this.rescanInterval + 1, this.model.host.hz);
    this.rescanAt = this.timeoutAfter(this.rescanInterval);
    return false;
  }

  synchronize(): void {
    this.note(`synchronize: ${this.policy.sync}`);
    const wanted = this.cpus.filter((cpu) => cpu.online && this.mustSynchronize(cpu));
    this.syncing = wanted.length;
    for (const cpu of wanted) {
      if (cpu.nohzFull && this.policy.sync === "sched") this.counters.isolatedInterrupts += 1;
      this.wakeWorker(cpu, "sync waits");
    }
    if (this.syncing > 0) this.note("synchronize takes time");
  }

  mustSynchronize(cpu: Cpu): boolean {
    if (this.policy.sync === "sched") return true;
    const task = cpu.current;
    return task !== null && !this.inMode(task, "user") && !this.inMode(task, "guest");
  }

  isHeld(task: Task): boolean {
    if (task.state === "ready") return true;
    if (task.state !== "current") return false;
    const outside = this.inMode(task, "user") || this.inMode(task, "guest");
    return !(outside && task.cpu.nohzFull && this.readyOn(task.cpu).length === 0);
  }

  release(task: Task): void {
    this.held.delete(task);
  }

  // 11: fork and exit.

  transitionRuns(): boolean {
    return ["loading", "trying", "waiting", "reversing"].includes(this.stage);
  }

  fork(parent: Task, target: number): void {
    const cpu = parent.cpu;
    const child = parent.children.find((slot) => slot.state === "dead");
    if (child === undefined) return;
    this.charge(cpu);
    child.cpu = cpu;
    child.state = "ready";
    child.context = "exit";
    child.then = "child";
    child.phase = target;
    child.affected = false;
    child.affectedWork = false;
    child.vr = Math.max(parent.vr, cpu.minvr);
    child.irqPreempted = false;
    child.switched = parent.switched;
    child.flags.clear();
    const inherits = this.policy.forkFixed ? parent.flags.has(T) : parent.forkT;
    if (inherits && this.transitionRuns()) child.flags.add(T);
    this.note("fork", `task ${child.number}`);
    if (child.switched && child.flags.has(T)) this.note("fork with stray T");
    if (this.transitionRuns() && !child.switched && !child.flags.has(T)) this.note("fork without T");
  }

  exit(task: Task): void {
    this.charge(task.cpu);
    task.state = "zombie";
    this.leaveCpu(task);
    this.release(task);
    this.note("exit");
    if (task.parent !== null && task.parent.cpu === task.cpu) this.bury(task);
  }

  bury(task: Task): void {
    task.state = "dead";
    task.flags.clear();
    if (this.decided < 0) this.forgetSwitch(task);
  }

  /** After a barrier: children that died on another CPU than their parent's. */
  reap(): void {
    for (const task of this.tasks) {
      if (task.state !== "zombie" || task.parent === null) continue;
      this.note("reaped");
      this.bury(task);
    }
  }

  // 12: balance.

  balanceDue(): boolean {
    if (this.now < this.nextPass) return false;
    this.nextPass += this.model.host.balancePeriod;
    while (this.balanceOnce());
    this.reap();
    return true;
  }

  balanceOnce(): boolean {
    const load = this.cpus.map((cpu) => this.runnable(cpu));
    const sources = this.cpus.filter((cpu) => at(this.model.balanceSet, cpu.number));
    sources.sort((a, b) => at(load, b.number) - at(load, a.number) || a.number - b.number);
    for (const source of sources) {
      for (const task of this.readyOn(source)) {
        if (!task.of.usesCpu || task.of.resting !== null || task.allowed.length < 2) continue;
        const destination = this.leastLoaded(task, load);
        if (at(load, destination.number) > at(load, source.number) - 2) continue;
        this.move(task, source, destination);
        return true;
      }
    }
    return false;
  }

  leastLoaded(task: Task, load: number[]): Cpu {
    let best: Cpu | null = null;
    for (const number of task.allowed) {
      const cpu = at(this.cpus, number);
      if (!cpu.online) continue;
      if (best === null || at(load, number) < at(load, best.number)) best = cpu;
    }
    if (best === null) throw new Error(`oracle: task ${task.number} may run nowhere`);
    return best;
  }

  move(task: Task, source: Cpu, destination: Cpu): void {
    this.note("balance moves", `task ${task.number} to cpu ${destination.number}`);
    this.charge(source);
    this.charge(destination);
    task.vr = Math.max(0, task.vr - source.minvr) + destination.minvr;
    task.cpu = destination;
    if (destination.current === null && destination.worker !== "runs") this.proceed(destination);
  }

  // The answer.

  trace(): OracleTrace {
    const number = (mechanism: Mechanism): number => MECHANISMS.indexOf(mechanism);
    return {
      completed: this.stage === "over",
      complete: this.complete,
      decided: this.decided,
      lastSwitch: this.lastSwitch,
      tries: this.tries,
      rounds: this.rounds,
      switchAt: Float64Array.from(this.tasks, (task) => task.switchAt),
      mechanism: Uint8Array.from(this.tasks, (task) => number(task.mechanism)),
      idleSwitchAt: Float64Array.from(this.cpus, (cpu) => cpu.idle.switchAt),
      idleMechanism: Uint8Array.from(this.cpus, (cpu) => number(cpu.idle.mechanism)),
      counters: this.counters,
      blame: this.blame,
      stuck: this.stage === "over" ? [] : this.stuck(),
    };
  }

  stuck(): number[] {
    const tasks = this.tasks.filter((task) => task.state !== "dead" && !task.switched);
    const idle = this.model.host.idleTasks ? this.cpus.filter((cpu) => !cpu.idle.switched) : [];
    return [...tasks.map((task) => task.phase), ...idle.map(() => this.model.phases.length)];
  }
}

function at<V>(list: ArrayLike<V>, index: number): V {
  const value = list[index];
  if (value === undefined) throw new Error(`oracle: no element ${index} of ${list.length}`);
  return value;
}

/** The first whose cumulative share exceeds u. */
function first<V extends { cumulative: number }>(list: V[], u: number): V {
  const found = list.find((entry) => u < entry.cumulative);
  if (found === undefined) throw new Error(`oracle: shares end below ${u}`);
  return found;
}

function saturate(time: number): number {
  return Math.min(time, FOREVER_TICKS);
}

function clear(task: Task, ...flags: ThreadFlag[]): void {
  for (const flag of flags) task.flags.delete(flag);
}

function signals(task: Task): boolean {
  return task.flags.has(P) || task.flags.has(N);
}

function resched(task: Task): boolean {
  return task.flags.has(R) || task.flags.has(RL);
}

/** Something for the exit-to-user loop: every flag there is. */
function exitWork(task: Task): boolean {
  return task.flags.size > 0;
}

/** A sleep that a fake signal ends. */
function isSignalWait(phase: PhaseModel): boolean {
  return phase.wait === "interruptible" || phase.wait === "freezable";
}

function wheelLevel(distance: number): number {
  return [63, 504, 4032, 32256, 258048].filter((bound) => distance >= bound).length;
}
