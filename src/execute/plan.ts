// A run as a list of shards. Pure: the same scenario gives the same shards on every machine and for every executor.

import type { Model } from "../scenario/model.js";

/** A range of replicas under one policy: the unit of work and of resume. Same shard, same counts, wherever it runs. */
export interface Shard {
  scenario: string; // the model's hash
  policy: number; // index into the run's policies
  first: number;
  count: number;
}

export interface Plan {
  scenario: string;
  policies: number; // how many
  replicas: number; // a policy
  shardReplicas: number;
}

/** Tasks and CPUs in a shard, summed over its replicas: some milliseconds of work in most scenarios. */
const SHARD_VISITS = 2 ** 12;
const SHARD_REPLICAS_MAX = 4096;

export function planRun(model: Model, policies: number, replicas: number): Plan {
  return { scenario: model.hash, policies, replicas, shardReplicas: shardReplicas(model) };
}

/** A power of two, smaller for larger hosts. */
function shardReplicas(model: Model): number {
  const visits = model.taskCount + model.host.cpus;
  return 2 ** Math.floor(Math.log2(Math.min(SHARD_REPLICAS_MAX, Math.max(1, SHARD_VISITS / visits))));
}

export function shardCount({ policies, replicas, shardReplicas }: Plan): number {
  return policies * Math.ceil(replicas / shardReplicas);
}

/** All shards, policy by policy, replicas ascending. */
export function* shardsOf(plan: Plan): Generator<Shard, void> {
  const { scenario, replicas, shardReplicas } = plan;
  for (let policy = 0; policy < plan.policies; policy++) {
    for (let first = 0; first < replicas; first += shardReplicas) {
      yield { scenario, policy, first, count: Math.min(shardReplicas, replicas - first) };
    }
  }
}
