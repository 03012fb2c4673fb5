// Core and oracle side by side on one scenario: the first difference, or none.

import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { type Branch, BranchingCore, branchable } from "../src/branching-core.js";
import { Core, type ReplicaTrace } from "../src/core.js";
import { firstDifference as traceDifference } from "../src/replay/check.js";
import { type FollowedReplica, followReplica } from "../src/replay/plain/replica.js";
import type { Observer } from "../src/replay/plain/state.js";
import { COUNTERS, type Counts, type CountsLayout } from "../src/results/counts.js";
import { compileScenario } from "../src/scenario/index.js";
import { MECHANISMS, type Model } from "../src/scenario/model.js";
import type { GeneratedScenario } from "./scenarios.js";

const REPLICAS = 2;

export interface Difference {
  policy: string;
  replica: number;
  what: string;
  core: unknown;
  oracle: unknown;
}

/** The first thing on which core and oracle differ over a scenario's policies and first replicas; null if they agree. */
export function firstDifference(
  module: WebAssembly.Module,
  scenario: GeneratedScenario,
  observer: Observer = {},
): Difference | null {
  const { model, policies } = compileScenario(scenario);
  const seed = BigInt(scenario.run.seed);
  const core = new Core(module, model);
  for (const policy of policies) {
    core.setPolicy(policy);
    const traces: FollowedReplica[] = [];
    for (let replica = 0; replica < REPLICAS; replica++) {
      const expected = followReplica(model, policy, core.draws, seed, replica, observer, true);
      const found = compareTraces(model, core.trace(seed, replica), expected);
      if (found !== null) return { policy: policy.name, replica, ...found };
      traces.push(expected);
    }
    const found = compareCounts(core.run(seed, 0, REPLICAS), core.layout, traces);
    if (found !== null) return { policy: policy.name, replica: -1, ...found };
  }
  return null;
}

/** The same for replicas with branches at some of their tries, chosen by `seed`. */
export function firstBranchDifference(
  module: WebAssembly.Module,
  scenario: GeneratedScenario,
  seed: number,
  observer: Observer = {},
): Difference | null {
  const compiled = compileScenario(scenario);
  const model = branchable(compiled.model);
  const core = new BranchingCore(module, model);
  const random = xoroshiro128plus(seed);
  for (const policy of compiled.policies) {
    core.setPolicy(policy);
    for (let replica = 0; replica < REPLICAS; replica++) {
      const branches = chooseBranches(core.traceBranched(BigInt(seed), replica, []).tries, random);
      const expected = followReplica(model, policy, core.draws, BigInt(seed), replica, observer, true, branches);
      const found = compareTraces(model, core.traceBranched(BigInt(seed), replica, branches), expected);
      if (found === null) continue;
      const what = `${found.what} with branches ${branches.map((one) => `${one.try}:${one.number}`).join(",")}`;
      return { policy: policy.name, replica, ...found, what };
    }
  }
  return null;
}

/** Up to three tries of the first few, each with some number. */
function chooseBranches(tries: number, random: RandomGenerator): Branch[] {
  const wanted = uniformInt(random, 1, 3);
  const chosen = new Set<number>();
  for (let n = 0; n < wanted; n++) chosen.add(uniformInt(random, 1, Math.max(1, Math.min(tries, 8))));
  return [...chosen].sort((a, b) => a - b).map((n) => ({ try: n, number: uniformInt(random, 0, 1e6) }));
}

type Found = Pick<Difference, "what" | "core" | "oracle">;

function compareTraces(model: Model, core: ReplicaTrace, expected: ReplicaTrace): Found | null {
  const found = traceDifference(model, core, expected);
  return found && { what: found.what, core: found.engine, oracle: found.plain };
}

/** What a run of the same replicas counts must be the traces' sums. */
function compareCounts(counts: Counts, layout: CountsLayout, traces: FollowedReplica[]): Found | null {
  const words = new Map([...counts.index].map((word, i) => [word, Number(counts.value[i])]));
  const sum = (of: (trace: FollowedReplica) => number): number => traces.reduce((total, trace) => total + of(trace), 0);
  const rows: [string, number, number][] = [
    ["replicas", layout.replicas, traces.length],
    ["censored", layout.censored, sum((trace) => Number(!trace.completed))],
    ["tries", layout.tries, sum((trace) => trace.tries)],
    ["rounds", layout.rounds, sum((trace) => trace.rounds)],
    ["latency", layout.latency.sum, sum((trace) => Math.max(0, trace.complete))],
    ["last switch", layout.lastSwitch.sum, sum((trace) => (trace.completed ? Math.max(0, trace.lastSwitch) : 0))],
    ...COUNTERS.map((name, i): [string, number, number] => [
      name,
      layout.counters + i,
      sum((trace) => trace.counters[name]),
    ]),
  ];
  for (let phase = 0; phase <= layout.phaseCount; phase++) {
    rows.push([
      `stuck in phase ${phase}`,
      layout.stuck + phase,
      sum(({ stuck }) => stuck.filter((p) => p === phase).length),
    ]);
    for (let mechanism = 0; mechanism < MECHANISMS.length; mechanism++) {
      const blamed = sum(({ completed, blame }) =>
        Number(completed && blame.phase === phase && blame.mechanism === mechanism),
      );
      rows.push([`blame ${phase} ${mechanism}`, layout.blame + phase * MECHANISMS.length + mechanism, blamed]);
    }
  }
  for (const [what, word, oracleSum] of rows) {
    const coreSum = words.get(word) ?? 0;
    if (coreSum !== oracleSum) return { what: `counted ${what}`, core: coreSum, oracle: oracleSum };
  }
  return null;
}

/** For a failing test: what differs, and the scenario to run again. */
export function explain(difference: Difference, scenario: GeneratedScenario): string {
  const { policy, replica, what, core, oracle: expected } = difference;
  const where = replica < 0 ? "over the replicas" : `replica ${replica}`;
  return `${what}, policy ${policy}, ${where}: core ${core}, oracle ${expected}\n${JSON.stringify(scenario)}`;
}
