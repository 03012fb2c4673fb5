// What klpsim plan says (docs/scale.md): how a run is parted into shards, and from what a few replicas took, how long they take.

import type { Estimate } from "./result.js";
import type { RecordedCommand } from "./run-record.js";

/** All but `timing` follows from the scenario and the options. */
export interface WorkPlan {
  schemaVersion: 1;
  command: RecordedCommand;
  scenario: { name: string; hash: string };
  seed: number | string;
  /** Of a sweep; 1 of any other run. */
  points: number;
  /** Under a policy, at a point. */
  replicas: number;
  /** Of the whole run. */
  shards: number;
  policies: PlannedPolicy[];
  timing: WorkTiming;
}

/** A policy's shards, at all points together. */
export interface PlannedPolicy {
  policy: string;
  shards: number;
  /** Replicas in a shard. */
  fewest: number;
  most: number;
}

/** As measured on one core of this machine; a value's `low` and `high` are the ends of its 95% interval. */
export interface WorkTiming {
  /** Replicas that were run to find out. */
  measuredReplicas: number;
  policies: { policy: string; replicaMs: Estimate; shardMs: Estimate }[];
  /** Of all shards' files, about. */
  bytes: number;
  /** On one core. */
  workMs: Estimate;
  cores: number;
  /** On so many: each takes the next shard as soon as it is free. */
  wholeMs: Estimate;
  byCores: { cores: number; ms: number }[];
  /** More cores than these shorten the whole by less than a twentieth. */
  usefulCores: number;
  /** Shards a policy with which all cores have more to do; null where they have enough, or where none is better. */
  better: { shards: number; wholeMs: number } | null;
}
