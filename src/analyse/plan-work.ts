// klpsim plan: how a run is parted into shards, what they cost by what some replicas take, and how long the whole takes on so many cores.

import type { ExecuteOptions } from "../execute/executor.js";
import { planRun } from "../execute/plan.js";
import type { RecordedCommand } from "../results/run-record.js";
import type { PlannedPolicy, WorkPlan } from "../results/work-plan.js";
import { printedSeed } from "../scenario/fields.js";
import type { Build } from "../wasm.js";
import type { KnownJobs } from "./known-jobs.js";
import { type Measured, measureWork, SAMPLES } from "./measure-work.js";
import { type Point, timingOf, type Work } from "./work-timing.js";

export interface PlanOptions extends Pick<ExecuteOptions, "signal" | "onProgress" | "shards"> {
  cores: number;
  build: Build;
}

const BUDGET_MS = 1000;
/** Of a sweep; another point costs what the measured one next to it does. */
const POINTS_MEASURED = 8;

/** @throws ScenarioError where a point of a sweep is wrong, the reason of `signal` */
export async function planWork(command: RecordedCommand, jobs: KnownJobs, options: PlanOptions): Promise<WorkPlan> {
  const { model, policies, replicas, seed } = jobs.compiled;
  const names = policies.map(({ name }) => name);
  const work = await survey(jobs, options);
  return {
    schemaVersion: 1,
    command,
    scenario: { name: model.name, hash: model.hash },
    seed: printedSeed(seed),
    points: jobs.count,
    replicas,
    shards: work.points.reduce((sum, { shards }) => sum + names.length * shards, 0),
    policies: names.map((policy) => plannedPolicy(policy, work)),
    timing: timingOf(work, names, options.cores),
  };
}

async function survey(jobs: KnownJobs, { shards, build, signal, onProgress }: PlanOptions): Promise<Work> {
  const places = Math.min(jobs.count, POINTS_MEASURED);
  const placeOf = (point: number) => (places === 1 ? 0 : Math.round((point * (places - 1)) / (jobs.count - 1)));
  const step = stepsOf(places * SAMPLES * jobs.compiled.policies.length, onProgress);
  const sizes: Omit<Point, "measured">[] = [];
  const measured: Measured[][] = [];
  for (const job of jobs.each()) {
    signal?.throwIfAborted();
    if (placeOf(sizes.length) === measured.length)
      measured.push(await measureWork(job, build, BUDGET_MS / places, { signal, step }));
    sizes.push({ replicas: job.replicas, shards: planRun(job, shards).shards });
  }
  return { points: sizes.map((size, i) => ({ ...size, measured: measured[placeOf(i)]! })), measured };
}

function stepsOf(total: number, onProgress: ExecuteOptions["onProgress"]): () => void {
  const started = performance.now();
  let done = 0;
  return () => {
    const rate = (1000 * ++done) / Math.max(performance.now() - started, 0.001);
    onProgress?.({ done, total, rate, etaMs: (1000 * (total - done)) / rate });
  };
}

function plannedPolicy(policy: string, { points }: Work): PlannedPolicy {
  return {
    policy,
    shards: points.reduce((sum, { shards }) => sum + shards, 0),
    fewest: points.reduce(
      (least, { replicas, shards }) => Math.min(least, Math.floor(replicas / shards)),
      Number.POSITIVE_INFINITY,
    ),
    most: points.reduce((most, { replicas, shards }) => Math.max(most, Math.ceil(replicas / shards)), 0),
  };
}
