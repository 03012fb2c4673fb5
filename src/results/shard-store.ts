// Where finished shards are kept, whoever made them.

import type { Counts } from "./counts.js";
import type { Outcomes } from "./outcomes.js";
import type { ShardKey } from "./shard-key.js";

/** The directory of a run's shards, in the run's own. */
export const SHARDS = "shards";

/** What came of a shard's replicas. */
export interface ShardResult {
  counts: Counts;
  /** Where the job asks for them. */
  outcomes?: Outcomes;
}

export interface ShardStore {
  /** undefined: not there, or not whole, which the store has told; it is to be run. */
  read(key: ShardKey): Promise<ShardResult | undefined>;
  /** All of it or nothing, and there to stay; twice is as good as once. */
  write(key: ShardKey, result: ShardResult): Promise<void>;
}
