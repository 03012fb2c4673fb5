// What made the task that switched last move, and when that came: a round, the first try, a force, a reverse, or nothing but the
// task itself (docs/blame.md). Asked of the engine by running replicas again: up to a time, and without rounds.

import type { Core, ReplicaTrace } from "./core.js";
import type { Outcomes } from "./results/outcomes.js";
import { classOfPhase } from "./results/whereabouts.js";
import { actionsOf } from "./scenario/actions.js";
import { MECHANISMS, type Mechanism, type Model, type Policy } from "./scenario/model.js";
import { firstTryAt, tryEnd, tryLength } from "./try-times.js";

/** Some replicas of a policy, which is set in the engine, and how they ended. */
interface Batch {
  core: Core;
  model: Model;
  policy: Policy;
  seed: bigint;
  first: number;
  outcomes: Outcomes;
}

/** A replica in which a round came before the last switch: so many, and who it was that switched. */
interface Suspect {
  row: number;
  rounds: number;
  last: Switched[];
}

interface Switched {
  idle: boolean;
  number: number; // of the task, or of the idle task's CPU
}

/** By row: when what made the last task move came; 0 where nothing did or the replica is censored. */
export function promptTimes(batch: Batch): Float64Array {
  const { core, policy, outcomes } = batch;
  const prompts = outcomes.complete.map((complete, row) => (complete < 0 ? 0 : promptApartFromRounds(batch, row)));
  const suspects = findSuspects(batch, prompts);
  if (suspects.length === 0) return prompts;
  core.setPolicy({ ...policy, signal: "none" });
  const moved = suspects.filter((suspect) => waitsWithoutRounds(batch, suspect));
  core.setPolicy(policy);
  for (const { row, rounds } of moved) prompts[row] = Math.max(prompts[row], timeOfRound(batch, row, rounds));
  return prompts;
}

function promptApartFromRounds({ model, policy, outcomes }: Batch, row: number): number {
  const switched = outcomes.lastSwitch[row];
  const mechanism = MECHANISMS[outcomes.blameMechanism[row]];
  const prompt = mechanism === "force" ? switched : firstTryPrompt(model, policy, switched, mechanism);
  return Math.max(prompt, lastReverse(model, policy, outcomes, row));
}

/** What the first try switches, or wakes, has waited for it. */
function firstTryPrompt(model: Model, policy: Policy, switched: number, mechanism: Mechanism): number {
  const begun = firstTryAt(model, policy);
  const end = begun + tryLength(model);
  if (mechanism === "idle") return policy.wakeIdle && switched >= begun ? Math.min(switched, end) : 0;
  return (mechanism === "stack" || mechanism === "remote") && switched <= end ? switched : 0;
}

/** When the transition was reversed for the last time, as it was asked for; 0 if it never was. */
function lastReverse(model: Model, policy: Policy, { tries, decided, counters }: Outcomes, row: number): number {
  if (tries[row] === 1) return 0; // no action comes before the end of the first try
  const decidingBegun = decided[row] - tryLength(model);
  const gaveUp = counters.gaveUp[row] > 0;
  const reverses = actionsOf(model, policy).filter(
    ({ at, do: what }) => (what === "reverse" || (what === "give-up" && gaveUp)) && at < decidingBegun,
  );
  return reverses.at(-1)?.at ?? 0;
}

/** Replicas in which a round may have made the last task move, still under the policy itself. */
function findSuspects({ core, model, seed, first, outcomes }: Batch, prompts: Float64Array): Suspect[] {
  const suspects: Suspect[] = [];
  outcomes.lastSwitch.forEach((switched, row) => {
    if (outcomes.rounds[row] === 0 || outcomes.complete[row] < 0 || switched <= prompts[row]) return;
    const trace = core.trace(seed, first + row, switched);
    if (trace.rounds > 0) suspects.push({ row, rounds: trace.rounds, last: whoSwitched(trace, switched, model) });
  });
  return suspects;
}

/** Everyone of the blamed class who switched by the blamed mechanism at that instant. */
function whoSwitched(trace: ReplicaTrace, at: number, model: Model): Switched[] {
  const { phase, mechanism } = trace.blame;
  const number = classOfPhase(phase, model);
  const idle = number < 0;
  const times = idle ? trace.idleSwitchAt : trace.switchAt;
  const mechanisms = idle ? trace.idleMechanism : trace.mechanism;
  const isOne = (one: number) =>
    times[one] === at && mechanisms[one] === mechanism && (idle || model.tasks.classOf[one] === number);
  return [...times.keys()].filter(isOne).map((one) => ({ idle, number: one }));
}

/** Would one of them not have switched by then without any round? The policy set sends none. */
function waitsWithoutRounds({ core, seed, first, outcomes }: Batch, { row, last }: Suspect): boolean {
  const { idleSwitchAt, switchAt } = core.trace(seed, first + row, outcomes.lastSwitch[row]);
  return last.some(({ idle, number }) => (idle ? idleSwitchAt : switchAt)[number] < 0);
}

/** When the replica's round of this number, from 1, was sent, which is not after its last switch. */
function timeOfRound(batch: Batch, row: number, number: number): number {
  const { core, seed, first, outcomes } = batch;
  const sentBy = (time: number) => core.roundsBy(seed, first + row, time) >= number;
  return firstTime(sentBy, outcomes.lastSwitch[row], guessRound(batch, row, number));
}

/** When it should be sent if no worker had to wait and nothing was reversed. */
function guessRound({ core, model, policy, seed, first }: Batch, row: number, number: number): number {
  if (policy.signal === "admin") return adminSignals(model, policy)[number - 1] ?? -1;
  core.draws.select(seed, first + row);
  return tryEnd(number * policy.signalEveryTries + 1, model, policy, core.draws);
}

function adminSignals(model: Model, policy: Policy): number[] {
  return actionsOf(model, policy).flatMap(({ at, do: what }) => (what === "signal" ? [at] : []));
}

/** From a guess that proved early, the first step onward, and by how much the next is longer. */
const STEP_FIRST = 64;
const STEP_GROWTH = 16;

/** The least time at which it holds, as it does at `last` and from any such time on; most often `last` or the guess. */
export function firstTime(holds: (time: number) => boolean, last: number, guess: number): number {
  if (!holds(last - 1)) return last;
  let before = -1;
  let high = last - 1;
  for (let at = guess, step = STEP_FIRST; 0 <= at && at < high; at += step, step *= STEP_GROWTH) {
    if (holds(at)) high = at;
    else before = at;
  }
  if (high === guess && !holds(high - 1)) return high;
  while (high - before > 1) {
    const middle = before + Math.floor((high - before) / 2);
    if (holds(middle)) high = middle;
    else before = middle;
  }
  return high;
}
