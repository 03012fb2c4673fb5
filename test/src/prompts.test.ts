// What made the last task move: the engine's answers against the plain implementation's record, and on cases made by hand.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Core, compileCore } from "../../src/core.js";
import { promptTimes } from "../../src/prompts.js";
import { followReplica } from "../../src/replay/plain/replica.js";
import type { Outcomes } from "../../src/results/outcomes.js";
import { classOfPhase } from "../../src/results/whereabouts.js";
import { compileScenario } from "../../src/scenario/index.js";
import { MECHANISMS, type Model, type Policy } from "../../src/scenario/model.js";
import { type GeneratedScenario, scenarioArb } from "../scenarios.js";

const RUNS = Number(process.env.KLPSIM_PROMPT_RUNS ?? 60);
const SEED = Number(process.env.KLPSIM_ORACLE_SEED ?? 20_260_101);
const REPLICAS = 3;

const module = await compileCore();

describe("promptTimes", () => {
  it(`Always: the plain implementation sends its round then, and without rounds has not switched that task, in ${RUNS} scenarios`, {
    timeout: 3_600_000,
  }, () => {
    const found = { rounds: 0, others: 0, none: 0 };
    const check = fc.check(
      fc.property(scenarioArb, (scenario) => agrees(scenario, found)),
      { seed: SEED, numRuns: RUNS },
    );
    if (check.failed) expect.fail(`${check.errorInstance}\n${JSON.stringify(check.counterexample?.[0])}`);
    expect(found.rounds).toBeGreaterThan(RUNS / 20);
    expect(found.others).toBeGreaterThan(RUNS / 4);
    expect(found.none).toBeGreaterThan(RUNS / 4);
  });
});

function agrees(scenario: GeneratedScenario, found: { rounds: number; others: number; none: number }): boolean {
  const { model, policies } = compileScenario(scenario);
  const core = new Core(module, model);
  const seed = BigInt(scenario.run.seed);
  for (const policy of policies) {
    core.setPolicy(policy);
    const { outcomes } = core.runEach(seed, 0, REPLICAS);
    const prompts = promptTimes({ core, model, policy, seed, first: 0, outcomes });
    for (let row = 0; row < REPLICAS; row++) {
      if (outcomes.complete[row] < 0) {
        expect(prompts[row]).toBe(0);
        continue;
      }
      const round = expectedRound(core, model, policy, seed, outcomes, row);
      if (round !== null) {
        expect(prompts[row]).toBe(round);
        found.rounds++;
      } else if (prompts[row] > 0) found.others++;
      else found.none++;
      expect(prompts[row]).toBeGreaterThanOrEqual(0);
      expect(prompts[row]).toBeLessThanOrEqual(outcomes.decided[row]);
    }
  }
  return true;
}

/** The last round up to the last switch, if without any round somebody who made that switch had not made it by then. */
function expectedRound(
  core: Core,
  model: Model,
  policy: Policy,
  seed: bigint,
  { lastSwitch, blamePhase, blameMechanism }: Outcomes,
  row: number,
): number | null {
  const rounds: number[] = [];
  let reversed = false;
  const trace = followReplica(model, policy, core.draws, seed, row, {
    event(event) {
      if (event.type === "round") rounds.push(event.at);
      if (event.type === "admin" && event.do === "reverse") reversed = true;
    },
  });
  const last = lastSwitch[row];
  const before = rounds.filter((at) => at <= last);
  const mechanism = MECHANISMS[blameMechanism[row]];
  if (before.length === 0 || mechanism === "force" || reversed) return null;
  const without = followReplica(model, { ...policy, signal: "none" }, core.draws, seed, row);
  const number = classOfPhase(blamePhase[row], model);
  const idle = number < 0;
  const times = idle ? "idleSwitchAt" : "switchAt";
  const mechanisms = idle ? "idleMechanism" : "mechanism";
  const makers = [...trace[times].keys()].filter(
    (one) =>
      trace[times][one] === last &&
      trace[mechanisms][one] === blameMechanism[row] &&
      (idle || model.tasks.classOf[one] === number),
  );
  expect(makers.length).toBeGreaterThan(0);
  const waits = makers.some((one) => without[times][one] < 0 || without[times][one] > last);
  return waits ? (before.at(-1) as number) : null;
}
