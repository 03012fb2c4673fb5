// klpsim merge: the shards that the tasks of an array made, as the result that the run itself would have kept and printed.

import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { whole } from "../report/format.js";
import { isFinished } from "../results/run-directory.js";
import { wholeNumber } from "./arguments.js";
import { PARTS_MAX } from "./array-task.js";
import { begunJobs, keysOf } from "./begun-jobs.js";
import { openStore } from "./out.js";
import { resume } from "./resume.js";
import { tell } from "./tell.js";

interface MergeOptions {
  of?: number;
  json?: boolean;
}

const EXIT_MISSING = 1;

const HELP = `
While shards are missing, it says how many, with --of also which tasks are to be done again, and ends with 1. With --json that
is {"missing": {"shards": 27, "of": 20, "tasks": "3,7-9"}, ...}; jq -r .missing.tasks is what sbatch --array= takes.

Examples:
  klpsim merge run
  klpsim merge run --of 20 --json > result.json

Exit status: 0 merged, 1 shards are missing, or failure, 2 the directory or the version is wrong, 3 a condition of compare's
--fail-if holds, 130 interrupted.`;

export function mergeCommand(program: Command): void {
  program
    .command("merge")
    .summary("put together what the tasks of an array made")
    .description("Writes and prints what a run comes to whose shards have all been made by klpsim shard.")
    .argument("<dir>", "directory of the run")
    .option("--of <n>", "parts that there were, to name those to be done again", wholeNumber(1, PARTS_MAX))
    .option("--json", "print JSON instead of text")
    .addHelpText("after", HELP)
    .action(merge);
}

async function merge(directory: string, { of, json }: MergeOptions): Promise<void> {
  const found = await missingIn(directory, of);
  if (found.missing.shards === 0) return resume(directory, { workers: availableParallelism(), json });
  if (json) process.stdout.write(`${JSON.stringify({ schemaVersion: 1, ...found })}\n`);
  tell(`${directory}: ${missingText(found)}`);
  process.exitCode = EXIT_MISSING;
}

interface Found {
  shards: number; // of the run
  missing: { shards: number; of?: number | undefined; tasks?: string | undefined };
}

/** What a finished run is made of nobody asks. */
async function missingIn(directory: string, of: number | undefined): Promise<Found> {
  const run = await begunJobs(directory);
  const found: Found = { shards: 0, missing: { shards: 0, of } };
  if (await isFinished(directory)) return found;
  const kept = await openStore(directory);
  const tasks = new Set<number>();
  for await (const key of keysOf(run)) {
    const number = found.shards++;
    if (kept.has(key)) continue;
    found.missing.shards++;
    if (of !== undefined) tasks.add(number % of);
  }
  if (of !== undefined) found.missing.tasks = ranges([...tasks].sort((a, b) => a - b));
  return found;
}

function missingText({ shards, missing }: Found): string {
  const again =
    missing.tasks === undefined
      ? "--of N says which of N parts they are of"
      : `to be done again: --array=${missing.tasks}`;
  return `${whole(missing.shards)} of ${whole(shards)} shards are missing; ${again}`;
}

/** `3,7-9`, of ascending numbers. */
function ranges(numbers: number[]): string {
  const starts = numbers.filter((number, i) => number - 1 !== numbers[i - 1]);
  const ends = numbers.filter((number, i) => number + 1 !== numbers[i + 1]);
  return starts.map((start, i) => (start === ends[i] ? `${start}` : `${start}-${ends[i]}`)).join(",");
}
