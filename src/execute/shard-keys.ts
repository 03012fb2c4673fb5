// The keys of a job's shards.

import { contentHash, type ShardKey } from "../results/shard-key.js";
import { version } from "../version.js";
import { type Build, moduleSha256 } from "../wasm.js";
import { ENGINES } from "./engine.js";
import type { Job } from "./executor.js";
import type { Shard } from "./plan.js";

/** What names a job's shards; equal keys, equal bytes, also from one job to another. */
export async function shardKeys(job: Job, build: Build): Promise<(shard: Shard) => ShardKey> {
  const { experiment, seed, outcomes = false } = job;
  const wasmSha256 = await moduleSha256(ENGINES[experiment].module, build);
  const model = contentHash(job.model);
  const variants = job.variants.map(contentHash);
  return ({ variant, first, count }) => ({
    experiment,
    model,
    variant: variants[variant]!,
    seed: String(seed),
    first,
    count,
    outcomes,
    version,
    wasmSha256,
  });
}
