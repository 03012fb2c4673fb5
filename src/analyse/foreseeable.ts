// Of which transitions it is known how likely they last, once it is seen who is held up (docs/rare.md, 3): whoever is left sleeps alone
// on a CPU, switches at the instant at which it wakes, and nothing but its own sleep decides when that is.

import { actionsOf } from "../scenario/actions.js";
import {
  type ClassModel,
  EXIT_PHASE,
  type HostModel,
  type Model,
  type PhaseModel,
  type Policy,
} from "../scenario/model.js";

/** Tries that are looked ahead at most. */
const TRIES_MAX = 100_000;

/**
 * A bound on the probability that, at the second try and later, somebody is held up by anything else; null: such is the rule. Up to the
 * horizon, but for completion, which the engine judges itself (`hasAftermath`).
 */
export function unforeseenShare(model: Model, policy: Policy): number | null {
  const { host, classes, horizon } = model;
  if (host.reliableStack === "no" || !idleTasksSwitch(host, policy) || horizon > TRIES_MAX * policy.tryPeriod)
    return null;
  if (actionsOf(model, policy).some(({ at, do: what }) => what === "force" && at <= horizon)) return null;
  if (!eachAlone(model) || !classes.every((one) => isPlain(one) && phasesOf(model, one).every(isSimple(model))))
    return null;
  const share = classes.reduce((sum, one) => sum + inUserMode(model, one, policy.tryPeriod / 2), 0);
  return Number.isFinite(share) ? share : null;
}

/** Within a bounded time, whatever the tasks do. */
function idleTasksSwitch({ idleTasks, ipi, watchdog, nohzFull }: HostModel, { wakeIdle }: Policy): boolean {
  return !idleTasks || (wakeIdle && ipi === 0) || (watchdog > 0 && !nohzFull.includes(true));
}

function eachAlone({ tasks, lone }: Model): boolean {
  return new Set(tasks.cpu).size === tasks.cpu.length && tasks.cpu.every((cpu) => lone[cpu]);
}

/** Of ordinary threads, none of which forks or is drawn by class. */
function isPlain({ kind, worker, hasFork, resting }: ClassModel): boolean {
  return kind === "user" && worker === "none" && !hasFork && resting === null;
}

function phasesOf({ phases }: Model, { firstPhase, phaseCount }: ClassModel): PhaseModel[] {
  return phases.slice(firstPhase, firstPhase + phaseCount);
}

/** User mode, or a sleep; from one that holds a task up it goes to user mode and nowhere else. */
function isSimple({ phases }: Model): (phase: PhaseModel) => boolean {
  return ({ mode, halt, onSignal, affected, next }) => {
    if (mode === "user") return true;
    if (mode !== "sleep" || halt || onSignal === "absorb") return false;
    return affected === 0 || next.every(({ phase }) => phase !== EXIT_PHASE && phases[phase]!.mode === "user");
  };
}

/** How many of a class are expected to be in the same visit to user mode for so many ticks from the start on. A tick of the scheduler ends that. */
function inUserMode(model: Model, one: ClassModel, ticks: number): number {
  const { host, tasks, phases } = model;
  const cpus = tasks.cpu.slice(one.firstTask, one.firstTask + one.count);
  const tickless = host.schedulerTick ? cpus.filter((cpu) => host.nohzFull[cpu]).length : cpus.length;
  if (tickless === 0) return 0;
  let sum = 0;
  let below = 0;
  for (const { phase, cumulative } of one.startShares) {
    if (phases[phase]!.mode === "user") sum += (cumulative - below) * lastsFor(model, phases[phase]!, ticks);
    below = cumulative;
  }
  return tickless * sum;
}

/** Probability that what is left of a visit is longer; Infinity where that is not said. */
function lastsFor({ durations, phases }: Model, { duration, next }: PhaseModel, ticks: number): number {
  const law = durations[duration]!;
  if (next.some(({ phase }) => phase !== EXIT_PHASE && phases[phase]!.mode === "user")) return Number.POSITIVE_INFINITY;
  if (law.kind === "exponential") return Math.exp(-ticks / law.mean);
  const longest = law.kind === "fixed" ? law.ticks : law.kind === "uniform" ? law.max : Number.POSITIVE_INFINITY;
  return longest < ticks ? 0 : Number.POSITIVE_INFINITY;
}
