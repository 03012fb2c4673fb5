// How much of a recorded host to simulate, so that it answers in seconds: a host in which a hundred thousand things happen a second
// takes as many steps a simulated second.

import type { FittedClass } from "./fitted-class.js";

/** Seconds of CPU that a phase takes to simulate, and that an answer may take (assumptions, docs/record.md). */
const PHASE_SECONDS = 250e-9;
const ANSWER_SECONDS = 12;
/** Below 368 transitions nothing bounds the 99th percentile from above (docs/statistics.md); below 150 little is said of any tail. */
const REPLICAS = [10_000, 5000, 2000, 1000, 500, 300, 150];
/** From so many phases a second on, CPUs are settled after a fraction of a second, many of their scheduling periods. */
const BUSY = 10_000;
const SETTLE_SECONDS = { busy: 0.2, usual: 2 };
/** Simulated seconds of a transition that nothing holds up. */
const TRANSITION_SECONDS = 1;

export interface RunSize {
  replicas: number;
  settle?: string;
}

/** `window`: ns that was recorded. */
export function runSize(classes: readonly FittedClass[], window: number): RunSize {
  const rate = phasesPerSecond(classes, window);
  const busy = rate > BUSY;
  const seconds = TRANSITION_SECONDS + (busy ? SETTLE_SECONDS.busy : SETTLE_SECONDS.usual);
  const most = ANSWER_SECONDS / (seconds * rate * PHASE_SECONDS);
  const replicas = REPLICAS.find((count) => count <= most) ?? REPLICAS.at(-1)!;
  return { replicas, ...(busy ? { settle: `${SETTLE_SECONDS.busy * 1000}ms` } : {}) };
}

/** That began in the window; 0 where it is not known how long that was. */
export function phasesPerSecond(classes: readonly FittedClass[], window: number): number {
  if (window === 0) return 0;
  const phases = classes.flatMap(({ observed }) => [...observed.phases.values()]);
  return phases.reduce((sum, { lengths: { whole, cutAtEnd } }) => sum + whole.n + cutAtEnd.n, 0) / (window / 1e9);
}
