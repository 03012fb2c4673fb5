// One batch on one engine instance: the step that every executor ends in.

import type { Core } from "../core.js";
import type { Policy } from "../scenario/model.js";
import type { BatchResult } from "./collector.js";

/** Runs a range of replicas under a policy. */
export function runBatch(
  core: Core,
  policy: Policy,
  seed: bigint,
  { first, count }: { first: number; count: number },
): BatchResult {
  const started = performance.now();
  core.setPolicy(policy);
  const counts = core.run(seed, first, count);
  return { counts, layout: core.layout, ms: performance.now() - started };
}
