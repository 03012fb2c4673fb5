// One CPU: who is on it, and for how long it was busy.

import type { Life } from "./life.js";

/** Nobody knows who. */
export const NOBODY = -1;

export class Seat {
  /** 0: the idle task. */
  pid = NOBODY;
  life: Life | null = null;
  busy = 0;
  idle = 0;
  private since = 0;

  constructor(
    readonly cpu: number,
    /** Since when its events are complete. */
    public from: number,
  ) {}

  /** From `at` on `pid` is on it. */
  take(at: number, pid: number, life: Life | null): void {
    this.account(at);
    this.pid = pid;
    this.life = life;
    this.since = at;
  }

  leave(at: number): void {
    this.take(at, NOBODY, null);
  }

  restart(at: number): void {
    this.busy = this.idle = 0;
    this.since = this.from = at;
  }

  private account(at: number): void {
    if (this.pid === 0) this.idle += at - this.since;
    else if (this.pid !== NOBODY) this.busy += at - this.since;
  }
}
