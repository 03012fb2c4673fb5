// What is known of a task, or of several that count as one: its phases, each with its lengths and what followed it.

import type { Mode, Wait } from "../scenario/model.js";
import { Lengths } from "./lengths.js";

/** `run`: in user mode or in the kernel, the trace does not say; known when the kind of the task is. */
export type PhaseMode = Mode | "run";

/** Stacks of one sleep that are told apart while a trace is read; classes keep fewer. */
const STACKS_MAX = 64;
/** Phases of one account; what a task does beyond is not told apart. */
const PHASES_MAX = 1024;
const OTHER = "other";
/** What an account takes besides, and a phase (measured: about 1 KB each). */
const SLOTS = 80;
const PHASE_SLOTS = 80;

export interface PhaseSpec {
  /** As a scenario may call it; unique in an account with `stack`, or told apart later. */
  name: string;
  mode: PhaseMode;
  /** Null of a sleep: not known in which state. */
  wait: Wait | null;
  halt: boolean;
  call: string | null;
  stack: string[] | null;
}

/** One kind of interval. */
export class PhaseAccount {
  readonly lengths = new Lengths();
  /** What followed, and how often; `exit`: the task's end. */
  readonly next = new Map<PhaseAccount | "exit", number>();
  /** Of a guest, by reason. */
  exits: Map<string, number> | null = null;
  interrupted = 0;
  /** Of a sleep: the same with a known stack, by stack. */
  private byStack: Map<string, PhaseAccount> | null = null;

  constructor(
    readonly spec: PhaseSpec,
    private readonly account: Account,
  ) {}

  follow(next: PhaseAccount | "exit", count = 1): void {
    this.next.set(next, (this.next.get(next) ?? 0) + count);
  }

  exited(reason: string, count = 1): void {
    this.exits ??= new Map();
    this.exits.set(reason, (this.exits.get(reason) ?? 0) + count);
  }

  /** This sleep on that stack; of stacks beyond the first 64 it is not kept which. */
  on(functions: string[]): PhaseAccount {
    const key = functions.join(";");
    this.byStack ??= new Map();
    let phase = this.byStack.get(key);
    if (phase === undefined) {
      if (this.byStack.size >= STACKS_MAX) return this;
      phase = this.account.phase({ ...this.spec, stack: functions });
      this.byStack.set(key, phase);
    }
    return phase;
  }

  clear(): void {
    this.lengths.clear();
    this.next.clear();
    this.exits = null;
    this.interrupted = 0;
  }
}

export class Account {
  /** Waits for a CPU. */
  readonly runnable = new Lengths();
  /** In the order in which they were first seen. */
  readonly phases = new Map<string, PhaseAccount>();
  /** ns for which it was known what the task did: the sum of all intervals. */
  known = 0;
  /** What tells kinds of tasks apart. */
  calls = 0;
  sleeps = 0;
  /** Sleeps whose wakeup was not seen. */
  unwoken = 0;
  guestEntries = 0;

  phase(spec: PhaseSpec): PhaseAccount {
    const key = keyOf(spec);
    let phase = this.phases.get(key);
    if (phase === undefined) {
      if (this.phases.size >= PHASES_MAX && spec.name !== OTHER) return this.phase(otherLike(spec));
      phase = new PhaseAccount(spec, this);
      this.phases.set(key, phase);
    }
    return phase;
  }

  /** `as`: which of its phases each of the other's becomes. */
  addAll(other: Account, as: (phase: PhaseAccount) => PhaseSpec = ({ spec }) => spec): void {
    this.runnable.addAll(other.runnable);
    this.known += other.known;
    this.calls += other.calls;
    this.sleeps += other.sleeps;
    this.unwoken += other.unwoken;
    this.guestEntries += other.guestEntries;
    for (const from of other.phases.values()) {
      const to = this.phase(as(from));
      to.lengths.addAll(from.lengths);
      to.interrupted += from.interrupted;
      for (const [reason, count] of from.exits ?? []) to.exited(reason, count);
      for (const [next, count] of from.next) to.follow(next === "exit" ? next : this.phase(as(next)), count);
    }
  }

  /** What was counted is dropped, where the task is is not. */
  clear(): void {
    this.runnable.clear();
    this.known = this.calls = this.sleeps = this.unwoken = this.guestEntries = 0;
    for (const phase of this.phases.values()) phase.clear();
  }

  /** What it takes of memory, in slots of 12 bytes. */
  get slots(): number {
    let slots = SLOTS + this.runnable.slots;
    for (const { lengths } of this.phases.values()) slots += PHASE_SLOTS + lengths.slots;
    return slots;
  }
}

function keyOf({ name, mode, wait, halt, call, stack }: PhaseSpec): string {
  return `${mode} ${halt ? "halt" : (wait ?? "")} ${call ?? ""} ${name} ${stack === null ? "" : stack.join(";")}`;
}

function otherLike(spec: PhaseSpec): PhaseSpec {
  return { ...spec, name: OTHER, call: null, stack: null };
}
