// klpsim shard: one of so many parts of a run that was begun in a directory, for arrays of jobs (docs/scale.md).

import { availableParallelism } from "node:os";
import { type Command, Option } from "commander";
import type { ExecuteOptions, Filled, Progress } from "../execute/executor.js";
import type { LocalExecutor } from "../execute/local-executor.js";
import { WholeProgress } from "../execute/whole-progress.js";
import { WORKERS_MAX, withLocalExecutor } from "../execute/with-executor.js";
import { whole } from "../report/format.js";
import { isFinished } from "../results/run-directory.js";
import type { ShardStore } from "../results/shard-store.js";
import { wholeNumber } from "./arguments.js";
import { type ArrayTask, arrayTask, PARTS_MAX } from "./array-task.js";
import { type BegunJobs, begunJobs } from "./begun-jobs.js";
import { Interrupted, untilDrained } from "./interrupt.js";
import { guarded, openStore } from "./out.js";
import { watched } from "./watched.js";

interface ShardOptions extends Partial<ArrayTask> {
  workers: number;
  json?: boolean;
}

const HELP = `
DIR is begun by klpsim plan SCENARIO --out DIR. Where --index or --of is not given, it is taken from what Slurm, Kubernetes, AWS
Batch, PBS or SGE tell the tasks of an array. Shards that are there are skipped: doing a task again costs nothing.

Examples:
  klpsim shard run --index 3 --of 20                            shards 3, 23, 43, ...
  klpsim shard run --of 20                                      in a task of an array
  seq 0 19 | parallel klpsim shard run --index {} --of 20       by GNU parallel

Exit status: 0 all shards of the task are there, 1 failure, 2 an option, the directory or the version is wrong, 130 asked to stop by
SIGTERM or SIGINT: the shards under way were finished, the task is to be done again.`;

export function shardCommand(program: Command): void {
  program
    .command("shard")
    .summary("make one part of a run, for arrays of jobs")
    .description("Makes those shards of a run begun in a directory whose number is I modulo N.")
    .argument("<dir>", "directory of the run, which all tasks see")
    .option("--index <n>", "which part, from 0 (default: as the batch system says)", wholeNumber(0, PARTS_MAX))
    .option("--of <n>", "of how many (default: as the batch system says)", wholeNumber(1, PARTS_MAX))
    .addOption(
      new Option("--workers <n>", "threads; 0 works in the main one")
        .argParser(wholeNumber(0, WORKERS_MAX))
        .default(availableParallelism(), "as many as there are CPUs"),
    )
    .option("--json", "print JSON instead of text")
    .addHelpText("after", HELP)
    .action(shard);
}

async function shard(directory: string, { index, of, workers, json }: ShardOptions): Promise<void> {
  const task = arrayTask({ index, of }, process.env);
  const run = await begunJobs(directory);
  const isDone = await isFinished(directory);
  const filled = isDone ? NOTHING : await untilDrained((drain) => fill(directory, run, task, { workers, drain }));
  const told = isDone ? "the run is finished: nothing to do" : filledText(filled);
  const text = json
    ? JSON.stringify({ schemaVersion: 1, ...task, ...filled })
    : `${directory}, part ${task.index} of ${task.of}: ${told}`;
  process.stdout.write(`${text}\n`);
}

const NOTHING: Filled = { shards: 0, run: 0 };

function filledText({ shards, run }: Filled): string {
  const were = shards - run === 1 ? "was" : "were";
  return `${shards === 1 ? "1 shard" : `${whole(shards)} shards`}, of which ${whole(shards - run)} ${were} there already`;
}

/** Does the task, point by point. */
async function fill(
  directory: string,
  run: BegunJobs,
  task: ArrayTask,
  { workers, drain }: { workers: number; drain: AbortSignal },
): Promise<Filled> {
  const kept = await openStore(directory);
  const store = guarded(directory, kept);
  try {
    return await watched(
      "transitions",
      (watch) =>
        withLocalExecutor({ workers, build: run.build }, (executor) =>
          fillAll(executor, run, task, { ...watch, store }),
        ),
      { drain },
    );
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new Interrupted("interrupted; what was finished is kept: doing the task again goes on");
  }
}

async function fillAll(
  executor: LocalExecutor,
  { record, jobs }: BegunJobs,
  { index, of }: ArrayTask,
  options: ExecuteOptions & { store: ShardStore },
): Promise<Filled> {
  const totals = new WholeProgress();
  const all = { shards: 0, run: 0 };
  let before = 0; // shards of earlier jobs, anybody's
  let number = 0;
  for (const job of jobs.each()) {
    let seen = 0;
    const isMine = (shard: number) => {
      seen = shard + 1;
      return (before + shard) % of === index;
    };
    let last: Progress | undefined;
    const onProgress = (progress: Progress) => {
      last = progress;
      const { total, done, kept, ...rest } = progress;
      const expected = totals.done + total * (jobs.count - number); // jobs to come are taken to be as this one
      options.onProgress?.({ ...rest, ...totals.at(expected, done, kept) });
    };
    const filled = await executor.fill(job, { ...options, shards: record.shards, isMine, onProgress });
    before += seen;
    number++;
    all.shards += filled.shards;
    all.run += filled.run;
    totals.add(last?.total ?? 0, last?.kept);
  }
  return all;
}
