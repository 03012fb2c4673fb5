// One batch on one engine instance: the step that every executor ends in.

import type { BatchResult } from "./collector.js";
import type { Engine } from "./engine.js";

/** Runs a range of replicas of a variant. */
export function runBatch<Layout>(
  engine: Engine<Layout>,
  seed: bigint,
  { variant, first, count }: { variant: number; first: number; count: number },
): BatchResult<Layout> {
  const started = performance.now();
  const counts = engine.run(variant, seed, first, count);
  return { counts, layout: engine.layout, ms: performance.now() - started };
}
