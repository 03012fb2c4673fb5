// What a run of replicas leaves behind: integers only, so that merging is addition and exact in any order.

/** A completed or censored replica worth replaying. */
export interface WorstReplica {
  replica: number;
  /** Completion in ticks; null when censored (worse than any completion). */
  ticks: number | null;
}

/** Integer counts and sums of a range of replicas under one policy. */
export interface Counts {
  /** Additive words by index; absent means 0. Meaning of the indices: CountsLayout. */
  index: Uint32Array;
  value: BigUint64Array;
  /** Minimum and maximum in ticks over completed replicas; null when there is none. */
  latencyMin: number | null;
  latencyMax: number | null;
  lastSwitchMin: number | null;
  lastSwitchMax: number | null;
  /** The worst replicas, worst first (censored first, then slowest; ties: lowest replica), at most 10. */
  worst: WorstReplica[];
}

/** Where each quantity lives among the additive words. Fixed by the model's size, equal on every machine. */
export interface CountsLayout {
  words: number;
  replicas: number; // replicas run
  censored: number;
  counters: number; // first of COUNTERS, in that order
  tries: number;
  rounds: number;
  /** per histogram: sum of ticks, sum of low and of high 32 bits of ticks squared, then buckets' counts, then buckets' sums */
  latency: HistogramLayout;
  lastSwitch: HistogramLayout;
  exceed: number; // one word a threshold: completed later than it, or censored
  exceedCount: number;
  blame: number; // [phase * MECHANISMS.length + mechanism]; the phase number phaseCount stands for idle tasks
  stuck: number; // [phase], phaseCount for idle tasks
  phaseCount: number;
}

export interface HistogramLayout {
  sum: number;
  squaresLow: number;
  squaresHigh: number;
  counts: number; // first bucket's count
  sums: number; // first bucket's sum of ticks: sum / count is the bucket's mean, exact where all values are equal
  buckets: number;
}

/** What a transition costs others, in the engine's order. */
export const DISTURBANCES = [
  "eintr",
  "restarts",
  "guestExits",
  "ipis",
  "kthreadWakes",
  "signalPasses",
  "isolatedInterrupts",
] as const;

/** Per-transition counters, summed over replicas, in the engine's order. */
export const COUNTERS = [...DISTURBANCES, "violations", "warnings", "gaveUp"] as const;
export type Counter = (typeof COUNTERS)[number];
