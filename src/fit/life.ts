// One task through a recording, event by event. What is certain is only ever an interval of it:
// - on a CPU: from a switch to it, or from any event that it is current in, until it is switched from. The CPU time of a phase
//   is the sum of its pieces; a preemption does not end it.
// - asleep: from leaving the CPU in another state than running until the wakeup, or, where none was seen, until it is next seen
//   on a CPU.
// - runnable: from the wakeup or the preemption until the switch to it.
// - in a system call from its entry to its exit; a task whose first call event is an exit was in that call all along, one whose
//   first is an entry in user mode. Until then it is in limbo: pieces wait to be told where they belong. A task that makes 16
//   of them, or none that tells, is nowhere in particular: phases `run` and `sleep`.
// - in the guest from an entry until it halts or leaves to user space.
// A piece of CPU time of length 0, below the clock's steps, is no phase, unless it is a whole call: its neighbours follow each
// other directly.

import { Account, type PhaseAccount } from "./account.js";
import { LIMBO, type Place, Places, waitOf } from "./places.js";
import type { LeftState } from "./trace-event.js";

/** What a recording has, as far as it decides how events are read. */
export interface Facts {
  switches: boolean;
  wakeups: boolean;
  calls: boolean;
  guests: boolean;
  /** Of the whole machine: who is not seen is not there. Else only some tasks' events were recorded. */
  whole: boolean;
}

const UNKNOWN = 0;
const ON = 1;
const READY = 2;
const ASLEEP = 3;
const DEAD = 4;

/** Pieces in limbo. */
const PIECES_MAX = 16;
/** ns: the kernel's work in KVM_RUN around the guest counts as the guest's up to here, beyond as the call's (assumption). */
const FOLD_MAX = 20_000;
/** ns: in a recording without switches a call that takes longer counts as asleep (assumption; strace itself costs tens of us). */
const BLOCKS_FROM = 100_000;
/** -EINTR, -ERESTARTSYS, -ERESTARTNOINTR, -ERESTARTNOHAND, -ERESTART_RESTARTBLOCK (signal(7), "Interruption of system calls"). */
const INTERRUPTED: ReadonlySet<number> = new Set([-4, -512, -513, -514, -516]);
/** Where a vCPU sleeps while its guest is halted (virt/kvm/kvm_main.c). */
const HALTED = "kvm_vcpu_block";
/** As KVM spells a halt on Intel, AMD and ARM. */
const HALT = /(\b|_)(hlt|wf[xie])\b/i;

interface Piece {
  phase: PhaseAccount; // of limbo
  stack: string[] | null;
  length: number;
  begun: boolean;
  ended: boolean;
}

export class Life {
  readonly account = new Account();
  /** CPUs that it ran on. */
  readonly cpus: number[] = [];
  /** The last of them; -1: none yet. */
  cpu = -1;
  /** When it was last seen on a CPU, and whether an event of its own ever was. */
  seen = 0;
  own = false;
  bornAt: number | null = null;
  /** Its process; null: the trace does not say. */
  tgid: number | null = null;
  /** When it was first heard of. */
  readonly from: number;

  private readonly places = new Places(this.account);
  private state = UNKNOWN;
  private since = 0;
  private knownFrom = 0;
  private readyBegun = false;
  private place: Place = LIMBO;
  private phase: PhaseAccount = LIMBO.running(false);
  private stack: string[] | null = null;
  private length = 0;
  private begun = false;
  /** There was a sleep in this call, and which. */
  private rested = false;
  private sleep: PhaseAccount | null = null;
  /** The entry of this call was seen. */
  private entered = false;
  /** The phase that ended last, until it is known what follows. */
  private last: PhaseAccount | null = null;
  private pieces: Piece[] = [];
  private exitReason: string | null = null;
  private lengthAtExit = 0;
  /** The system call that runs the guest, once it has. */
  private runs: Place | null = null;

  constructor(
    readonly pid: number,
    public comm: string,
    at: number,
    private readonly facts: Facts,
  ) {
    this.from = at;
  }

  get running(): boolean {
    return this.state === ON;
  }

  get unknown(): boolean {
    return this.state === UNKNOWN;
  }

  get dead(): boolean {
    return this.state === DEAD;
  }

  /** On `cpu` at `at`; where nothing was known of it, it has been there since `from`. */
  on(at: number, from: number, cpu: number): void {
    this.seen = at;
    if (cpu !== this.cpu && cpu >= 0) {
      this.cpu = cpu;
      if (!this.cpus.includes(cpu)) this.cpus.push(cpu);
    }
    if (this.state === ON || this.state === DEAD) return;
    if (this.state === UNKNOWN) {
      this.appear(ON, from);
      this.runTo(at);
      return;
    }
    if (this.state === ASLEEP) {
      this.account.unwoken++;
      this.endSleep(at);
    } else if (this.readyBegun || at > this.since) this.account.runnable.add(at - this.since, this.readyBegun, true);
    this.state = ON;
    this.since = at;
  }

  /**
   * Switched to. Where nothing was known of it, it has been asleep since `from` in a recording without wakeups; in one with
   * them it was waiting since before the recording, or is new: that wait is not taken.
   */
  arrive(at: number, from: number, cpu: number): void {
    if (this.state === UNKNOWN && from < at && !this.facts.wakeups) this.appear(ASLEEP, from);
    this.on(at, at, cpu);
  }

  /** Switched from. */
  leave(at: number, left: LeftState): void {
    if (this.state === DEAD) return;
    if (left === "dead") {
      this.end(at);
      return;
    }
    this.runTo(at);
    if (left === "running") {
      this.state = READY;
      this.readyBegun = true;
      return;
    }
    this.state = ASLEEP;
    this.account.sleeps++;
    if (this.phase.spec.halt) return; // polled, sleeps now
    const wait = waitOf(left);
    if (this.place === this.runs && (wait === "interruptible" || wait === null)) this.place = this.places.guest; // was still halted
    const sleep = this.place.asleep(wait);
    this.foldInto(sleep);
    if (this.phase !== sleep) this.turnTo(sleep);
  }

  /** Woken; where nothing was known of it, it has been asleep since `from`. */
  wake(at: number, from: number): void {
    if (this.state === UNKNOWN) {
      const slept = from < at;
      this.appear(slept ? ASLEEP : READY, from);
      this.begun = this.readyBegun = this.rested = !slept; // of its sleep only the end was seen
    }
    if (this.state !== ASLEEP) return;
    this.endSleep(at);
    this.state = READY;
    this.since = at;
    this.readyBegun = true;
  }

  /** Just forked. */
  born(at: number): void {
    this.bornAt = at;
    if (!this.facts.switches) return;
    this.appear(READY, at);
    this.begun = this.readyBegun = true;
  }

  enter(at: number, call: string): void {
    if (this.state === DEAD) return;
    this.runTo(at);
    this.account.calls++;
    this.settle(this.places.user);
    if (this.place.kind === "guest") this.leaveGuest(); // the exit was not seen
    this.turnTo(this.go(this.places.call(call)));
    this.entered = true;
  }

  exit(at: number, call: string | null, result: number | null): void {
    if (this.state === DEAD) return;
    this.runTo(at);
    this.account.calls++;
    this.settle(call === null ? this.places.anywhere : this.places.call(call));
    if (this.place === this.places.user) return; // there already: its entry was not seen
    if (this.place.kind === "guest") this.leaveGuest();
    if (!this.facts.switches && this.length >= BLOCKS_FROM) this.phase = this.place.asleep(null);
    this.record(true, this.entered && !this.rested);
    if (result !== null && INTERRUPTED.has(result) && this.last !== null) (this.sleep ?? this.last).interrupted++;
    this.turnTo(this.go(this.places.user), true);
  }

  guestEntry(at: number): void {
    if (this.state === DEAD) return;
    this.runTo(at);
    this.account.guestEntries++;
    const { guest } = this.places;
    const inside = guest.running();
    this.settle(guest);
    if (this.place !== guest) {
      if (this.place.kind === "call") this.runs = this.place;
      this.foldInto(inside);
      this.go(guest);
    } else if (this.phase === inside && this.exitReason !== null) {
      inside.exited(this.exitReason);
    }
    this.exitReason = null;
    if (this.phase !== inside) this.turnTo(inside);
  }

  guestExit(at: number, reason: string): void {
    if (this.state === DEAD) return;
    if (this.place !== this.places.guest) {
      this.guestEntry(at); // not seen
      this.account.guestEntries--;
    }
    this.runTo(at);
    this.exitReason = reason;
    this.lengthAtExit = this.length;
    if (HALT.test(reason)) this.turnTo(this.places.guest.halt);
  }

  /** The functions on its stack where it left its CPU. */
  onStack(functions: string[]): void {
    if (this.state !== ASLEEP || !this.begun || this.phase.spec.halt) return;
    if (functions.includes(HALTED)) this.foundHalted();
    else this.stack = functions;
  }

  end(at: number): void {
    if (this.state === DEAD) return;
    if (this.state !== UNKNOWN) {
      this.runTo(at);
      this.settle(this.places.anywhere);
      this.record(true, this.entered && !this.rested);
      this.last?.follow("exit");
      this.account.known += at - this.knownFrom;
    }
    this.state = DEAD;
  }

  /** From `at` on nothing is known of it. */
  cut(lastSure: number): void {
    if (this.state === UNKNOWN || this.state === DEAD) return;
    const at = Math.max(lastSure, this.since);
    if (this.state !== READY) this.length += at - this.since;
    else if (at > this.since) this.account.runnable.add(at - this.since, this.readyBegun, false);
    this.settle(this.places.anywhere);
    this.record(false, false);
    this.account.known += at - this.knownFrom;
    this.state = UNKNOWN;
  }

  /** As if the recording began at `at`: what was counted is dropped, where the task is is known. */
  restart(at: number): void {
    this.account.clear();
    this.pieces = [];
    this.bornAt = null;
    this.cpus.length = 0;
    if (this.cpu >= 0 && this.state === ON) this.cpus.push(this.cpu);
    this.knownFrom = this.since = at;
    this.length = this.lengthAtExit = 0;
    this.begun = this.readyBegun = false;
    this.sleep = this.last = null;
  }

  /** Whatever the events said, it is a vCPU, and in KVM_RUN. */
  private foundHalted(): void {
    const { guest } = this.places;
    this.account.guestEntries++;
    this.settle(guest);
    this.place = guest;
    this.phase = guest.halt;
  }

  private appear(state: number, from: number): void {
    this.state = state;
    this.since = this.knownFrom = from;
    this.length = this.lengthAtExit = 0;
    this.begun = this.readyBegun = this.entered = this.rested = false;
    this.stack = this.sleep = this.last = this.exitReason = null;
    this.place = this.facts.calls || this.facts.guests ? LIMBO : this.places.anywhere;
    this.phase = state === ASLEEP ? this.place.asleep(null) : this.place.running(false);
  }

  private runTo(at: number): void {
    if (this.state === ON) this.length += at - this.since;
    this.since = at;
  }

  private endSleep(at: number): void {
    this.length += at - this.since;
    this.since = at;
    if (this.phase.spec.halt) return; // until the guest is entered again
    this.rested = true;
    this.record(true, false);
    this.sleep = this.last;
    this.turnTo(this.place.running(true), true);
  }

  /** The phase under way ends, or has ended, and another one begins. */
  private turnTo(phase: PhaseAccount, recorded = false): void {
    if (!recorded) this.record(true, false);
    this.phase = phase;
    this.length = this.lengthAtExit = 0;
    this.begun = true;
    this.stack = null;
  }

  private go(place: Place): PhaseAccount {
    this.place = place;
    this.rested = this.entered = false;
    this.sleep = null;
    return place.running(false);
  }

  /** A little of the kernel's work in KVM_RUN, before the guest or a halt, is part of that. */
  private foldInto(phase: PhaseAccount): void {
    const { mode } = this.phase.spec;
    const kvm = phase.spec.mode === "guest" || phase.spec.halt;
    if (kvm && mode === "kernel" && this.length < FOLD_MAX) this.phase = phase;
  }

  /** Out of KVM_RUN: what the kernel did since the last exit is the guest's if it is little, else the call's own. */
  private leaveGuest(): void {
    const after = this.length - this.lengthAtExit;
    if (this.exitReason !== null && this.phase.spec.mode === "guest" && after >= FOLD_MAX) {
      this.length = this.lengthAtExit;
      this.turnTo((this.runs ?? this.places.call("ioctl")).running(true));
      this.length = after;
    }
    this.exitReason = null;
  }

  /** It is known now where it has been. */
  private settle(place: Place): void {
    if (this.place !== LIMBO) return;
    const { pieces } = this;
    this.place = place;
    this.pieces = [];
    for (const piece of pieces) {
      const phase = this.settled(piece.phase);
      this.put(onStack(phase, piece.stack), piece.length, piece.begun, piece.ended);
      if (phase.spec.mode === "sleep") {
        this.rested = true;
        this.sleep = phase;
      }
    }
    this.phase = this.settled(this.phase);
  }

  private settled({ spec }: PhaseAccount): PhaseAccount {
    return spec.mode === "sleep" ? this.place.asleep(spec.wait) : this.place.running(this.rested);
  }

  private record(ended: boolean, wholeCall: boolean): void {
    const { phase, stack, length, begun } = this;
    if (length === 0 && phase.spec.mode !== "sleep" && !wholeCall) return;
    if (this.place !== LIMBO) {
      this.put(onStack(phase, stack), length, begun, ended);
      return;
    }
    this.pieces.push({ phase, stack, length, begun, ended });
    if (this.pieces.length >= PIECES_MAX) this.settle(this.places.anywhere);
  }

  private put(phase: PhaseAccount, length: number, begun: boolean, ended: boolean): void {
    if (length > 0 || (begun && ended)) phase.lengths.add(length, begun, ended);
    else if (ended) return; // it ended where the window began
    this.last?.follow(phase);
    this.last = ended ? phase : null;
  }
}

/** A halt's stack is known anyway. */
function onStack(phase: PhaseAccount, stack: string[] | null): PhaseAccount {
  return stack === null || phase.spec.halt ? phase : phase.on(stack);
}
