// Classes whose tasks are at rest nearly always (docs/rules.md 3): one long sleep without memory, now and then a moment's work.

import { mostTicks } from "./durations.js";
import { type ClassModel, type DurationModel, EXIT_PHASE, type PhaseModel } from "./model.js";

/** Least share of the time that a class spends in the sleep. */
const SHARE_LEAST = 0.9;
/** Least mean of the sleep in ticks: whoever has slept is owed a sleeper's full credit. */
const MEAN_LEAST = 100_000;
/** Least mean time in ticks between two wake-ups in the whole class. */
const GAP_LEAST = 16;

/** The sleep in which the class rests, if it does. */
export function restingPhase(
  model: Omit<ClassModel, "resting">,
  phases: PhaseModel[],
  durations: readonly DurationModel[],
): ClassModel["resting"] {
  const own = phases.slice(model.firstPhase, model.firstPhase + model.phaseCount);
  if (model.hasFork || own.some((phase) => phase.halt)) return null;
  let below = 0;
  for (const { phase: number, cumulative } of model.startShares) {
    const share = cumulative - below;
    below = cumulative;
    const { mode, affected, duration } = phases[number] as PhaseModel;
    const law = durations[duration];
    if (share < SHARE_LEAST || mode !== "sleep" || affected > 0 || law?.kind !== "exponential") continue;
    if (law.mean < MEAN_LEAST || law.mean < GAP_LEAST * model.count) continue;
    return { phase: number, share, most: model.kind === "vcpu" ? null : mostWork(number, phases, durations) };
  }
  return null;
}

/** The longest time in ticks that a task can ask for the CPU between two rests; null: no bound, or another sleep, or its end. */
function mostWork(rest: number, phases: PhaseModel[], durations: readonly DurationModel[]): number | null {
  const known = new Map<number, number>();
  const from = (number: number, path: Set<number>): number => {
    if (number === rest) return 0;
    if (number === EXIT_PHASE || path.has(number)) return Number.POSITIVE_INFINITY;
    const before = known.get(number);
    if (before !== undefined) return before;
    const phase = phases[number] as PhaseModel;
    const own = phase.mode === "sleep" ? Number.POSITIVE_INFINITY : mostTicks(phase.duration, durations);
    const most = own + longest(phase, new Set([...path, number]));
    known.set(number, most);
    return most;
  };
  const longest = (phase: PhaseModel, path: Set<number>): number =>
    Math.max(...phase.next.map(({ phase: next }) => from(next, path)));
  const most = longest(phases[rest] as PhaseModel, new Set());
  return Number.isFinite(most) ? most : null;
}
