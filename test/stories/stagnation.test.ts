// A transition that nothing can end is followed no further: what an hour of tries costs in events, two minutes cost. But what tries or
// rounds leave behind them, if only a count or whose slice it is, is never passed over: the oracle makes them all.

import { describe, expect, it } from "vitest";
import { Core, compileCore } from "../../src/core.js";
import { loadScenario } from "../../src/scenario/index.js";
import { firstDifference } from "../agreement.js";
import type { GeneratedScenario } from "../scenarios.js";

const REPLICAS = 50;
const SEEDS = 40;

const module = await compileCore("debug"); // the one that counts events

function followed(policy: string, workload: string, horizon: string): { tries: number; events: number } {
  const scenario = `{ host: { cpus: 8 }, workload: { stuck: ${workload} }, patch: { functions: [pipe_read] }, policies: [${policy}], run: { horizon: ${horizon} } }`;
  const { model, policies, seed } = loadScenario(scenario);
  const core = new Core(module, model);
  core.setPolicy(policies[0]!);
  let tries = 0;
  for (let replica = 0; replica < REPLICAS; replica++) tries += core.trace(seed, replica).tries;
  return { tries: tries / REPLICAS, events: core.events / REPLICAS };
}

it.each([
  [
    "busy guests that forget every round",
    "linux-5.13",
    "{ kind: vcpu, count: 8, cpus: one-each, behaviour: busy-guest }",
  ],
  [
    "a reader that nothing wakes",
    "linux-4.12",
    "{ kind: user, behaviour: { phases: { p0: { mode: sleep, wait: interruptible, duration: forever, affected: 1 } } } }",
  ],
])("Never: an hour of waiting for %s has more events than two minutes", (_, policy, workload) => {
  const minutes = followed(policy, workload, "120s");
  const hour = followed(policy, workload, "1h");
  expect(minutes.tries).toBeGreaterThan(115);
  expect(hour.tries).toBeGreaterThan(3590);
  expect(hour.events).toBeLessThan(1.2 * minutes.events);
  expect(minutes.events).toBeLessThan(60);
});

describe("Core and oracle agree", () => {
  const stuck = { mode: "sleep", wait: "uninterruptible", affected: 1, duration: "forever" };
  const exact = { signalEveryTries: 1, rounding: "exact" };

  it("Always: each try kicks an idle CPU again while the kick before is on its way", () => {
    const scenario: GeneratedScenario = {
      host: { cpus: 3, ipi: "25ms" },
      workload: { stuck: { kind: "user", count: 1, cpus: [1], behaviour: { phases: { stuck } } } },
      patch: { functions: [] },
      admin: [],
      policies: [{ name: "own", extends: "linux-5.16", tryPeriod: "2ms", ...exact }],
      run: { replicas: 2, seed: 1, horizon: "1s", settle: "0us" },
    };
    expect(firstDifference(module, scenario)).toBeNull();
  });

  it("Always: who goes on after a round's wake-up has its slice anew", () => {
    const sleep = { mode: "sleep", wait: "uninterruptible", affected: 1 };
    const phases = {
      run: { mode: "kernel", duration: { uniform: ["100ms", "1s"] }, affected: 1, next: "rest" },
      rest: { ...sleep, duration: { uniform: ["300ms", "1s"] }, next: { tail: 0.5, run: 0.5 } },
      tail: { mode: "kernel", duration: "5ms", affected: 1, next: "done" },
      done: { ...sleep, duration: "5s", affected: 0, next: "run" },
    };
    const absorbing = { ...stuck, wait: "interruptible", onSignal: "absorb" };
    const busy = { mode: "user", duration: "forever" };
    const shared = (behaviour: object, kind = "user") => ({
      kind,
      count: 1,
      cpus: [1],
      behaviour: { phases: behaviour },
    });
    for (let seed = 1; seed <= SEEDS; seed++) {
      const scenario: GeneratedScenario = {
        host: {
          cpus: 2,
          loaderCpu: 0,
          preemption: "none",
          scheduler: { latency: "400ms", minGranularity: "50ms", wakeupGranularity: "100ms" },
        },
        workload: { busy: shared({ busy }), absorbing: shared({ absorbing }), heavy: shared(phases, "kthread") },
        patch: { functions: [] },
        admin: [],
        policies: [{ name: "own", extends: "linux-5.13", tryPeriod: "97ms", ...exact }],
        run: { replicas: 2, seed, horizon: "20s", settle: "0us" },
      };
      expect(firstDifference(module, scenario)).toBeNull();
    }
  });
});
