// Replicas run by an engine whose counts are one row of additive words in its memory.

import type { Counts } from "./results/counts.js";
import { additiveCounts } from "./results/metrics.js";

/** What such a module exports. */
export interface CountExports {
  memory: WebAssembly.Memory;
  COUNTS: WebAssembly.Global;
  WORDS: WebAssembly.Global;
  clearCounts(): void;
  runReplicas(seed: bigint, first: bigint, count: number): void;
}

/** Replicas first .. first + count - 1 of the variant that is set, counted alone. */
export function runCounts(wasm: CountExports, seed: bigint, first: number, count: number): Counts {
  wasm.clearCounts();
  wasm.runReplicas(seed, BigInt(first), count);
  return additiveCounts(new BigUint64Array(wasm.memory.buffer, Number(wasm.COUNTS.value), Number(wasm.WORDS.value)));
}
