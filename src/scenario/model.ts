// The compiled scenario: plain numbers and small unions, nothing left to look up. The engine's tables
// (src/core.ts) and the plain implementation (src/replay/plain) are both built from it; docs/rules.md says what each field does.
// Times are ticks (1 us) unless a name says otherwise; FOREVER_TICKS stands for "never".

export const FOREVER_TICKS = 2 ** 52;

/** Thread flags under the kernel's names (arch/x86/include/asm/thread_info.h). */
export type ThreadFlag =
  | "TIF_PATCH_PENDING"
  | "TIF_NOTIFY_SIGNAL"
  | "TIF_SIGPENDING"
  | "TIF_NEED_RESCHED"
  | "TIF_NEED_RESCHED_LAZY"
  | "TIF_NOTIFY_RESUME";

export type Preemption = "none" | "voluntary" | "full" | "lazy";
export type Mode = "user" | "kernel" | "guest" | "sleep";
export type Wait = "interruptible" | "uninterruptible" | "killable" | "freezable" | "idle" | "stopped" | "traced";

/** What switched a task, in the order of the engine's numbers (0 is "not switched"). */
export const MECHANISMS = [
  "none",
  "user-exit",
  "stack",
  "idle",
  "cond_resched",
  "schedule",
  "guest-direct",
  "remote",
  "force",
] as const;
export type Mechanism = (typeof MECHANISMS)[number];

/** How the kernel chases stragglers (design 3.6): a record, every field resolved. */
export interface Policy {
  name: string;
  text: string;
  signal: "none" | "admin" | "auto";
  signalFlag: "TIF_SIGPENDING" | "TIF_NOTIFY_SIGNAL";
  signalEveryTries: number;
  adminSignalAt: number | null;
  tryPeriod: number;
  rounding: "round_jiffies" | "jiffies" | "exact";
  lateness: "wheel" | "none";
  wakeKthreads: boolean;
  guestMask: ThreadFlag[];
  guestLeaves: ThreadFlag[];
  guestEats: ThreadFlag[];
  guestUpdates: ThreadFlag[];
  updateBeforeSignal: boolean;
  wakeIdle: boolean;
  condResched: boolean;
  scheduleHook: boolean;
  forkFixed: boolean;
  vhost: "kthread" | "user";
  hookPatching: "none" | "key" | "calls";
  taskWork: boolean;
  sync: "sched" | "rcu";
  remote: "none" | "v1" | "v1-petr" | "v2" | "v-petr" | "v-peter";
  forceAt: number | null;
  giveUp: boolean;
}

export type DurationModel =
  | { kind: "fixed"; ticks: number } // FOREVER_TICKS: forever
  | { kind: "uniform"; min: number; max: number }
  | { kind: "exponential"; mean: number }
  | { kind: "lognormal"; median: number; sigma: number }
  | { kind: "weibull"; scale: number; shape: number }
  | { kind: "pareto"; min: number; max: number; shape: number }
  /** weights sum to 1; parts are indices into Model.durations (never themselves mixtures or tables). */
  | { kind: "mixture"; weights: number[]; parts: number[] }
  /** quantile function: piecewise linear through (p, value), p from 0 to 1. */
  | { kind: "empirical"; p: number[]; value: number[] };

export const EXIT_PHASE = -1;

export interface PhaseModel {
  name: string;
  mode: Mode;
  wait: Wait; // meaningful for sleeps
  halt: boolean; // a vCPU's sleep in kvm_vcpu_block, with halt polling
  duration: number; // index into Model.durations
  affected: number; // probability that the stack holds an affected function
  affectedWork: number; // guest phases: the same inside the KVM work function; else equal to affected
  stack: string[]; // functions that its kernel stack is known to hold
  onSignal: "none" | "restart" | "eintr" | "absorb";
  condResched: number; // per second of CPU time
  exits: number; // VM exits per second of guest time, host ticks not counted
  next: { phase: number; cumulative: number }[]; // global phase number or EXIT_PHASE; last cumulative is 1
  fork: number | null; // global phase in which a child starts, forked at the end of this phase
}

export interface ClassModel {
  name: string;
  kind: "user" | "vcpu" | "kthread";
  worker: "none" | "io" | "vhost";
  firstTask: number;
  count: number;
  children: number; // slots per task, 0 without fork
  firstPhase: number;
  phaseCount: number; // without the VMM phase
  vmmPhase: number | null; // hidden last phase of kind vcpu: user mode in the VMM after EINTR
  vmmTicks: number;
  startShares: { phase: number; cumulative: number }[]; // long-run shares of wall time
  /** Where its tasks are nearly always, and how much CPU time they ask for at most between two rests; null: no bound (docs/rules.md, 3). */
  resting: { phase: number; share: number; most: number | null } | null;
  /** Where its stragglers sleep, with that sleep's share of the time and that of all sleeps (docs/rules.md, 3). */
  ranked: { phase: number; share: number; asleep: number } | null;
  hasFork: boolean;
  usesCpu: boolean; // some phase is user, kernel, guest or a halt
}

/** One row a task slot (children slots included), column-wise. */
export interface TaskTable {
  classOf: Uint16Array;
  cpu: Uint16Array; // at the start
  process: Uint32Array; // number of the mm
  cpuSet: Uint16Array; // index into Model.cpuSets
}

export interface HostModel {
  cpus: number;
  hz: number;
  preemption: Preemption;
  nohzFull: boolean[]; // by CPU
  online: boolean[]; // by CPU
  reliableStack: "yes" | "no" | "frame-pointers";
  loaderCpu: number | "any" | "none";
  loaderCandidates: number[];
  idleTasks: boolean;
  schedulerTick: boolean;
  enableGap: number;
  tryCostPerTask: number;
  hookOn: number;
  hookOff: number;
  hookWork: number;
  unhookWork: number;
  rcuGrace: number;
  unpatchWait: "none" | "rude" | "rude+tasks";
  idleWakeRate: number; // per second and CPU
  watchdog: number; // 0: none
  contextSwitch: number;
  vmExit: number;
  ipi: number;
  remoteWindow: number; // may be fractional
  signal: number;
  latency: number; // already times the CPU factor; 0 under EEVDF
  minGranularity: number;
  wakeupGranularity: number | null; // null: wake-ups never preempt
  balancePeriod: number;
  haltPoll: { max: number; start: number; grow: number; shrink: number };
}

export interface Model {
  name: string;
  hash: string; // sha256 of the canonical scenario, without policies and run size
  host: HostModel;
  classes: ClassModel[];
  phases: PhaseModel[];
  durations: DurationModel[];
  tasks: TaskTable;
  taskCount: number; // slots
  cpuSets: number[][]; // allowed CPUs, ascending; index 0.. as in TaskTable.cpuSet
  balanceSet: boolean[]; // by CPU
  lone: boolean[]; // by CPU
  patch: {
    functions: string[];
    direction: "patch" | "unpatch";
    replace: boolean;
    nops: number;
  };
  admin: { at: number; do: "reverse" | "force" | "signal" }[]; // by time
  horizon: number;
  settle: number;
  exceedTicks: number[]; // thresholds of the exceedance table
}
