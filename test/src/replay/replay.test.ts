// A replay is the replica that the run counted: what its events say, summed over a run's replicas, is the run's result.

import { describe, expect, it } from "vitest";
import { Core, compileCore } from "../../../src/core.js";
import { firstDifference } from "../../../src/replay/check.js";
import type { ReplayEvent } from "../../../src/replay/events.js";
import { followReplica } from "../../../src/replay/plain/replica.js";
import { COUNTERS, type Counter } from "../../../src/results/counts.js";
import { whereabouts } from "../../../src/results/whereabouts.js";
import { compileScenario, MECHANISMS, type Model, type Policy } from "../../../src/scenario/index.js";
import { simulate } from "../../../src/simulate.js";
import { EVERY_MECHANISM } from "./scenario.js";

const REPLICAS = 250; // under each of four policies

/** What the events of one replica come to. */
interface Sum {
  counters: Record<Counter, number>;
  tries: number;
  rounds: number;
  completed: number;
  latency: number;
  lastSwitch: number;
  blame: Record<string, number>;
  switches: Record<string, number>;
}

function none(): Sum {
  const counters = Object.fromEntries(COUNTERS.map((name) => [name, 0])) as Sum["counters"];
  return { counters, tries: 0, rounds: 0, completed: 0, latency: 0, lastSwitch: 0, blame: {}, switches: {} };
}

/** Adds up events alone: nothing of what the plain implementation itself counts. */
class Adder {
  readonly sum = none();
  private phases: number[] = [];
  private last: { at: number; phase: number; mechanism: string } | null = null;

  constructor(private readonly model: Model) {}

  begin(phases: number[]): void {
    this.phases = phases;
    this.last = null;
  }

  add(event: ReplayEvent): void {
    const { counters } = this.sum;
    switch (event.type) {
      case "interrupted":
        counters[event.how === "eintr" ? "eintr" : "restarts"] += 1;
        break;
      case "guest-kick":
        counters.guestExits += 1;
        break;
      case "ipi":
        counters.ipis += 1;
        counters.isolatedInterrupts += Number(event.isolated);
        break;
      case "synchronize":
        counters.isolatedInterrupts += Number(event.isolated);
        break;
      case "kthread-wake":
        counters.kthreadWakes += 1;
        break;
      case "signal-pass":
        counters.signalPasses += 1;
        break;
      case "late-violation":
        counters.violations += 1;
        break;
      case "admin":
        counters.gaveUp += Number(event.givesUp);
        break;
      case "try":
        this.sum.tries += 1;
        break;
      case "round":
        this.sum.rounds += 1;
        break;
      case "phase":
        this.phases[event.task] = event.phase;
        break;
      case "switch":
        counters.violations += Number(event.violation);
        this.switched(event.at, this.phases[event.task]!, event.mechanism);
        break;
      case "idle-switch":
        this.switched(event.at, this.model.phases.length, event.mechanism);
        break;
      case "reversed":
        this.last = null;
        break;
      case "decided":
        counters.warnings += event.pending;
        break;
      case "complete":
        this.completed(event.at);
        break;
      default:
        break;
    }
  }

  private switched(at: number, phase: number, mechanism: string): void {
    this.last = { at, phase, mechanism };
    this.sum.switches[mechanism] = (this.sum.switches[mechanism] ?? 0) + 1;
  }

  private completed(at: number): void {
    this.sum.completed += 1;
    this.sum.latency += at;
    if (this.last === null) return;
    this.sum.lastSwitch += this.last.at;
    const { class: of, phase } = whereabouts(this.last.phase, this.model);
    const key = `${of} ${phase} ${this.last.mechanism}`;
    this.sum.blame[key] = (this.sum.blame[key] ?? 0) + 1;
  }
}

const { model, policies, seed } = compileScenario(EVERY_MECHANISM);
const core = new Core(await compileCore(), model);

/** Replays 0 .. REPLICAS - 1, added up, each checked against the engine. */
function addedUp(policy: Policy): Sum {
  core.setPolicy(policy);
  const adder = new Adder(model);
  for (let replica = 0; replica < REPLICAS; replica++) {
    const plain = followReplica(model, policy, core.draws, seed, replica, {
      start: ({ tasks }) => adder.begin(tasks.map(({ phase }) => phase)),
      event: (event) => adder.add(event),
    });
    expect(firstDifference(model, core.trace(seed, replica), plain)).toBeNull();
  }
  return adder.sum;
}

describe("Replays of a run's replicas, added up", async () => {
  const run = await simulate({ scenario: EVERY_MECHANISM, replicas: REPLICAS, workers: 0 });
  const sums = new Map(policies.map((policy) => [policy.name, addedUp(policy)]));

  it.each(run.results)("Always: they are what the run counted under $policy", (result) => {
    const sum = sums.get(result.policy)!;
    expect(sum.completed).toBe(result.replicas - result.censored);
    expect(sum.latency / 1000 / sum.completed).toBeCloseTo(result.latencyMs.meanCompleted!, 6);
    expect(sum.lastSwitch / 1000 / sum.completed).toBeCloseTo(result.lastSwitchMs.meanCompleted!, 6);
    expect(sum.tries / REPLICAS).toBeCloseTo(result.tries.mean, 9);
    expect(sum.rounds / REPLICAS).toBeCloseTo(result.rounds.mean, 9);
    for (const [name, mean] of Object.entries(result.disturbance))
      expect([name, sum.counters[name as Counter] / REPLICAS]).toEqual([name, mean]);
    for (const name of ["violations", "warnings", "gaveUp"] as const)
      expect([name, sum.counters[name]]).toEqual([name, result[name]]);
    const blamed = Object.values(sum.blame).reduce((total, count) => total + count, 0);
    const shares = Object.fromEntries(
      result.blame.map(({ class: of, phase, mechanism, share }) => [
        `${of} ${phase} ${mechanism}`,
        Math.round(share * blamed),
      ]),
    );
    expect(sum.blame).toEqual(shares);
  });

  it("Always: every mechanism and every counter comes in it, so that the sums say something", () => {
    const all = [...sums.values()];
    const switches = new Set(all.flatMap((sum) => Object.keys(sum.switches)));
    expect([...switches].sort()).toEqual(MECHANISMS.filter((name) => name !== "none").sort());
    const silent = COUNTERS.filter((name) => all.every((sum) => sum.counters[name] === 0));
    expect(silent).toEqual(["warnings", "gaveUp"]);
  });
});
