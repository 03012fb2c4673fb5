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

/** Phases are made when they are first needed: many tasks have few. */
abstract class Somewhere {
  private readonly sleeps: PhaseAccount[] = [];

  constructor(
    protected readonly account: Account,
    protected readonly call: string | null,
    private readonly prefix: string,
  ) {}

  asleep(wait: Wait | null): PhaseAccount {
    for (const phase of this.sleeps) if (phase.spec.wait === wait) return phase;
    const name = this.prefix + sleepName(wait);
    const phase = this.account.phase({ name, mode: "sleep", wait, halt: false, call: this.call, stack: null });
    this.sleeps.push(phase);
    return phase;
  }

  protected piece(name: string, mode: PhaseMode): PhaseAccount {
    return this.account.phase({ name, mode, wait: null, halt: false, call: this.call, stack: null });
  }
}

/** In user mode, or anywhere in a trace without system calls. */
class Outside extends Somewhere implements Place {
  readonly kind = "outside";
  private run: PhaseAccount | null = null;

  constructor(
    account: Account,
    private readonly name: "user" | "run",
  ) {
    super(account, null, "");
  }

  running(): PhaseAccount {
    this.run ??= this.piece(this.name, this.name);
    return this.run;
  }
}

class Call extends Somewhere implements Place {
  readonly kind = "call";
  private first: PhaseAccount | null = null;
  private rest: PhaseAccount | null = null;

  constructor(
    account: Account,
    private readonly name: string,
  ) {
    super(account, name, `${name}-`);
  }

  running(rested: boolean): PhaseAccount {
    if (!rested) {
      this.first ??= this.piece(this.name, "kernel");
      return this.first;
    }
    this.rest ??= this.piece(`${this.name}-rest`, "kernel");
    return this.rest;
  }
}

/** In KVM_RUN. An interruptible sleep there is a halt: kvm_vcpu_block() is where it sleeps. */
class Guest extends Somewhere implements Place {
  readonly kind = "guest";
  private readonly guest: PhaseAccount;
  readonly halt: PhaseAccount;

  constructor(account: Account) {
    super(account, null, "guest-");
    this.guest = this.piece("guest", "guest");
    const halt = { name: "halt", mode: "sleep", wait: "interruptible", halt: true, call: null, stack: null } as const;
    this.halt = account.phase(halt);
  }

  running(): PhaseAccount {
    return this.guest;
  }

  override asleep(wait: Wait | null): PhaseAccount {
    return wait === "interruptible" || wait === null ? this.halt : super.asleep(wait);
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
  private inUser: Place | null = null;
  private inGuest: Guest | null = null;
  private nowhere: Place | null = null;
  private readonly calls = new Map<string, Place>();

  constructor(private readonly account: Account) {}

  get user(): Place {
    this.inUser ??= new Outside(this.account, "user");
    return this.inUser;
  }

  /** Where no system call is known: in a trace without them, or of a task that makes none. */
  get anywhere(): Place {
    this.nowhere ??= new Outside(this.account, "run");
    return this.nowhere;
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
