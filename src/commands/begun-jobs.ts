// The jobs of a run that was begun in a directory, where they can be parted beforehand.

import { decidingOption, type KnownJobs, knownJobs } from "../analyse/known-jobs.js";
import type { Job } from "../execute/executor.js";
import { planRun, type Shard, shardsOf } from "../execute/plan.js";
import { shardKeys } from "../execute/shard-keys.js";
import type { ShardKey } from "../results/shard-key.js";
import { type Begun, begunIn } from "./resume.js";
import { UsageError } from "./usage-error.js";

export interface BegunJobs extends Begun {
  jobs: KnownJobs;
}

/** @throws UsageError where nothing was begun, or what goes by what it has found so far */
export async function begunJobs(directory: string): Promise<BegunJobs> {
  const begun = await begunIn(directory);
  const option = decidingOption(begun.record);
  if (option !== undefined)
    throw new UsageError(
      `${directory}: ${option} decides by what was found what is run next, so there are no shards to part beforehand: klpsim resume ${directory} makes them here`,
    );
  return { ...begun, jobs: knownJobs(begun.record, begun.file) };
}

/** Every shard of the run with its key, in plan order. */
export async function* keysOf({ record, build, jobs }: BegunJobs): AsyncGenerator<ShardKey, void> {
  for (const job of jobs.each()) {
    const keyOf = await shardKeys(job, build);
    for (const shard of shardsIn(job, record.shards)) yield keyOf(shard);
  }
}

function shardsIn(job: Job<"transition">, shards: number | undefined): Generator<Shard, void> {
  return shardsOf(planRun(job, shards));
}
