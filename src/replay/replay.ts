// One replica of a run in full: the plain implementation's account of it, checked against what the engine counted.

import { breathe } from "#host";
import { type Branch, BranchingCore, branchable } from "../branching-core.js";
import { Core, type ReplicaTrace } from "../core.js";
import type { ExecuteOptions } from "../execute/executor.js";
import { whereabouts } from "../results/whereabouts.js";
import { printedSeed } from "../scenario/fields.js";
import { MECHANISMS, type Model, type Policy } from "../scenario/model.js";
import { compileRun, type SimulateOptions, simulate } from "../simulate.js";
import { version } from "../version.js";
import { compileModule, moduleSha256 } from "../wasm.js";
import { cpusOf, phasesOf, type Replay, tasksOf } from "./account.js";
import { firstDifference } from "./check.js";
import type { EventType, ReplayEvent } from "./events.js";
import { type FollowedReplica, followInstants } from "./plain/replica.js";

const PAUSE_MS = 50;
const TICKS_PER_MS = 1000;
const EVENTS_MAX = 10_000_000; // some 100 bytes each

export interface ReplayOptions extends Omit<SimulateOptions, "policies"> {
  /** Under which the scenario is replayed; its only one unless said. */
  policy?: NonNullable<SimulateOptions["policies"]>[number];
  /** Number of the replica; 0 unless said. */
  replica?: number;
  /** Instead of a number: the slowest of a run, or the second, the third slowest. A run tells of the ten slowest. */
  worst?: number;
  /** Where the replica branches off (docs/rules.md, 13), tries ascending. */
  branches?: readonly Branch[];
  /** Types of event to keep; all unless said. */
  only?: readonly EventType[];
}

/** A replica cannot be replayed as it was asked for. */
export class ReplayError extends Error {
  override name = "ReplayError";
}

/**
 * Follows one replica of the run that `klpsim run` would make of the same scenario, policy and seed. With `worst`,
 * progress is the run's first, in replicas; then in milliseconds of simulated time.
 * @throws ScenarioError, and ReplayError where the policy or the replica is not one; Error if what is told and what the
 * engine counts differ, which would be a fault of klpsim; the signal's reason after an abort.
 */
export async function replay(options: ReplayOptions): Promise<Replay> {
  const { policy: wanted, build = "release", ...rest } = options;
  const compiled = compileRun({ ...rest, policies: wanted === undefined ? undefined : [wanted] });
  const { policies, seed } = compiled;
  const [policy, ...others] = policies;
  if (policy === undefined || others.length > 0)
    throw new ReplayError(`--policy: expected one, the scenario has ${policies.map(({ name }) => name).join(", ")}`);
  const replica = options.worst === undefined ? (options.replica ?? 0) : await worstOf(options, options.worst);
  const { model, core, engine } = await engineOf(compiled.model, policy, seed, replica, options);
  const account: Pick<Replay, "events" | "tasks" | "cpus"> = { events: [], tasks: [], cpus: [] };
  const only = options.only && new Set(options.only);
  const instants = followInstants(
    model,
    policy,
    core.draws,
    seed,
    replica,
    {
      start: (state) => Object.assign(account, { tasks: tasksOf(state), cpus: cpusOf(state) }),
      event: (event) => {
        if (only === undefined || only.has(event.type)) keep(account.events, event);
      },
    },
    false,
    options.branches,
  );
  const plain = await followed(instants, spanOf(model, engine), options);
  checkAgainst(model, engine, plain, `policy ${policy.name}, seed ${seed}, replica ${replica}`);
  return {
    schemaVersion: 1,
    scenario: { name: model.name, hash: model.hash },
    seed: printedSeed(seed),
    engine: { version, wasmSha256: await moduleSha256("transition", build) },
    policy: policy.name,
    replica,
    branches: (options.branches ?? []).map((one) => `${one.try}:${one.number}`).join(),
    ...outcomeOf(model, plain),
    patch: { functions: model.patch.functions, direction: model.patch.direction },
    host: { cpus: model.host.cpus, hz: model.host.hz, preemption: model.host.preemption },
    phases: phasesOf(model),
    ...account,
  };
}

/** The engine's own account of the replica, with its branches if there are any. */
async function engineOf(
  model: Model,
  policy: Policy,
  seed: bigint,
  replica: number,
  { build = "release", branches = [] }: ReplayOptions,
): Promise<{ model: Model; core: Core; engine: ReplicaTrace }> {
  if (branches.length === 0) {
    const core = new Core(await compileModule("transition", build), model);
    core.setPolicy(policy);
    return { model, core, engine: core.trace(seed, replica) };
  }
  const branching = branchable(model);
  const core = new BranchingCore(await compileModule("branching", build), branching);
  core.setPolicy(policy);
  return { model: branching, core, engine: core.traceBranched(seed, replica, branches) };
}

function keep(events: ReplayEvent[], event: ReplayEvent): void {
  if (events.length >= EVENTS_MAX)
    throw new ReplayError(
      `more than ${EVENTS_MAX.toLocaleString("en-US")} events by ${event.at / 1e6} s: --format text needs fewer, a nearer run.horizon ends it earlier`,
    );
  events.push(event);
}

/** The n-th slowest replica of the run. */
async function worstOf({ policy, worst, only, replica, ...options }: ReplayOptions, n: number): Promise<number> {
  const { results } = await simulate({ ...options, policies: policy === undefined ? undefined : [policy] });
  const found = results[0]?.worst[n - 1];
  if (found === undefined)
    throw new ReplayError(
      `--worst ${n}: the run of ${results[0]?.replicas} replicas tells of ${results[0]?.worst.length}`,
    );
  return found.replica;
}

/** Simulated time in ticks: where it begins and, as the engine says, ends. */
function spanOf(model: Model, engine: ReplicaTrace): { begin: number; end: number } {
  return { begin: -model.settle, end: engine.completed ? engine.complete : model.horizon };
}

/** Follows the instants, with a pause now and then in which the caller may abort. */
async function followed(
  instants: Generator<number, FollowedReplica>,
  { begin, end }: { begin: number; end: number },
  { signal, onProgress }: ExecuteOptions,
): Promise<FollowedReplica> {
  const started = performance.now();
  let paused = started;
  for (;;) {
    const instant = instants.next();
    if (instant.done) return instant.value;
    const now = performance.now();
    if (now - paused < PAUSE_MS) continue;
    const done = Math.floor((instant.value - begin) / TICKS_PER_MS);
    const total = Math.ceil((end - begin) / TICKS_PER_MS);
    const rate = (1000 * done) / (now - started);
    onProgress?.({ done, total, rate, etaMs: (1000 * (total - done)) / rate });
    await breathe();
    signal?.throwIfAborted();
    paused = performance.now();
  }
}

function checkAgainst(model: Model, engine: ReplicaTrace, plain: ReplicaTrace, where: string): void {
  const found = firstDifference(model, engine, plain);
  if (found === null) return;
  throw new Error(
    `the replay differs from the replica that the run counts (${where}): ${found.what} is ${found.plain}, in the engine ${found.engine}. This is a fault of klpsim: please report the scenario`,
  );
}

function outcomeOf(model: Model, plain: FollowedReplica) {
  const time = (ticks: number) => (ticks < 0 ? null : ticks);
  const { phase, mechanism } = plain.blame;
  return {
    complete: time(plain.complete),
    decided: time(plain.decided),
    lastSwitch: time(plain.lastSwitch),
    horizon: model.horizon,
    tries: plain.tries,
    rounds: plain.rounds,
    counters: plain.counters,
    blame: phase < 0 ? null : { ...whereabouts(phase, model), mechanism: MECHANISMS[mechanism]! },
    stuck: plain.stuck.map((one) => whereabouts(one, model)),
  };
}
