// A run as a list of shards. Pure: the same job gives the same shards on every machine and for every executor.

import { ENGINES, type ExperimentName } from "./engine.js";
import type { Job } from "./executor.js";

/** A range of replicas of one variant: the unit in which a run is kept, resumed and sent away. Same shard, same counts, wherever it runs. */
export interface Shard {
  variant: number; // index into the run's variants
  first: number;
  count: number;
}

export interface Plan {
  variants: number; // how many
  first: number; // replica
  replicas: number; // a variant
  shards: number; // a variant, equal parts as near as can be
  /** Replicas that are some milliseconds of work: what goes to a thread at a time is a multiple of it. */
  grain: number;
}

/** What is visited in a shard, summed over its replicas: between a tenth of a second and some seconds of work in most scenarios. */
const SHARD_VISITS = 2 ** 20;
const SHARD_REPLICAS_MAX = 2 ** 14;
const SHARDS_MAX = 4096; // a variant, unless more are asked for
const GRAIN_VISITS = 2 ** 12;
const GRAIN_REPLICAS_MAX = 4096;

type Planned<E extends ExperimentName> = Pick<Job<E>, "experiment" | "model" | "variants" | "first" | "replicas">;

/** `shards`: so many a variant, no matter how much work they are; no more than replicas. */
export function planRun<E extends ExperimentName>(
  { experiment, model, variants, first = 0, replicas }: Planned<E>,
  shards?: number,
): Plan {
  const visits = Math.max(1, ENGINES[experiment].visits(model));
  const each = Math.min(SHARD_REPLICAS_MAX, SHARD_VISITS / visits);
  const wanted = shards ?? Math.min(SHARDS_MAX, Math.ceil(replicas / each));
  return { variants: variants.length, first, replicas, shards: Math.min(replicas, wanted), grain: grainOf(visits) };
}

/** A power of two, smaller for larger replicas. */
function grainOf(visits: number): number {
  return 2 ** Math.floor(Math.log2(Math.min(GRAIN_REPLICAS_MAX, Math.max(1, GRAIN_VISITS / visits))));
}

/** All shards, variant by variant, replicas ascending. */
export function* shardsOf({ variants, first: start, replicas, shards }: Plan): Generator<Shard, void> {
  const cut = (number: number) => start + Math.floor((number * replicas) / shards);
  for (let variant = 0; variant < variants; variant++) {
    for (let number = 0; number < shards; number++) {
      const first = cut(number);
      yield { variant, first, count: cut(number + 1) - first };
    }
  }
}
