// One batch on one engine instance: the step that every executor ends in.

import type { ShardResult } from "../results/shard-store.js";
import type { Engine } from "./engine.js";
import type { Job } from "./executor.js";

/** What comes of a batch. */
export interface BatchResult<Layout> extends ShardResult {
  layout: Layout;
  ms: number; // spent in the engine
}

/** Runs a range of replicas of a variant. */
export function runBatch<Layout>(
  engine: Engine<Layout>,
  { seed, outcomes: wanted }: Pick<Job, "seed" | "outcomes">,
  { variant, first, count }: { variant: number; first: number; count: number },
): BatchResult<Layout> {
  const started = performance.now();
  const result = wanted
    ? engine.runEach!(variant, seed, first, count, wanted === "prompts")
    : { counts: engine.run(variant, seed, first, count) };
  return { ...result, layout: engine.layout, ms: performance.now() - started };
}
