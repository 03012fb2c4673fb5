// What every executor does: runs a job's shards somewhere and returns the merged counts of each variant.

import type { Counts } from "../results/counts.js";
import type { Outcomes } from "../results/outcomes.js";
import type { ShardStore } from "../results/shard-store.js";
import type { Scenario } from "../scenario/index.js";
import { ENGINES, type Engine, type ExperimentName, type Experiments } from "./engine.js";

export interface Job<E extends ExperimentName = ExperimentName> {
  experiment: E;
  model: Experiments[E]["model"];
  variants: Experiments[E]["variant"][];
  replicas: number; // a variant
  /** Number of the first replica; 0 unless said. */
  first?: number;
  seed: bigint;
  /** Also what each replica came to, with prompts what made its last task move; of a transition only. */
  outcomes?: boolean | "prompts";
  /** What model and variants were compiled from, where another machine can compile them again. */
  source?: Scenario;
}

type LayoutOf<E extends ExperimentName> = Experiments[E]["layout"];

/** The engine that a job asks for, in an instance of its module. */
export function openEngine<E extends ExperimentName>(
  module: WebAssembly.Module,
  { experiment, model, variants }: Job<E>,
): Engine<LayoutOf<E>> {
  return ENGINES[experiment].open(module, model, variants);
}

/** How far a run is, in replicas of any variant. */
export interface Progress {
  done: number;
  /** Of those, so many were there already; none unless said. */
  kept?: number;
  total: number;
  rate: number; // of those run now, a second
  etaMs: number;
  /** What else there is to tell. */
  note?: string;
}

export interface ExecuteOptions {
  /** Stops the run; its promise is then rejected with the signal's reason. */
  signal?: AbortSignal;
  /** Called after every batch, tens of times a second. */
  onProgress?: (progress: Progress) => void;
  /** Told of what went wrong and is done again. */
  onTrouble?: (message: string) => void;
  /** Where finished shards are kept: what it has is not run again. */
  store?: ShardStore;
  /** Shards a variant; by default as many as their work makes worthwhile. Only with a store. */
  shards?: number;
  /** Starts no further shard, lets those under way finish and be kept, then rejects with the signal's reason. */
  drain?: AbortSignal;
}

/** What there is of a run that goes on. */
export interface Growth<Layout> {
  layout: Layout;
  counts: Counts[]; // by variant
  replicas: number[]; // that they count, by variant
}

export interface RunOptions<Layout> extends ExecuteOptions {
  /** Told at most every `growthMs`. Variants then grow side by side, not one after the other; what comes of them is the same. */
  onGrowth?: ((growth: Growth<Layout>) => void) | undefined;
  /** Unless said 200 at first, 1,000 after twenty seconds. */
  growthMs?: number | undefined;
}

export interface Outcome<Layout> {
  layout: Layout;
  counts: Counts[]; // by variant
  /** So many replicas, of all variants, were there already. */
  kept: number;
  /** By variant, where the job asks for them. */
  outcomes?: Outcomes[];
}

export interface Executor {
  /** Worker threads; 0 where the calling thread does the work. */
  readonly workers: number;
  /** Rejects with the first error of a worker, or with the reason of an abort. */
  run<E extends ExperimentName>(job: Job<E>, options?: RunOptions<LayoutOf<E>>): Promise<Outcome<LayoutOf<E>>>;
  /** Ends the worker threads. The executor cannot be used again. */
  close(): Promise<void>;
}

/** As ExecuteOptions, of some of a job's shards. */
export interface FillOptions extends ExecuteOptions {
  store: ShardStore;
  /** By a shard's number in the job, in plan order. */
  isMine(number: number): boolean;
}

/** How many shards there were to see to, and how many of them had to be run. */
export interface Filled {
  shards: number;
  run: number;
}
