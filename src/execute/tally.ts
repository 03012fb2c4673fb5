// How far a piece of work is, in replicas.

import type { Progress } from "./executor.js";

export class Tally {
  readonly #started = performance.now();
  #kept = 0;
  #run = 0;

  constructor(readonly total: number) {}

  get replicasKept(): number {
    return this.#kept;
  }

  /** So many more need not be run. */
  kept(replicas: number): void {
    this.#kept += replicas;
  }

  /** So many more have been run. */
  ran(replicas: number): void {
    this.#run += replicas;
  }

  progress(): Progress {
    const rate = (1000 * this.#run) / Math.max(performance.now() - this.#started, 0.001);
    const done = this.#kept + this.#run;
    const left = this.total - done;
    return { done, kept: this.#kept, total: this.total, rate, etaMs: left === 0 ? 0 : (1000 * left) / rate };
  }
}
