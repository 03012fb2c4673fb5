// A transition that nothing can end is followed no further: what an hour of tries costs in events, two minutes cost.

import { expect, it } from "vitest";
import { Core, compileCore } from "../src/core.js";
import { loadScenario } from "../src/scenario/index.js";

const REPLICAS = 50;

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
