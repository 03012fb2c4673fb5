// --blame and what it is asked to leave out.

import type { Command } from "commander";
import type { SimulateOptions } from "../simulate.js";
import { append } from "./arguments.js";
import { UsageError } from "./usage-error.js";

export interface BlameOptions {
  blame?: boolean;
  /** Names from --what-if; --no-what-if: false. */
  whatIf?: string[] | false;
}

export function blameOptions(command: Command): Command {
  return command
    .option("--blame", "take latencies apart: what the last task waited for, and what if it were not there")
    .option(
      "--what-if <name>",
      "with --blame: compare with a run without class:NAME, function:NAME or mechanism:NAME (repeatable; default: what most of the tail waits for)",
      append,
    )
    .option("--no-what-if", "with --blame: compare with nothing");
}

/** What simulate() takes of them. @throws UsageError */
export function blameOf({ blame, whatIf }: BlameOptions): SimulateOptions["blame"] {
  if (blame) return { whatIf };
  if (whatIf !== undefined) throw new UsageError("--what-if and --no-what-if: only with --blame");
  return undefined;
}
