// A run as a list of shards. Pure: the same scenario gives the same shards on every machine and for every executor.

import { ENGINES, type ExperimentName } from "./engine.js";
import type { Job } from "./executor.js";

/** A range of replicas of one variant: the unit of work and of resume. Same shard, same counts, wherever it runs. */
export interface Shard {
  scenario: string; // the model's hash
  variant: number; // index into the run's variants
  first: number;
  count: number;
}

export interface Plan {
  scenario: string;
  variants: number; // how many
  first: number; // replica
  replicas: number; // a variant
  shardReplicas: number;
}

/** What is visited in a shard, summed over its replicas: some milliseconds of work in most scenarios. */
const SHARD_VISITS = 2 ** 12;
const SHARD_REPLICAS_MAX = 4096;

export function planRun<E extends ExperimentName>({
  experiment,
  model,
  variants,
  first = 0,
  replicas,
}: Omit<Job<E>, "seed">): Plan {
  const unit = shardReplicas(ENGINES[experiment].visits(model));
  return { scenario: model.hash, variants: variants.length, first, replicas, shardReplicas: unit };
}

/** A power of two, smaller for larger replicas. */
function shardReplicas(visits: number): number {
  return 2 ** Math.floor(Math.log2(Math.min(SHARD_REPLICAS_MAX, Math.max(1, SHARD_VISITS / visits))));
}

export function shardCount({ variants, replicas, shardReplicas }: Plan): number {
  return variants * Math.ceil(replicas / shardReplicas);
}

/** All shards, variant by variant, replicas ascending. */
export function* shardsOf(plan: Plan): Generator<Shard, void> {
  const { scenario, replicas, shardReplicas } = plan;
  const end = plan.first + replicas;
  for (let variant = 0; variant < plan.variants; variant++) {
    for (let first = plan.first; first < end; first += shardReplicas) {
      yield { scenario, variant, first, count: Math.min(shardReplicas, end - first) };
    }
  }
}
