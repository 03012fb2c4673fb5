// The stepper: scans everything for the earliest due instant, goes there and applies the rules in their stated order.

import type { Branch } from "../../branching-core.js";
import type { Draws, ReplicaTrace } from "../../core.js";
import { MECHANISMS, type Mechanism, type Model, type Policy } from "../../scenario/model.js";
import { adminDue } from "./admin.js";
import { balanceDue } from "./balance.js";
import { takeBranch } from "./branch.js";
import { completionDue } from "./completion.js";
import { aim } from "./cpu.js";
import { handle, nextEvent } from "./cpu-events.js";
import { setUp } from "./start.js";
import { type Cpu, type Due, NEVER, type Observer, Replica } from "./state.js";
import { startTransition } from "./transition.js";
import { beginTry, firstTryAt, goOnTrying, tryBegins, visitTime } from "./try.js";

/** A trace, and for a censored replica the phases (phaseCount: an idle task) of those not switched. */
export interface FollowedReplica extends ReplicaTrace {
  stuck: number[];
}

/**
 * One replica from its start to completion or the horizon; `scans`: everything anew for each next instant, nothing remembered.
 * With branches its draws are the branching module's.
 */
export function followReplica(
  model: Model,
  policy: Policy,
  draws: Draws,
  seed: bigint,
  number: number,
  observer: Observer = {},
  scans = false,
  branches: readonly Branch[] = [],
): FollowedReplica {
  const instants = followInstants(model, policy, draws, seed, number, observer, scans, branches);
  for (;;) {
    const instant = instants.next();
    if (instant.done) return instant.value;
  }
}

/** The same an instant at a time: yields each at which something was due. */
export function* followInstants(
  model: Model,
  policy: Policy,
  draws: Draws,
  seed: bigint,
  number: number,
  observer: Observer,
  scans = false,
  branches: readonly Branch[] = [],
): Generator<number, FollowedReplica> {
  draws.select(seed, number);
  const replica = new Replica(model, policy, draws, observer, scans);
  replica.branches = [...branches];
  setUp(replica);
  while (replica.stage !== "over") {
    const instant = earliest(replica);
    if (instant > replica.model.horizon) break;
    if (instant < replica.now) throw new Error(`replay: time ran back to ${instant} at ${replica.now}`);
    replica.now = instant;
    do runCpus(replica);
    while (barrier(replica));
    yield instant;
  }
  return trace(replica);
}

function earliest(replica: Replica): number {
  let least = barrierTime(replica);
  for (const cpu of replica.cpus) {
    const due = dueOn(replica, cpu);
    if (due !== null && due.at < least) least = due.at;
  }
  return least;
}

/** A CPU's next event. Between two barriers only its own events touch a CPU: what was found last time still holds. */
function dueOn(replica: Replica, cpu: Cpu): Due | null {
  if (cpu.touched || replica.scans) cpu.due = nextEvent(replica, cpu);
  cpu.touched = false;
  return cpu.due;
}

/** All events due now, by CPU number. */
function runCpus(replica: Replica): void {
  for (const cpu of replica.cpus) {
    if (cpu.start > replica.now) continue;
    for (;;) {
      const due = dueOn(replica, cpu);
      cpu.clock = replica.now;
      if (due === null || due.at > replica.now) break;
      cpu.touched = true;
      handle(replica, cpu, due);
    }
  }
}

function barrierTime(replica: Replica): number {
  let least = Math.min(replica.nextPass, transitionTime(replica));
  const action = replica.actions[0];
  if (replica.stage === "waiting" && action !== undefined) least = Math.min(least, action.at);
  return Math.max(least, replica.now);
}

/** When the transition itself next has something to do, apart from workers' turns. */
function transitionTime(replica: Replica): number {
  switch (replica.stage) {
    case "settling":
      return 0;
    case "loading":
      return firstTryAt(replica);
    case "trying":
      return visitTime(replica, replica.running.visited);
    case "waiting":
      return replica.model.host.loaderCpu === "none" ? replica.expiry : NEVER;
    case "completing":
      return replica.step === null ? replica.now : replica.step === "holdouts" ? replica.rescanAt : replica.stepEnd;
    default:
      return NEVER;
  }
}

function transitionDue(replica: Replica): boolean {
  switch (replica.stage) {
    case "settling":
      if (replica.now < 0) return false;
      startTransition(replica);
      return true;
    case "loading":
      if (replica.now < firstTryAt(replica)) return false;
      beginTry(replica);
      return true;
    case "waiting":
      if (!tryBegins(replica)) return false;
      beginTry(replica);
      return true;
    case "trying":
      return replica.now >= visitTime(replica, replica.running.visited) && goOnTrying(replica);
    case "completing":
      return completionDue(replica);
    default:
      return false;
  }
}

/** Does the first barrier due now, if there is one: balance pass, then try, then admin action. */
function barrier(replica: Replica): boolean {
  if (replica.stage === "over") return false;
  if (!(balanceDue(replica) || transitionDue(replica) || adminDue(replica))) return false;
  for (const cpu of replica.cpus) {
    aim(replica, cpu);
    cpu.touched = true;
  }
  if (replica.branchDue) takeBranch(replica);
  return true;
}

function trace(replica: Replica): FollowedReplica {
  const number = (mechanism: Mechanism): number => MECHANISMS.indexOf(mechanism);
  return {
    completed: replica.stage === "over",
    complete: replica.complete,
    decided: replica.decided,
    lastSwitch: replica.lastSwitch,
    tries: replica.tries,
    rounds: replica.rounds,
    switchAt: Float64Array.from(replica.tasks, (task) => task.switchAt),
    mechanism: Uint8Array.from(replica.tasks, (task) => number(task.mechanism)),
    idleSwitchAt: Float64Array.from(replica.cpus, (cpu) => cpu.idle.switchAt),
    idleMechanism: Uint8Array.from(replica.cpus, (cpu) => number(cpu.idle.mechanism)),
    counters: replica.counters,
    blame: replica.blame,
    stuck: replica.stage === "over" ? [] : stuck(replica),
  };
}

function stuck(replica: Replica): number[] {
  const tasks = replica.tasks.filter((task) => task.state !== "dead" && !task.switched);
  const idle = replica.model.host.idleTasks ? replica.cpus.filter((cpu) => !cpu.idle.switched) : [];
  return [...tasks.map((task) => task.phase), ...idle.map(() => replica.model.phases.length)];
}
