// The jobs of a run that are known before any of them is done, from its record: what can be parted beforehand, for arrays. A sweep has one at
// each point, run and compare have one.

import type { Job } from "../execute/executor.js";
import type { RunRecord } from "../results/run-record.js";
import { type Compiled, compileScenario } from "../scenario/index.js";
import { jobOf } from "../simulate.js";
import { pointsOf, readPlan, type SweepOptions } from "./sweep.js";

export interface KnownJobs {
  /** Under which each job runs, all with as many replicas. */
  compiled: Compiled;
  count: number;
  /** Compiles each when it comes to it. */
  each(): Iterable<Job<"transition">>;
}

/** The option that makes a run go by what it has found so far; undefined where all its jobs are known. */
export function decidingOption({ options }: Pick<RunRecord, "options">): string | undefined {
  const { until, rare, blame } = options as { until?: unknown; rare?: unknown; blame?: { whatIf?: unknown } };
  if (until !== undefined) return "--until";
  if (rare !== undefined) return "--rare";
  return blame !== undefined && blame.whatIf !== false ? "--blame" : undefined;
}

/** Of a record without a deciding option; `file`: its name, for messages. @throws ScenarioError */
export function knownJobs({ command, scenario, options }: RunRecord, file: string): KnownJobs {
  if (command === "sweep") return sweepJobs({ ...(options as Partial<SweepOptions>), scenario, file });
  const compiled = compileScenario(scenario, { file });
  const outcomes = command === "compare" || (options.blame === undefined ? undefined : "prompts");
  return { compiled, count: 1, each: () => [jobOf(compiled, outcomes)] };
}

function sweepJobs(options: SweepOptions): KnownJobs {
  const plan = readPlan(options);
  return {
    compiled: plan.base,
    count: plan.coordinates.length,
    *each() {
      for (const { compiled } of pointsOf(plan, options)) yield jobOf(compiled, undefined);
    },
  };
}
