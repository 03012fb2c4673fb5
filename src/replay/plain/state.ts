// The state of one replica as the plain implementation keeps it: an object a task, an object a CPU, and what the transition
// is about. The files around it hold the rules of docs/rules.md, slow and obvious: every task, every CPU, every due instant,
// nothing computed ahead, nothing shared with the engine but its draws.

import type { Branch } from "../../branching-core.js";
import type { Draws, ReplicaTrace } from "../../core.js";
import { COUNTERS, type Counter } from "../../results/counts.js";
import type { ClassModel, Mechanism, Model, Policy, ThreadFlag } from "../../scenario/model.js";
import type { Happening, ReplayEvent, Step } from "../events.js";

export const NEVER = Number.POSITIVE_INFINITY;

/** State of a task (docs/rules.md, 5). */
export type TaskState = "sleep" | "ready" | "current" | "zombie" | "dead";
/** Where in the kernel a task that is ready or current is, with the stack that it shows. */
export type Context = "phase" | "woken" | "exit" | "work" | "guest" | "poll";
/** What follows the exit loop. */
export type AfterExit = "cont" | "next" | "restart" | "eintr" | "vmm" | "child";

export interface Task {
  number: number;
  of: ClassModel;
  process: number;
  allowed: number[];
  parent: Task | null; // of a child
  children: Task[]; // slots
  cpu: Cpu;
  mode: "user" | "kernel" | "guest"; // in which it executes, as far as it is told
  state: TaskState;
  context: Context;
  afterExit: AfterExit; // meaningful in context exit
  flags: Set<ThreadFlag>;
  phase: number;
  visit: number;
  affected: boolean;
  affectedWork: boolean;
  left: number; // CPU time to go in the phase
  wakeAt: number;
  total: number; // whole length of the sleep
  length: number; // of the phase, as last drawn; of the first visit what was left at the start
  poll: number; // ticks a halt polls
  pollEnd: number;
  saved: { phase: number; left: number } | null; // behind the VMM phase
  forkT: boolean;
  vr: number;
  irqPreempted: boolean;
  looks: number;
  lookAt: number; // NEVER: none pending
  lookFrom: number; // when that was drawn
  alarms: number[]; // to come, of a class that rests
  switched: boolean; // S = G
  switchAt: number;
  mechanism: Mechanism;
}

export interface Cpu {
  number: number;
  tasks: Task[]; // who is here, by number
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
  idleWakeFrom: number; // when idleWakeAt was drawn
  idle: { pending: boolean; switched: boolean; switchAt: number; mechanism: Mechanism };
  due: Due | null; // its next event, unless it was touched since
  touched: boolean;
}

/** What a CPU does next, and when. */
export interface Due {
  at: number;
  kind:
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
  task: Task | null;
}

export interface Action {
  at: number;
  do: "reverse" | "force" | "signal";
  givesUp: boolean;
}

export type Stage = "settling" | "loading" | "trying" | "waiting" | "reversing" | "completing" | "over";

/** Who looks on. */
export interface Observer {
  /** Every path taken; tests count them. */
  path?(what: string): void;
  /** Everything is where `start` finds it. */
  start?(replica: Replica): void;
  /** From `start` on. */
  event?(event: ReplayEvent): void;
}

export class Replica {
  now = 0;
  stage: Stage = "settling";
  cpus: Cpu[] = [];
  tasks: Task[] = [];
  phase0 = 0;
  mask: Set<ThreadFlag>;
  counters = Object.fromEntries(COUNTERS.map((name) => [name, 0])) as Record<Counter, number>;

  tryCpu = 0; // w
  laterTryCpu = 0; // of tries 2, 3, ...
  tries = 0;
  rounds = 0;
  failedTries = 0; // cnt
  expiry = NEVER; // E
  workerWoken = false; // for the try due at E
  running = { begun: 0, visited: 0, left: 0 }; // left: who could not be switched
  actions: Action[] = [];
  reversed = false;
  nextPass = NEVER;
  branches: Branch[] = []; // still to be taken
  branchDue = false;

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
    readonly observer: Observer,
    readonly scans: boolean, // for the next due instant, instead of remembering each CPU's
  ) {
    this.mask = new Set(policy.guestMask);
    if (this.mask.has("TIF_NEED_RESCHED")) this.mask.add("TIF_NEED_RESCHED_LAZY");
  }
}

export function note(replica: Replica, what: string): void {
  replica.observer.path?.(what);
}

export function tell(replica: Replica, happening: Happening): void {
  if (replica.observer.event === undefined || replica.stage === "settling") return;
  replica.observer.event({ at: replica.now, ...happening } as ReplayEvent);
}

/** list[index], which must be there. */
export function at<V>(list: ArrayLike<V>, index: number): V {
  const value = list[index];
  if (value === undefined) throw new Error(`replay: no element ${index} of ${list.length}`);
  return value;
}
