// --rare TIME of run: tails of the latency that are estimated, not counted (docs/rare.md).

import { type Command, InvalidArgumentError } from "commander";
import { rareTails } from "../analyse/rare-tails.js";
import { withExecutor } from "../execute/with-executor.js";
import { parseTime, UNITS_HELP } from "../scenario/units.js";
import { compileRun, type SimulateOptions, type Simulation } from "../simulate.js";
import type { Keeping } from "./out.js";
import { UsageError } from "./usage-error.js";
import { watched } from "./watched.js";

export interface RareOptions {
  /** Ticks. */
  rare?: number[];
  /** Relative half-width. */
  rareError?: number;
}

const ERROR_DEFAULT = 0.1;
const ERROR_LEAST = 0.01;
const TICKS_MAX = 2 ** 51;

export function rareOptions(command: Command): Command {
  return command
    .option("--rare <time>", "also estimate how often a transition takes longer, however rare (repeatable)", times)
    .option("--rare-error <share>", "how narrow --rare's interval shall be (default: 10%, to either side)", share);
}

function times(text: string, earlier: number[] = []): number[] {
  const ticks = parseTime(text);
  if (ticks === undefined || ticks < 1 || ticks > TICKS_MAX) {
    throw new InvalidArgumentError(`Expected a time such as 60s: ${UNITS_HELP}.`);
  }
  return [...earlier, Math.round(ticks)];
}

function share(text: string): number {
  const [, number = "", percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const value = Number(number) / (percent === "%" ? 100 : 1);
  if (number !== "" && ERROR_LEAST <= value && value <= 1) return value;
  throw new InvalidArgumentError("Expected a share from 1% to 100%, such as 10% or 0.1.");
}

/** What a result depends on besides the scenario. */
export function recordedRare({ rare, rareError }: RareOptions): Record<string, unknown> {
  return rare === undefined ? {} : { rare, rareError: rareError ?? ERROR_DEFAULT };
}

/** @throws UsageError where one option needs another */
export function checkRare({ rare, rareError }: RareOptions): void {
  if (rareError !== undefined && rare === undefined) throw new UsageError("--rare-error: needs --rare");
}

/** The simulation with its rare tails, if any are asked for. */
export async function withRare(
  simulation: Simulation,
  job: SimulateOptions,
  options: RareOptions,
  keeping: Keeping,
): Promise<Simulation> {
  const { rare, rareError = ERROR_DEFAULT } = options;
  if (rare === undefined) return simulation;
  const tails = await watched(
    "groups of branches",
    (watch) =>
      withExecutor({ ...job, ...watch }, (executor) =>
        rareTails(executor, compileRun(job), { ...watch, times: [...new Set(rare)], error: rareError }),
      ),
    keeping,
  );
  const results = simulation.result.results.map((result, i) => ({ ...result, rare: tails[i] }));
  return { ...simulation, result: { ...simulation.result, results } };
}
