// What every executor does: runs a job's shards somewhere and returns the merged counts of each policy.

import type { Counts, CountsLayout } from "../results/counts.js";
import type { Model, Policy } from "../scenario/model.js";

export interface Job {
  model: Model;
  policies: Policy[];
  replicas: number; // a policy
  seed: bigint;
}

/** How far a run is. A transition is one replica under one policy. */
export interface Progress {
  done: number; // transitions
  total: number;
  rate: number; // transitions a second so far
  etaMs: number;
}

export interface ExecuteOptions {
  /** Stops the run; its promise is then rejected with the signal's reason. */
  signal?: AbortSignal;
  /** Called after every batch, tens of times a second. */
  onProgress?: (progress: Progress) => void;
}

export interface Outcome {
  layout: CountsLayout;
  counts: Counts[]; // by policy
}

export interface Executor {
  /** Worker threads; 0 where the calling thread does the work. */
  readonly workers: number;
  /** Rejects with the first error of a worker, or with the reason of an abort. */
  run(job: Job, options?: ExecuteOptions): Promise<Outcome>;
  /** Ends the worker threads. The executor cannot be used again. */
  close(): Promise<void>;
}
