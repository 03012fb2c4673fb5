// klpsim sweep: the scenario again and again, each time with other values at the paths that are varied. Every point runs the same
// replicas with the same draws (common random numbers), so that points differ by their settings and not by chance.

import { breathe } from "#host";
import type { Executor, Progress } from "../execute/executor.js";
import { WholeProgress } from "../execute/whole-progress.js";
import { withExecutor } from "../execute/with-executor.js";
import type { SweepAxis, SweepPoint, SweepResult } from "../results/result.js";
import { type Histogram, histogramsOf } from "../results/tables.js";
import { type Axis, readSweep, type Sweep, type SweepSettings } from "../scenario/axes.js";
import { printedSeed } from "../scenario/fields.js";
import { type Compiled, compileSource, type Problem, type Scenario, ScenarioError } from "../scenario/index.js";
import { applySettings } from "../scenario/set.js";
import { type Source, sourceOf } from "../scenario/source.js";
import { runSettings, type SimulateOptions, simulateOn } from "../simulate.js";
import { version } from "../version.js";
import { type Build, moduleSha256 } from "../wasm.js";
import { type Coordinates, designPoints, pointCount, valueAt } from "./sweep-design.js";
import { sweepSensitivity } from "./sweep-sensitivity.js";

/** `vary`: `path=values` each, `design` and `points`: instead of the scenario's `sweep`. */
export interface SweepOptions extends SimulateOptions, SweepSettings {}

/** A row is a point under a policy; more would not fit into one JSON text. */
const ROWS_MAX = 20_000;
const PROBLEMS_SHOWN = 20;

/** What is to be run: the scenario as it stands, and the points. */
export interface SweepPlan extends Sweep {
  source: Source;
  base: Compiled;
  coordinates: Coordinates[];
}

/**
 * Simulates a scenario at every point of a sweep.
 * @throws ScenarioError when the scenario, the sweep or the scenario at any of its points is wrong, before the first is run;
 * RangeError when `workers` is; the signal's reason after an abort.
 */
export async function sweep(options: SweepOptions): Promise<SweepResult> {
  const plan = await planSweep({ ...options, onProgress: undefined });
  return (await sweepPlanned(plan, options)).result;
}

/** Reads the sweep and compiles each point once, to see that it can be; progress is in points. @throws ScenarioError */
export async function planSweep(options: SweepOptions): Promise<SweepPlan> {
  const plan = readPlan(options);
  await checkPoints(plan, options);
  return plan;
}

/** As planSweep(), of a sweep that has been planned before: its points are not looked at. @throws ScenarioError */
export function readPlan(options: SweepOptions): SweepPlan {
  const { scenario, file, set = [], replicas, seed } = options;
  const source = applySettings(sourceOf(scenario, file), runSettings(set, replicas, seed));
  const read = readSweep(source, options);
  const base = compileSource(source, compileOptions(options));
  checkSize(read, base);
  checkPolicies(read, options);
  return { ...read, source, base, coordinates: designPoints(read, base.seed) };
}

/** The plan's scenario as its paths need it to be set again: with a default filled in, or a policy written out, they could mean something else. */
export function asWritten({ source, base }: SweepPlan, { policies }: Pick<SweepOptions, "policies">): Compiled {
  const named = policies === undefined ? {} : { policies: base.scenario.policies };
  return { ...base, scenario: { ...(source.value as Scenario), name: base.model.name, ...named } };
}

/** A sweep's result, and where they were asked for the whole distributions behind its quantiles. */
export interface Swept {
  result: SweepResult;
  histograms: Histogram[];
}

/** Simulates a plan made of the same options. `histograms`: keep them, a few hundred buckets a point and policy. */
export function sweepPlanned(plan: SweepPlan, options: SweepOptions & { histograms?: boolean }): Promise<Swept> {
  return withExecutor(options, (executor, build) => runSweep(plan, executor, build, options));
}

function compileOptions({ file, policies, extraPolicies }: SweepOptions) {
  return { file, policies, extraPolicies };
}

function checkSize(read: Sweep, { policies }: Compiled): void {
  const points = pointCount(read);
  if (points * policies.length <= ROWS_MAX) return;
  const by = read.axes.map((axis) => ("values" in axis ? `${axis.path} ${axis.values.length}` : axis.path)).join(", ");
  throw oneProblem(
    read.axes[0]!.where,
    "sweep",
    `expected at most ${ROWS_MAX} rows, a point under a policy each; ${points} points (${read.design} of ${by}) under ${policies.length} policies are ${points * policies.length}`,
  );
}

/** Policies of the command line stand in no list that a path could reach. */
function checkPolicies({ axes }: Sweep, { policies }: SweepOptions): void {
  const axis = axes.find(({ path }) => /^policies\b/.test(path));
  if (policies === undefined || axis === undefined) return;
  throw oneProblem(
    axis.where,
    axis.path,
    "changes the scenario's policies, which --policy replaces: set them with --set 'policies=[...]' instead",
  );
}

function oneProblem(where: Problem | object, field: string, message: string): ScenarioError {
  return new ScenarioError([{ ...where, field, message }]);
}

/** By path; the values as YAML has them. */
function settingsAt({ axes }: Sweep, point: Coordinates): Record<string, unknown> {
  return Object.fromEntries(axes.map((axis, i) => [axis.path, valueAt(axis, point[i]!)]));
}

function settingText(path: string, value: unknown): string {
  return `${path}=${JSON.stringify(value)}`;
}

/** What is simulated at each point, in the sweep's order. */
export function* pointsOf(
  plan: SweepPlan,
  options: SweepOptions,
): Generator<{ settings: Record<string, unknown>; compiled: Compiled }, void> {
  for (const point of plan.coordinates) {
    const settings = settingsAt(plan, point);
    yield { settings, compiled: compilePoint(plan, settings, options) };
  }
}

function compilePoint({ source }: SweepPlan, settings: Record<string, unknown>, options: SweepOptions): Compiled {
  const set = Object.entries(settings).map(([path, value]) => settingText(path, value));
  return compileSource(source, { ...compileOptions(options), set });
}

/** Names the axis and the point of everything that is wrong at any of them. */
async function checkPoints(plan: SweepPlan, options: SweepOptions): Promise<void> {
  const found = new Map<string, Problem>();
  const totals = new WholeProgress();
  for (const point of plan.coordinates) {
    options.signal?.throwIfAborted();
    const settings = settingsAt(plan, point);
    for (const problem of problemsOf(() => compilePoint(plan, settings, options))) {
      const key = `${problem.field}: ${problem.message}`;
      if (!found.has(key)) found.set(key, locatedAt(problem, settings, plan.axes));
    }
    if (found.size >= PROBLEMS_SHOWN) break;
    totals.add(1);
    options.onProgress?.(totals.at(plan.coordinates.length));
    await breathe();
  }
  if (found.size > 0) throw new ScenarioError([...found.values()]);
}

function problemsOf(compile: () => void): Problem[] {
  try {
    compile();
    return [];
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems;
    throw error;
  }
}

function locatedAt(problem: Problem, settings: Record<string, unknown>, axes: readonly Axis[]): Problem {
  const axis = axes.find(({ path }) => problem.file === `--set ${settingText(path, settings[path])}`);
  const point = Object.entries(settings).map(([path, value]) => settingText(path, value));
  return { ...problem, ...axis?.where, message: `${problem.message} (at ${point.join(", ")})` };
}

async function runSweep(
  plan: SweepPlan,
  executor: Executor,
  build: Build,
  options: SweepOptions & { histograms?: boolean },
): Promise<Swept> {
  const { base, axes, design, coordinates } = plan;
  const histograms: Histogram[] = [];
  const started = performance.now();
  const points: SweepPoint[] = [];
  const horizonsMs: number[] = [];
  const totals = new WholeProgress();
  const total = coordinates.length * base.replicas * base.policies.length;
  for (const { settings, compiled } of pointsOf(plan, options)) {
    let kept = 0;
    const onProgress = (progress: Progress) => {
      kept = progress.kept ?? 0;
      options.onProgress?.(totals.at(total, progress.done, kept));
    };
    const { result, latencies } = await simulateOn(executor, compiled, build, { ...options, onProgress });
    if (options.histograms) histograms.push(...histogramsOf(result, latencies, points.length));
    totals.add(result.results.length * result.replicas, kept);
    points.push({ settings, hash: compiled.model.hash, results: result.results });
    horizonsMs.push(compiled.model.horizon / 1000);
  }
  const wallMs = performance.now() - started;
  const { done, kept } = totals;
  const result: SweepResult = {
    schemaVersion: 1,
    scenario: { name: base.model.name, hash: base.model.hash },
    seed: printedSeed(base.seed),
    replicas: base.replicas,
    engine: { version, wasmSha256: await moduleSha256("transition", build) },
    design,
    axes: axes.map(printedAxis),
    points,
    sensitivity: sweepSensitivity({ design, axes, coordinates, points, horizonsMs }),
    timing: { wallMs, transitionsPerSecond: (1000 * (done - kept)) / wallMs, workers: executor.workers },
  };
  return { result, histograms };
}

function printedAxis(axis: Axis): SweepAxis {
  if ("values" in axis) return { path: axis.path, values: axis.values };
  const { from, to, log } = axis.span;
  return {
    path: axis.path,
    range: { low: from.amount, high: to.amount, scale: log ? "log" : "linear", unit: from.unit },
  };
}
