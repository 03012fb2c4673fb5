// The border to the engine: the only file that sees the Wasm module's memory. A model's scalars become the module's mutable
// globals, its lists become table rows; what comes back is one region of counts.

import { type DurationExports, loadDurations } from "./load-durations.js";
import {
  COUNTERS,
  type Counter,
  type Counts,
  type CountsLayout,
  type HistogramLayout,
  type WorstReplica,
} from "./results/counts.js";
import { newOutcomes, type Outcomes } from "./results/outcomes.js";
import { ACTIONS, actionsOf } from "./scenario/actions.js";
import { crowdsOf } from "./scenario/crowds.js";
import {
  EXIT_PHASE,
  FOREVER_TICKS,
  type Model,
  type PhaseModel,
  type Policy,
  type ThreadFlag,
} from "./scenario/model.js";
import { type Build, compileModule, IMPORTS } from "./wasm.js";

/** One replica followed to the end, as the plain implementation and the engine tell it. Times in ticks; -1 where there is none. */
export interface ReplicaTrace {
  completed: boolean;
  complete: number; // -1 when censored
  decided: number; // -1 when not reached
  lastSwitch: number; // -1 when nobody switched
  tries: number;
  rounds: number;
  switchAt: Float64Array; // by task slot; -1: not switched (or no task)
  mechanism: Uint8Array; // index into MECHANISMS
  idleSwitchAt: Float64Array; // by CPU
  idleMechanism: Uint8Array;
  counters: Record<Counter, number>;
  /** Who switched last: global phase number, or phaseCount for an idle task; -1 if nobody did. */
  blame: { phase: number; mechanism: number };
}

/** The engine's draws, exposed for the plain implementation (docs/rules.md, 1). */
export interface Draws {
  select(seed: bigint, replica: number): void;
  uniform(entity: number, purpose: number, n: number): number;
  duration(dist: number, u: number): number;
  equilibrium(dist: number, u: number, v: number): { residual: number; total: number };
  exponentialTicks(meanTicks: number, u: number): number;
  /** Of mean 1, not rounded. */
  standardExponential(u: number): number;
  /** How many successes of probability p come before the first failure. */
  geometric(p: number, u: number): number;
  /** Probability that an exponential of mean 1 is `e` at most. */
  exponentialCdf(e: number): number;
  /** The ticks that an exponential of this mean exceeds with probability p. */
  exceededTicks(meanTicks: number, p: number): number;
  /** The Poisson number of this mean (at most 1) for the draw u. */
  poisson(mean: number, u: number): number;
}

/** Compiles the module once; the result can be shared with worker threads. */
export function compileCore(build?: Build): Promise<WebAssembly.Module> {
  return compileModule("transition", build);
}

// The module's own numbers for names, in the order of its constants.
const PREEMPTION = ["none", "voluntary", "full", "lazy"] as const;
const RELIABLE_STACK = ["no", "yes", "frame-pointers"] as const;
const UNPATCH_WAIT = ["none", "rude", "rude+tasks"] as const;
const SIGNAL = ["none", "admin", "auto"] as const;
const ROUNDING = ["round_jiffies", "jiffies", "exact"] as const;
const HOOK_PATCHING = ["none", "key", "calls"] as const;
const MODE = ["user", "kernel", "guest", "sleep"] as const;
const ON_SIGNAL = ["none", "restart", "eintr", "absorb"] as const;
const KIND = ["user", "vcpu", "kthread"] as const;
const WORKER = ["none", "io", "vhost"] as const;
/** Remote switches that look at the task's mode and act on it in two steps (KF 5.2). */
const LOOKS_APART: Policy["remote"][] = ["v1", "v1-petr", "v-petr"];
const THREAD_FLAG: Record<ThreadFlag, number> = {
  TIF_PATCH_PENDING: 1,
  TIF_NOTIFY_SIGNAL: 2,
  TIF_SIGPENDING: 4,
  TIF_NEED_RESCHED: 8,
  TIF_NEED_RESCHED_LAZY: 16,
  TIF_NOTIFY_RESUME: 32,
};

const NO_PHASE = 0xffffffff;
const LOADER_ANY = -1;
const LOADER_NONE = -2;
const THRESHOLDS_MAX = 16;

type Exports = Record<string, WebAssembly.Global & ((...values: (number | bigint)[]) => number & bigint)> & {
  memory: WebAssembly.Memory;
};

/** One instance with a private memory. Loads a model once; policies are switched cheaply. */
export class Core {
  readonly layout: CountsLayout;
  readonly draws: Draws;
  protected readonly wasm: Exports;

  constructor(
    module: WebAssembly.Module,
    protected readonly model: Model,
  ) {
    this.wasm = new WebAssembly.Instance(module, IMPORTS).exports as Exports;
    if (this.wasm.memory.buffer.byteLength < this.getNumber("TRANSITION_END")) {
      throw new Error("asconfig.json: initialMemory is too small for the engine's columns");
    }
    this.loadHost();
    loadDurations(this.wasm as unknown as DurationExports, model.durations);
    this.loadBehaviours();
    this.loadTasks();
    this.loadResting();
    this.layout = this.readLayout();
    this.draws = this.bindDraws();
  }

  setPolicy(policy: Policy): void {
    const flags = (names: ThreadFlag[]) => names.reduce((mask, name) => mask | THREAD_FLAG[name], 0);
    this.set("signalSource", SIGNAL.indexOf(policy.signal));
    this.set("signalFlag", THREAD_FLAG[policy.signalFlag]);
    this.set("signalEveryTries", policy.signalEveryTries);
    this.setTicks("tryPeriod", policy.tryPeriod);
    this.set("rounding", ROUNDING.indexOf(policy.rounding));
    this.set("lateness", policy.lateness === "wheel");
    this.set("wakeKthreads", policy.wakeKthreads);
    this.set("guestMask", flags(policy.guestMask));
    this.set("guestLeaves", flags(policy.guestLeaves));
    this.set("guestEats", flags(policy.guestEats));
    this.set("guestUpdates", flags(policy.guestUpdates));
    this.set("updateBeforeSignal", policy.updateBeforeSignal);
    this.set("wakeIdle", policy.wakeIdle);
    this.set("condResched", policy.condResched);
    this.set("scheduleHook", policy.scheduleHook);
    this.set("forkFixed", policy.forkFixed);
    this.set("vhostIsUser", policy.vhost === "user");
    this.set("hookPatching", HOOK_PATCHING.indexOf(policy.hookPatching));
    this.set("taskWork", policy.taskWork);
    this.set("syncIsRcu", policy.sync === "rcu");
    this.set("remote", policy.remote !== "none");
    this.set("remoteWindow", LOOKS_APART.includes(policy.remote) ? this.model.host.remoteWindow : 0);
    this.loadActions(policy);
    this.wasm.prepareTransition!();
  }

  /** Runs replicas first .. first + count - 1 and returns their counts alone. */
  run(seed: bigint, first: number, count: number): Counts {
    this.wasm.clearCounts!();
    this.wasm.runReplicas!(seed, BigInt(first), count);
    return this.readCounts();
  }

  /** As run(), with what each replica came to: a call and a few reads a replica, about a microsecond. */
  runEach(seed: bigint, first: number, count: number): { counts: Counts; outcomes: Outcomes } {
    this.wasm.clearCounts!();
    const outcomes = newOutcomes(count);
    for (let row = 0; row < count; row++) {
      this.wasm.runReplicas!(seed, BigInt(first + row), 1);
      this.readOutcome(outcomes, row);
    }
    return { counts: this.readCounts(), outcomes };
  }

  /** Runs one replica and returns what happened in it: to its end or, if that is earlier, up to and including `until`. */
  trace(seed: bigint, replica: number, until = this.model.horizon): ReplicaTrace {
    this.before(until, () => this.wasm.runReplica!(seed, BigInt(replica)));
    const complete = this.getNumber("complete");
    const { cpus } = this.model.host;
    return {
      completed: complete >= 0,
      complete,
      decided: this.getNumber("decided"),
      lastSwitch: this.getNumber("lastSwitch"),
      tries: this.getNumber("tries"),
      rounds: this.getNumber("rounds"),
      switchAt: Float64Array.from({ length: this.model.taskCount }, (_, t) => Number(this.wasm.switchAt!(t))),
      mechanism: Uint8Array.from({ length: this.model.taskCount }, (_, t) => this.wasm.mechanism!(t)),
      idleSwitchAt: Float64Array.from({ length: cpus }, (_, cpu) =>
        this.wasm.idleMechanism!(cpu) === 0 ? -1 : Number(this.wasm.idleSwitchAt!(cpu)),
      ),
      idleMechanism: Uint8Array.from({ length: cpus }, (_, cpu) => this.wasm.idleMechanism!(cpu)),
      counters: Object.fromEntries(COUNTERS.map((name) => [name, this.getNumber(name)])) as Record<Counter, number>,
      blame: { phase: this.getNumber("blamePhase"), mechanism: this.getNumber("blameMechanism") },
    };
  }

  /** Rounds that a replica has sent up to and including `until`. What it counts stays until the next run. */
  roundsBy(seed: bigint, replica: number, until: number): number {
    this.before(until, () => this.wasm.runReplicas!(seed, BigInt(replica), 1));
    return this.getNumber("rounds");
  }

  /** Nothing before the horizon depends on it: with an earlier one a replica is the same for as long as it lasts. */
  private before(horizon: number, run: () => void): void {
    this.setTicks("horizon", Math.min(horizon, this.model.horizon));
    run();
    this.setTicks("horizon", this.model.horizon);
  }

  /** Events executed one by one since the instance was made; the release build, which does not count them, says 0. */
  get events(): number {
    return this.getNumber("events");
  }

  /** Value range of a histogram bucket in ticks: low inclusive, high exclusive. */
  bucketRange(bucket: number): { low: number; high: number } {
    return bucketRange(bucket);
  }

  protected set(name: string, value: number | boolean): void {
    this.wasm[name]!.value = Number(value);
  }

  protected setTicks(name: string, value: number): void {
    this.wasm[name]!.value = BigInt(Math.round(value));
  }

  protected getNumber(name: string): number {
    return Number(this.wasm[name]!.value);
  }

  private loadHost(): void {
    const { host, patch } = this.model;
    this.set("cpuCount", host.cpus);
    this.setTicks("hz", host.hz);
    this.set("preemption", PREEMPTION.indexOf(host.preemption));
    this.set("reliableStack", RELIABLE_STACK.indexOf(host.reliableStack));
    this.set(
      "loaderCpu",
      host.loaderCpu === "any" ? LOADER_ANY : host.loaderCpu === "none" ? LOADER_NONE : host.loaderCpu,
    );
    this.set("loaderCandidateCount", host.loaderCandidates.length);
    host.loaderCandidates.forEach((cpu, index) => this.wasm.setLoaderCandidate!(index, cpu));
    this.set("idleTasks", host.idleTasks);
    this.set("schedulerTick", host.schedulerTick);
    this.set("unpatchWait", UNPATCH_WAIT.indexOf(host.unpatchWait));
    this.set("idleWakeRate", host.idleWakeRate);
    this.setTicks("enableGap", host.enableGap);
    this.setTicks("tryCostPerTask", host.tryCostPerTask);
    this.setTicks("hookOn", host.hookOn);
    this.setTicks("hookOff", host.hookOff);
    this.setTicks("hookWork", host.hookWork);
    this.setTicks("unhookWork", host.unhookWork);
    this.setTicks("rcuGrace", host.rcuGrace);
    this.setTicks("watchdog", host.watchdog);
    this.setTicks("contextSwitch", host.contextSwitch);
    this.setTicks("vmExit", host.vmExit);
    this.setTicks("ipi", host.ipi);
    this.setTicks("signalCost", host.signal);
    this.setTicks("latency", host.latency);
    this.setTicks("minGranularity", host.minGranularity);
    this.setTicks("wakeupGranularity", host.wakeupGranularity ?? -1);
    this.setTicks("balancePeriod", host.balancePeriod);
    this.setTicks("haltPollMax", host.haltPoll.max);
    this.setTicks("haltPollStart", host.haltPoll.start);
    this.setTicks("haltPollGrow", host.haltPoll.grow);
    this.setTicks("haltPollShrink", host.haltPoll.shrink);
    this.set("unpatching", patch.direction === "unpatch");
    this.set("replaceNops", patch.replace ? patch.nops : 0);
    this.set("patchedFunctions", Math.max(1, patch.functions.length));
    this.setTicks("horizon", this.model.horizon);
    this.setTicks("settle", this.model.settle);
    for (let cpu = 0; cpu < host.cpus; cpu++) {
      this.wasm.setCpu!(
        cpu,
        Number(host.nohzFull[cpu]),
        Number(host.online[cpu]),
        Number(this.model.lone[cpu]),
        Number(this.model.balanceSet[cpu]),
      );
    }
    this.loadActive();
    this.loadCpuSets();
    this.model.exceedTicks.forEach((ticks, index) => this.wasm.setThreshold!(index, BigInt(ticks)));
    this.set("thresholdCount", this.model.exceedTicks.length);
  }

  /** CPUs where something can happen: somebody lives there or may be moved there, or idle tasks count. */
  private loadActive(): void {
    const { host, tasks, balanceSet } = this.model;
    const inhabited = new Set(tasks.cpu);
    this.set("activeCount", 0);
    for (let cpu = 0; cpu < host.cpus; cpu++) {
      if (host.idleTasks || balanceSet[cpu] || inhabited.has(cpu)) this.wasm.addActive!(cpu);
    }
    this.set("isolatedCount", host.nohzFull.filter((isolated, cpu) => isolated && host.online[cpu]).length);
  }

  private loadCpuSets(): void {
    let entry = 0;
    this.model.cpuSets.forEach((cpus, index) => {
      this.wasm.setCpuSet!(index, entry, cpus.length);
      for (const cpu of cpus) this.wasm.setCpuSetEntry!(entry++, cpu);
    });
  }

  private loadBehaviours(): void {
    const { phases, classes } = this.model;
    this.set("phaseCount", phases.length);
    this.set("classCount", classes.length);
    this.set(
      "hasFork",
      classes.some((one) => one.hasFork),
    );
    let next = 0;
    phases.forEach((phase, index) => {
      this.wasm.setPhase!(
        index,
        MODE.indexOf(phase.mode),
        waitCode(phase),
        Number(phase.halt),
        ON_SIGNAL.indexOf(phase.onSignal),
        phase.duration,
        phase.affected,
        phase.affectedWork,
      );
      this.wasm.setPhaseLinks!(index, phase.condResched, phase.exits, next, phase.next.length, phase.fork ?? NO_PHASE);
      for (const link of phase.next) {
        this.wasm.setNext!(next++, link.cumulative, link.phase === EXIT_PHASE ? NO_PHASE : link.phase);
      }
    });
    let share = 0;
    classes.forEach((one, index) => {
      const { startShares } = one;
      const kind = KIND.indexOf(one.kind);
      const worker = WORKER.indexOf(one.worker);
      this.wasm.setClass!(index, kind, worker, one.firstTask, one.count, one.children, share, startShares.length);
      const halt = phases.findIndex(
        (phase, p) => phase.halt && p >= one.firstPhase && p < one.firstPhase + one.phaseCount,
      );
      this.wasm.setClassPhases!(index, one.firstPhase, one.phaseCount);
      this.wasm.setClassCpuUse!(
        index,
        Number(one.usesCpu),
        halt < 0 ? NO_PHASE : halt,
        one.vmmPhase ?? NO_PHASE,
        BigInt(one.vmmTicks),
      );
      for (const { cumulative, phase } of startShares) this.wasm.setShare!(share++, cumulative, phase);
      if (one.ranked !== null) this.wasm.setRanked!(index, one.ranked.phase, one.ranked.share, one.ranked.asleep);
    });
  }

  /** Those who rest, and what alarms call them: class by class, those on crowded CPUs last. */
  private loadResting(): void {
    const { classes, tasks } = this.model;
    const crowds = crowdsOf(this.model);
    const crowded = new Set(crowds.map(({ cpu }) => cpu));
    const names = classes.map(({ firstTask }) => firstTask);
    const name = (index: number, task: number) => this.wasm.setName!(names[index]!++, task);
    classes.forEach(({ resting, firstTask, count }, index) => {
      for (let t = firstTask; t < firstTask + count; t++) if (!crowded.has(tasks.cpu[t]!)) name(index, t);
      if (resting === null) return;
      const { phase, share, most } = resting;
      const apart = names[index]! - firstTask;
      this.wasm.setResting!(index, phase, share, BigInt(most ?? FOREVER_TICKS), apart);
    });
    let row = 0;
    for (const { cpu, rate, rows } of crowds) {
      this.wasm.setCrowd!(cpu, rate, row, rows.length);
      for (const { number, mean, before, tasks } of rows) {
        this.wasm.setCrowdRow!(row++, mean, before, names[number]!, tasks.length);
        for (const task of tasks) name(number, task);
      }
    }
  }

  private loadTasks(): void {
    const { tasks, taskCount } = this.model;
    this.set("taskCount", taskCount);
    for (let t = 0; t < taskCount; t++) {
      this.wasm.setTask!(t, tasks.classOf[t]!, tasks.cpu[t]!, tasks.process[t]!, tasks.cpuSet[t]!);
    }
  }

  private loadActions(policy: Policy): void {
    const actions = actionsOf(this.model, policy);
    actions.forEach((action, index) => this.wasm.setAction!(index, BigInt(action.at), ACTIONS.indexOf(action.do)));
    this.set("actionCount", actions.length);
  }

  private readLayout(): CountsLayout {
    const exceed = this.getNumber("EXCEED_WORD");
    return {
      words: this.wasm.wordCount!(),
      replicas: 0,
      censored: 1,
      counters: this.getNumber("COUNTERS_WORD"),
      tries: this.getNumber("TRIES_WORD"),
      rounds: this.getNumber("ROUNDS_WORD"),
      latency: this.histogramAt(this.getNumber("LATENCY_WORD")),
      lastSwitch: this.histogramAt(this.getNumber("LAST_SWITCH_WORD")),
      exceed,
      exceedCount: Math.min(THRESHOLDS_MAX, this.model.exceedTicks.length),
      blame: this.getNumber("BLAME_WORD"),
      stuck: this.wasm.stuckWord!(),
      phaseCount: this.model.phases.length,
    };
  }

  private histogramAt(word: number): HistogramLayout {
    const buckets = this.getNumber("BUCKETS");
    return {
      sum: word,
      squaresLow: word + 1,
      squaresHigh: word + 2,
      counts: word + 3,
      sums: word + 3 + buckets,
      buckets,
    };
  }

  private readCounts(): Counts {
    const memory = this.wasm.memory.buffer;
    const words = new BigUint64Array(memory, this.getNumber("COUNTS"), this.layout.words);
    const index: number[] = [];
    for (let word = 0; word < words.length; word++) if (words[word] !== 0n) index.push(word);
    const none = this.getNumber("latencyMax") < 0;
    return {
      index: Uint32Array.from(index),
      value: BigUint64Array.from(index, (word) => words[word]!),
      latencyMin: none ? null : this.getNumber("latencyMin"),
      latencyMax: none ? null : this.getNumber("latencyMax"),
      lastSwitchMin: none ? null : this.getNumber("lastSwitchMin"),
      lastSwitchMax: none ? null : this.getNumber("lastSwitchMax"),
      worst: this.readWorst(),
    };
  }

  private readOutcome(outcomes: Outcomes, row: number): void {
    outcomes.complete[row] = this.getNumber("complete");
    outcomes.decided[row] = this.getNumber("decided");
    outcomes.lastSwitch[row] = this.getNumber("lastSwitch");
    outcomes.blamePhase[row] = this.getNumber("blamePhase");
    outcomes.blameMechanism[row] = this.getNumber("blameMechanism");
    outcomes.tries[row] = this.getNumber("tries");
    outcomes.rounds[row] = this.getNumber("rounds");
    for (const name of COUNTERS) outcomes.counters[name][row] = this.getNumber(name);
  }

  private readWorst(): WorstReplica[] {
    const rows = new BigInt64Array(this.wasm.memory.buffer, this.getNumber("WORST"), 2 * this.getNumber("worstCount"));
    const worst: WorstReplica[] = [];
    for (let at = 0; at < rows.length; at += 2) {
      const ticks = Number(rows[at + 1]);
      worst.push({ replica: Number(rows[at]), ticks: ticks > FOREVER_TICKS ? null : ticks });
    }
    return worst;
  }

  protected bindDraws(): Draws {
    const { wasm } = this;
    return {
      select: (seed, replica) => void wasm.selectReplica!(seed, BigInt(replica)),
      uniform: (entity, purpose, n) => wasm.uniform!(entity, purpose, n),
      duration: (dist, u) => Number(wasm.durationTicks!(dist, u)),
      equilibrium: (dist, u, v) => {
        const residual = Number(wasm.equilibriumResidual!(dist, u, v));
        return { residual, total: Number(wasm.equilibriumTotal!()) };
      },
      exponentialTicks: (mean, u) => Number(wasm.exponentialTicks!(mean, u)),
      standardExponential: (u) => wasm.standardExponential!(u),
      geometric: (p, u) => wasm.geometric!(p, u),
      exponentialCdf: (e) => wasm.exponentialCdf!(e),
      exceededTicks: (meanTicks, p) => Number(wasm.exceededTicks!(meanTicks, p)),
      poisson: (mean, u) => wasm.poisson!(mean, u),
    };
  }
}

/** Value range of a histogram bucket in ticks (assembly/histogram.ts, bucketOf): low inclusive, high exclusive. */
export function bucketRange(bucket: number): { low: number; high: number } {
  if (bucket < 128) return { low: bucket, high: bucket + 1 };
  const shift = Math.floor(bucket / 128) - 1;
  const low = (bucket - shift * 128) * 2 ** shift;
  return { low, high: low + 2 ** shift };
}

/** How the engine tells sleeps apart: deaf to TASK_INTERRUPTIBLE, woken by it, woken and freezable. */
function waitCode(phase: PhaseModel): number {
  if (phase.wait === "freezable") return 2;
  return phase.wait === "interruptible" ? 1 : 0;
}
