// The JSON of a run, schemaVersion 1 (docs/design.md, 5). Durations are milliseconds unless a name says otherwise.

/** A quantile with its 95% order-statistic interval. null: inside the censored share; an interval's end also where no draw bounds it. */
export interface QuantileEstimate {
  p: number;
  value: number | null;
  low: number | null;
  high: number | null;
}

/** mean, min and max are null if any replica is censored; meanCompleted is over those that completed. */
export interface Distribution {
  mean: number | null;
  min: number | null;
  max: number | null;
  meanCompleted: number | null;
  quantiles: QuantileEstimate[];
}

/** P(completion later than `seconds`) with its 95% Clopper-Pearson interval; null past the horizon. */
export interface Exceedance {
  seconds: number;
  probability: number | null;
  low: number | null;
  high: number | null;
}

export interface BlameShare {
  class: string;
  phase: string;
  mechanism: string;
  share: number;
}

export interface StuckShare {
  class: string;
  phase: string;
  share: number;
}

/** Means per transition. */
export interface Disturbance {
  eintr: number;
  restarts: number;
  guestExits: number;
  ipis: number;
  kthreadWakes: number;
  signalPasses: number;
  isolatedInterrupts: number;
}

/** latencyMs is null for a censored replica. */
export interface WorstEntry {
  replica: number;
  latencyMs: number | null;
}

/** What a scenario does under one policy. */
export interface PolicyResult {
  policy: string;
  replicas: number;
  censored: number;
  /** Completion, as sysfs shows it. */
  latencyMs: Distribution;
  /** When the last task switched. */
  lastSwitchMs: Distribution;
  exceed: Exceedance[];
  /** Who switched last, over completed replicas in which somebody did; class and phase `idle` for idle tasks. */
  blame: BlameShare[];
  /** Where the tasks left at the horizon were: shares of all tasks left, over censored replicas. */
  stuck: StuckShare[];
  disturbance: Disturbance;
  /** Switches made while the stack held an affected function, over all replicas. */
  violations: number;
  /** Tasks left with a pending flag at the end (the fork race), over all replicas. */
  warnings: number;
  /** Replicas in which the observer gave up and reversed the patch. */
  gaveUp: number;
  tries: { mean: number };
  rounds: { mean: number };
  worst: WorstEntry[];
  /** SHA-256 of all integer counts and sums in a fixed order. */
  digest: string;
}

/** A whole run. Everything but `timing` is the same for the same scenario, seed and engine, wherever it runs. */
export interface RunResult {
  schemaVersion: 1;
  scenario: { name: string; hash: string };
  /** A decimal string where a number would not hold it exactly. */
  seed: number | string;
  /** Replicas a policy. */
  replicas: number;
  engine: { version: string; wasmSha256: string };
  results: PolicyResult[];
  timing: { wallMs: number; transitionsPerSecond: number; workers: number };
}
