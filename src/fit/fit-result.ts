// What was read, rebuilt and fitted, as plain data.

import type {
  ClassReport,
  CurvePoint,
  DurationReport,
  FitResult,
  LawReport,
  PhaseReport,
  TraceReport,
} from "../results/fit-result.js";
import { stackOf } from "./call-stacks.js";
import type { Candidate, FittedDuration } from "./fitted.js";
import type { FittedClass } from "./fitted-class.js";
import type { Observed, ObservedPhase } from "./observed.js";
import { cpuShare, type Profile } from "./profile.js";
import type { Quality } from "./quality.js";
import { untold } from "./untold.js";

/** A file that was read. */
export interface ReadTrace {
  name: string;
  format: string;
  title: string;
  quality: Quality;
}

export function fitResult(
  traces: readonly ReadTrace[],
  observed: Observed,
  classes: readonly FittedClass[],
  profile: Profile,
): FitResult {
  const names = Object.keys(profile.scenario.workload);
  const { window, resolution, cpus, busy, has, notes } = observed;
  return {
    schemaVersion: 1,
    traces: traces.map(traceReport),
    recording: {
      windowNs: window,
      resolutionNs: resolution,
      cpus,
      tasks: observed.classes.reduce((sum, { tasks }) => sum + tasks, 0),
      busy,
      has,
    },
    untold: untold(observed, classes),
    notes,
    classes: classes.map((fitted, i) => classReport(names[i]!, fitted, observed)),
    scenario: profile.scenario,
  };
}

function traceReport({ name, format, title, quality }: ReadTrace): TraceReport {
  const {
    bytes,
    lines,
    events,
    unused,
    unreadable,
    examples,
    lostMarks,
    lostEvents,
    reordered,
    clockJumps,
    cut,
    broken,
  } = quality;
  const told = { bytes, lines, events, unused: Object.fromEntries(unused), unreadable, examples };
  return { name, format, title, ...told, lostMarks, lostEvents, reordered, clockJumps, cut, broken: broken ?? null };
}

function classReport(name: string, { observed, chain, durations }: FittedClass, recording: Observed): ClassReport {
  const { kind, tasks, born, ended, comms, phases, runnable } = observed;
  const time = Math.max(
    1,
    [...phases.values()].reduce((sum, { lengths }) => sum + lengths.seen, 0),
  );
  return {
    name,
    kind,
    tasks,
    born,
    ended,
    commands: Object.fromEntries([...comms].sort(([, a], [, b]) => b - a)),
    cpuShare: cpuShare(observed, recording),
    phases: [...phases.values()].map((phase) =>
      phaseReport(phase, time, kind, chain.next.get(phase.name)!, durations.get(phase.name)!),
    ),
    runnable: { n: runnable.n, meanNs: runnable.n === 0 ? null : runnable.seen / runnable.n },
  };
}

function phaseReport(
  phase: ObservedPhase,
  classTime: number,
  kind: ClassReport["kind"],
  next: ReadonlyMap<string, number>,
  fitted: FittedDuration,
): PhaseReport {
  const { name, mode, wait, call, lengths } = phase;
  return {
    name,
    mode,
    wait,
    call,
    timeShare: lengths.seen / classTime,
    stack: stackOf(phase, kind),
    next: Object.fromEntries(next),
    duration: durationReport(fitted),
  };
}

function durationReport({ counts, mean, goodness, cautions, candidates, curve, best }: FittedDuration): DurationReport {
  return {
    counts,
    meanNs: mean && { value: finite(mean.value), low: mean.low, high: finite(mean.high) },
    goodness,
    cautions,
    laws: candidates.map(lawReport),
    curve: thinned(curve).map((point) => curvePoint(point, best)),
  };
}

function lawReport({ family, parameters, logLikelihood, aic, law }: Candidate): LawReport {
  const bounded = parameters.map(({ name, value, low, high }) => ({
    name,
    value: finite(value),
    low: low === null ? null : finite(low),
    high: high === null ? null : finite(high),
  }));
  return { family, parameters: bounded, logLikelihood: finite(logLikelihood), aic: finite(aic), law };
}

/** JSON has no infinity. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

const POINTS_MAX = 80;

/** Its steps where they are at least so far apart on both axes of a plot, the first and the last among them. */
function thinned(curve: FittedDuration["curve"]): FittedDuration["curve"] {
  if (curve.length <= POINTS_MAX) return curve;
  const along = curve.map(
    ({ length, survival }) => Math.log(Math.max(length, 1)) - 2 * Math.log(Math.max(survival, 1e-9)),
  );
  const [first, last] = [along[0]!, along.at(-1)!];
  const step = (last - first) / (POINTS_MAX - 1);
  let due = first;
  return curve.filter((_, i) => {
    if (along[i]! < due && i < curve.length - 1) return false;
    while (due <= along[i]!) due += step;
    return true;
  });
}

function curvePoint({ length, survival, low, high }: FittedDuration["curve"][number], best: Candidate): CurvePoint {
  return { lengthNs: length, survival, low, high, law: best.survival(length), lawLengthNs: lengthAt(survival, best) };
}

const LENGTH_MAX = 365 * 86_400e9;
const STEPS = 60;

/** The length that the law exceeds so often; null: none, or beyond a year. */
function lengthAt(survival: number, law: Candidate): number | null {
  if (survival <= 0 || survival >= 1 || law.survival(LENGTH_MAX) > survival) return null;
  let [low, high] = [1e-3, LENGTH_MAX];
  for (let i = 0; i < STEPS; i++) {
    const middle = Math.sqrt(low * high);
    if (law.survival(middle) > survival) low = middle;
    else high = middle;
  }
  return high;
}
