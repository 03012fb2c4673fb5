// The JSON of a run, schemaVersion 1 (docs/design.md, 5). Durations are milliseconds unless a name says otherwise.

import type { DISTURBANCES } from "./counts.js";

/** A quantile with its 95% order-statistic interval. null: inside the censored share; an interval's end also where no draw bounds it. */
export interface QuantileEstimate {
  p: number;
  value: number | null;
  low: number | null;
  high: number | null;
}

/** A figure with its 95% interval; null where nothing was seen from which to tell, or nothing bounds it. */
export interface Estimate {
  value: number | null;
  low: number | null;
  high: number | null;
}

/** mean, min and max are null if any replica is censored; meanCompleted is over those that completed. */
export interface Distribution {
  mean: number | null;
  /** Ends of the mean's 95% interval. */
  meanLow: number | null;
  meanHigh: number | null;
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
export type Disturbance = Record<(typeof DISTURBANCES)[number], number>;

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
  /** Where the time goes, where it was asked for (`--blame`). */
  delays?: Delays;
  /** Tails that were estimated, not counted, where they were asked for (`--rare`). */
  rare?: RareTail[];
}

/** Means over replicas in milliseconds; their sum is the latency's mean over the same replicas (docs/blame.md). */
export interface DelayParts {
  /** Until the round (or the first try, the force, the reverse) that made the last task move; 0 where none did. */
  roundMs: number;
  /** Until that task then switched: its own doing, and that of the try that found it. */
  taskMs: number;
  /** Until the try that noticed. */
  tryMs: number;
  /** Completion's own waits. */
  completionMs: number;
}

/** What the last task of a class, in a phase, switched by a mechanism, adds to the mean and to the tail: over all of them the parts add up to the whole's. */
export interface DelayBy {
  class: string;
  phase: string;
  mechanism: string;
  /** Of all completed replicas, and of those in the tail. */
  share: number;
  tailShare: number;
  mean: DelayParts;
  /** null where there is no tail. */
  tail: DelayParts | null;
}

/** P99 and mean without a class, an affected function or a mechanism, by the same replicas again: how much less, in milliseconds. */
export interface WhatIf {
  without: { kind: "class" | "function" | "mechanism"; name: string };
  /** With it less without it; a positive value is time won. null where replicas of either are censored, of p99 where either's is among them. */
  meanMs: Estimate;
  p99Ms: Estimate;
  /** Replicas that do not complete by the horizon with it, and without it. */
  censored: { with: number; without: number };
}

/** Blame that explains: mean and tail of the latency, taken apart. */
export interface Delays {
  /** Completed replicas. */
  replicas: number;
  /** The tail: completed replicas that took the 99th percentile or longer, those equal to it included; null: it is among the censored. */
  tailFrom: { p: number; ms: number | null };
  tailReplicas: number;
  /** null where no replica completed. */
  mean: DelayParts | null;
  /** null where there is no tail. */
  tail: DelayParts | null;
  /** Largest part of the tail first. */
  by: DelayBy[];
  whatIf: WhatIf[];
}

/** P(completion later than `seconds`) beyond what counting reaches. */
export interface RareTail {
  seconds: number;
  probability: number | null;
  low: number | null;
  high: number | null;
  method: "counting" | "conditional" | "splitting";
  /** Independent replicas that would tell as much by counting: (1 - p) / p over the squared relative error. */
  effectiveSampleSize: number | null;
  /** Simulated, branches included. */
  replicas: number;
  /** Of splitting: where it splits, and which share of those that came to the level before came to this. */
  levels: { try: number; seconds: number; probability: number }[];
  /**
   * Of splitting: how many branches those that came to a level have, all as many (`tries`) or by who is left of them (`stragglers`). `gain`:
   * how many times as large the variance is by tries, as the pilot saw it; null: it could not tell.
   */
  branching?: { by: "tries" | "stragglers"; gain: number | null };
  /** One replica that was later, by number and, if it has some, branches (`TRY:NUMBER,...`); null where nobody was. */
  example: { replica: number; branches: string } | null;
  /** Why the interval cannot be trusted; null if it can. */
  warning: string | null;
}

/** How a run with `--until` came to its number of replicas. */
export interface Stopping {
  /** In the order given; `met` at the last look. A test, P(>60s) < 1%, is met when it is decided: its probability is below or above. */
  rules: { rule: string; met: boolean; detail: string; decision?: "below" | "above" | "mixed" | "undecided" }[];
  /** Replicas at each look so far. */
  looks: number[];
  /** Whether all rules were met, a limit of replicas or time ended the run, or a figure is in the censored share, where no number of replicas finds it. */
  reason: "met" | "replicas" | "time" | "censored";
  /** Confidence of the intervals reported at the last look, corrected for the looks. */
  intervals: string;
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
  /** Of a run with `--until`. */
  stopping?: Stopping;
  timing: Timing;
}

export interface Timing {
  wallMs: number;
  transitionsPerSecond: number;
  workers: number;
}

/** b less a, and the two. */
export interface Difference extends Estimate {
  a: number | null;
  b: number | null;
}

/** Two policies on the same replicas; differences are b less a, so a negative one is in favour of b. */
export interface Comparison {
  a: string;
  b: string;
  replicas: number;
  censored: { both: number; onlyA: number; onlyB: number };
  /** null if any replica is censored under either. */
  meanMs: Difference;
  /** null inside a censored share. */
  quantilesMs: (Difference & { p: number })[];
  /**
   * Shares of replicas in which b completes earlier, at the same tick (or neither completes), later; a censored one is later than any
   * completion.
   */
  faster: Estimate;
  equal: number;
  slower: number;
  /** Whose distribution function is nowhere below the other's, or that they cross. */
  dominance: "a" | "b" | "equal" | "none";
  /** Where each one's distribution function is furthest above the other's; null if it never is above. */
  lead: { a: Lead | null; b: Lead | null };
  /** Differences of means per transition. */
  disturbance: Record<keyof Disturbance, Difference>;
  violations: number;
  /** Variance of the mean difference of as many independent replicas over that of these pairs; null where either is 0 or censored. */
  varianceReduction: number | null;
  /** One sentence. */
  verdict: string;
}

/** By `ms` this share of all replicas more has completed. */
export interface Lead {
  ms: number;
  share: number;
}

/** JSON of `klpsim compare`: a run, and what its policies are against the first (or each other, `--all-pairs`). */
export interface CompareResult extends RunResult {
  comparisons: Comparison[];
  /** Of the two best, the better one as b, whichever policies `comparisons` has; what `verdict` says. */
  deciding: Comparison;
  /** Policies that complete in 99% of replicas and that no other beats in latency (p99) and disturbance (guest exits + EINTRs + IPIs). */
  pareto: { policy: string; p99Ms: number | null; disturbance: number; onFront: boolean }[];
  /** The answer in one sentence. */
  verdict: string;
  failIf: JudgedCondition[];
}

/** A condition of `--fail-if`. */
export interface JudgedCondition {
  condition: string;
  /** By the estimates; null where they lie beyond the horizon and so cannot be told. */
  holds: boolean | null;
  /** Whether the 95% intervals of both sides say the same. */
  certain: boolean;
  detail: string;
}

/** JSON of `klpsim sweep`. */
export interface SweepResult {
  schemaVersion: 1;
  scenario: { name: string; hash: string };
  seed: number | string;
  /** Replicas a point and policy; the same replicas at every point. */
  replicas: number;
  engine: { version: string; wasmSha256: string };
  design: "grid" | "zip" | "latin-hypercube" | "sobol";
  axes: SweepAxis[];
  points: SweepPoint[];
  /** By policy, path and figure: how much of the figure's variation over the points the path explains. */
  sensitivity: SweepSensitivity[];
  timing: Timing;
}

/** A path of the scenario and the values it takes, as YAML values; of a continuous axis its range. */
export interface SweepAxis {
  path: string;
  values?: unknown[];
  range?: { low: number; high: number; scale: "linear" | "log"; unit: string };
}

export interface SweepPoint {
  /** By path. */
  settings: Record<string, unknown>;
  hash: string;
  results: PolicyResult[];
}

export interface SweepSensitivity {
  policy: string;
  path: string;
  figure: string;
  /** Figure at the axis's last value over that at its first, others averaged; null where either is. */
  ratio: number | null;
  /** Sobol' indices where the design allows them. */
  first: Estimate | null;
  total: Estimate | null;
}
