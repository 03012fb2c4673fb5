// The border to the engine: the only file that sees the Wasm module's memory.

import type { Counter, Counts, CountsLayout } from "./results/counts.js";
import type { Model, Policy } from "./scenario/model.js";

/** One replica followed to the end, as the oracle and the replay read it. Times in ticks; -1 where there is none. */
export interface ReplicaTrace {
  completed: boolean;
  complete: number; // -1 when censored
  decided: number; // -1 when not reached
  lastSwitch: number;
  tries: number;
  rounds: number;
  switchAt: Float64Array; // by task slot; -1: not switched (or no task)
  mechanism: Uint8Array; // index into MECHANISMS
  idleSwitchAt: Float64Array; // by CPU
  idleMechanism: Uint8Array;
  counters: Record<Counter, number>;
  /** Who switched last: global phase number, or phaseCount for an idle task; -1 if nobody did. */
  blame: { phase: number; mechanism: number };
}

/** The engine's draws, exposed for the oracle (docs/rules.md, 1). */
export interface Draws {
  select(seed: bigint, replica: number): void;
  uniform(entity: number, purpose: number, n: number): number;
  duration(dist: number, u: number): number;
  equilibrium(dist: number, u: number, v: number): { residual: number; total: number };
  exponentialTicks(meanTicks: number, u: number): number;
}

/** Compiles the release (or debug) module once; the result can be shared with worker threads. */
export declare function compileCore(build?: "release" | "debug"): Promise<WebAssembly.Module>;

/** SHA-256 of the module's bytes, hex. */
export declare function coreSha256(build?: "release" | "debug"): Promise<string>;

/** One instance with a private memory. Loads a model once; policies are switched cheaply. */
export declare class Core {
  constructor(module: WebAssembly.Module, model: Model);
  readonly layout: CountsLayout;
  readonly draws: Draws;
  setPolicy(policy: Policy): void;
  /** Runs replicas first .. first + count - 1 and returns their counts alone. */
  run(seed: bigint, first: number, count: number): Counts;
  /** Runs one replica and returns what happened in it. */
  trace(seed: bigint, replica: number): ReplicaTrace;
  /** Value range of a histogram bucket in ticks: low inclusive, high exclusive. */
  bucketRange(bucket: number): { low: number; high: number };
}
