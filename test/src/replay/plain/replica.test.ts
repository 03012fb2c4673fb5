// What a CPU does next is remembered until something touches it; the rules say to look again at every instant.

import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Core, compileCore } from "../../../../src/core.js";
import type { ReplayEvent } from "../../../../src/replay/events.js";
import { followReplica } from "../../../../src/replay/plain/replica.js";
import { compileScenario } from "../../../../src/scenario/index.js";
import { type GeneratedScenario, scenarioArb } from "../../../scenarios.js";

const module = await compileCore();

it("Always: whether CPUs' next events are remembered or looked for anew, the same happens", () => {
  fc.assert(
    fc.property(scenarioArb, (scenario) => {
      expect(account(scenario, false)).toEqual(account(scenario, true));
    }),
    { seed: 7, numRuns: 12 },
  );
});

function account(scenario: GeneratedScenario, scans: boolean) {
  const { model, policies } = compileScenario(scenario);
  const { draws } = new Core(module, model);
  const events: ReplayEvent[] = [];
  const event = (one: ReplayEvent) => void events.push(one);
  const ends = policies.map((policy) => followReplica(model, policy, draws, 11n, 3, { event }, scans));
  return { events, ends };
}
