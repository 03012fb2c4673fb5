// Progress of a whole whose parts are run one after the other.

import type { Progress } from "./executor.js";

export class WholeProgress {
  /** Of the parts that are behind. */
  done = 0;
  kept = 0;
  private readonly started = performance.now();

  /** A part is behind. */
  add(done: number, kept = 0): void {
    this.done += done;
    this.kept += kept;
  }

  /** So far into the part under way. */
  at(total: number, now = 0, keptNow = 0): Progress {
    const done = this.done + now;
    const kept = this.kept + keptNow;
    const rate = (1000 * (done - kept)) / Math.max(performance.now() - this.started, 0.001);
    return { done, kept, total, rate, etaMs: (1000 * (total - done)) / rate };
  }
}
