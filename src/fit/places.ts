// Where a task is: in user mode, in a system call, in KVM_RUN, or where the trace does not say; and which of the phases of
// its account the pieces of its time there belong to.

import type { Wait } from "../scenario/model.js";
import { Account, type PhaseAccount, type PhaseMode } from "./account.js";
import type { LeftState } from "./trace-event.js";

export interface Place {
  kind: "limbo" | "outside" | "call" | "guest";
  /** On a CPU; `rested`: after a sleep here. */
  running(rested: boolean): PhaseAccount;
  /** Off it, of its own will. */
  asleep(wait: Wait | null): PhaseAccount;
}

/** Null: not known, as of a sleep that began before the recording. */
export function waitOf(state: LeftState): Wait | null {
  return state === "running" || state === "dead" || state === "unknown" ? null : state;
}

function sleepName(wait: Wait | null): string {
  return wait === "interruptible" || wait === null ? "sleep" : `sleep-${wait}`;
}

/** The phases of one place; made when they are first needed. */
class Phases {
  private readonly sleeps = new Map<Wait | null, PhaseAccount>();

  constructor(
    private readonly account: Account,
    private readonly call: string | null,
    private readonly prefix: string,
  ) {}

  piece(name: string, mode: PhaseMode): PhaseAccount {
    return this.account.phase({ name, mode, wait: null, halt: false, call: this.call, stack: null });
  }

  sleep(wait: Wait | null): PhaseAccount {
    let phase = this.sleeps.get(wait);
    if (phase === undefined) {
      const name = this.prefix + sleepName(wait);
      phase = this.account.phase({ name, mode: "sleep", wait, halt: false, call: this.call, stack: null });
      this.sleeps.set(wait, phase);
    }
    return phase;
  }
}

/** In user mode, or anywhere in a trace without system calls. */
class Outside implements Place {
  readonly kind = "outside";
  private readonly phases: Phases;
  private run: PhaseAccount | null = null;

  constructor(
    account: Account,
    private readonly name: "user" | "run",
  ) {
    this.phases = new Phases(account, null, "");
  }

  running(): PhaseAccount {
    this.run ??= this.phases.piece(this.name, this.name);
    return this.run;
  }

  asleep(wait: Wait | null): PhaseAccount {
    return this.phases.sleep(wait);
  }
}

class Call implements Place {
  readonly kind = "call";
  private readonly phases: Phases;
  private first: PhaseAccount | null = null;
  private rest: PhaseAccount | null = null;

  constructor(
    account: Account,
    readonly name: string,
  ) {
    this.phases = new Phases(account, name, `${name}-`);
  }

  running(rested: boolean): PhaseAccount {
    if (!rested) {
      this.first ??= this.phases.piece(this.name, "kernel");
      return this.first;
    }
    this.rest ??= this.phases.piece(`${this.name}-rest`, "kernel");
    return this.rest;
  }

  asleep(wait: Wait | null): PhaseAccount {
    return this.phases.sleep(wait);
  }
}

/** In KVM_RUN. An interruptible sleep there is a halt: kvm_vcpu_block() is where it sleeps. */
class Guest implements Place {
  readonly kind = "guest";
  private readonly phases: Phases;
  private readonly guest: PhaseAccount;
  readonly halt: PhaseAccount;

  constructor(account: Account) {
    this.phases = new Phases(account, null, "guest-");
    this.guest = this.phases.piece("guest", "guest");
    this.halt = account.phase({
      name: "halt",
      mode: "sleep",
      wait: "interruptible",
      halt: true,
      call: null,
      stack: null,
    });
  }

  running(): PhaseAccount {
    return this.guest;
  }

  asleep(wait: Wait | null): PhaseAccount {
    return wait === "interruptible" || wait === null ? this.halt : this.phases.sleep(wait);
  }
}

/** Not known yet: told as soon as an event says where the task has been. Its phases are of no account. */
class Limbo implements Place {
  readonly kind = "limbo";
  private readonly run = new Outside(new Account(), "run");

  running(): PhaseAccount {
    return this.run.running();
  }

  asleep(wait: Wait | null): PhaseAccount {
    return this.run.asleep(wait);
  }
}

export const LIMBO: Place = new Limbo();

/** All places of one task. */
export class Places {
  readonly user: Place;
  /** Where no system call is known: in a trace without them, or of a task that makes none. */
  readonly anywhere: Place;
  private inGuest: Guest | null = null;
  private readonly calls = new Map<string, Place>();

  constructor(private readonly account: Account) {
    this.user = new Outside(account, "user");
    this.anywhere = new Outside(account, "run");
  }

  get guest(): Guest {
    this.inGuest ??= new Guest(this.account);
    return this.inGuest;
  }

  call(name: string): Place {
    let place = this.calls.get(name);
    if (place === undefined) {
      place = new Call(this.account, name);
      this.calls.set(name, place);
    }
    return place;
  }
}
