// Engine and plain implementation agree, switch for switch, on replicas with branches (docs/rules.md, 13): what a rare tail is
// estimated from is what the rules say. KLPSIM_BRANCH_RUNS sets how many scenarios.

import * as fc from "fast-check";
import { expect, it } from "vitest";
import { compileModule } from "../src/wasm.js";
import { explain, firstBranchDifference } from "./agreement.js";
import { type GeneratedScenario, scenarioArb } from "./scenarios.js";

const RUNS = Number(process.env.KLPSIM_BRANCH_RUNS ?? 40);
const SEED = Number(process.env.KLPSIM_BRANCH_SEED ?? 20_261_121);

/** What branches must have met, in at least so many of 1000 scenarios. */
const REQUIRED: Record<string, number> = {
  branch: 500,
  "sleep drawn again": 200,
  "phase of CPU time drawn again": 300,
  "look drawn again": 20,
  "idle wake drawn again": 20,
};

const module = await compileModule("branching", "debug");

it(`Always: engine and plain implementation agree on branched replicas of ${RUNS} scenarios`, {
  timeout: 3_600_000,
}, () => {
  const met = new Map<string, number>();
  const property = fc.property(scenarioArb, fc.nat(), (scenario, seed) => difference(scenario, seed, met) === null);
  const result = fc.check(property, { seed: SEED, numRuns: RUNS });
  if (result.failed) {
    const [scenario, seed] = result.counterexample ?? [];
    const told = scenario === undefined ? result.errorInstance : difference(scenario, seed as number, met);
    expect.fail(`seed ${SEED}, path ${result.counterexamplePath}: ${told}`);
  }
  const seldom = Object.entries(REQUIRED).filter(([path, least]) => (met.get(path) ?? 0) < (least * RUNS) / 1000);
  expect(seldom.map(([path]) => `${path}: ${met.get(path) ?? 0} of ${RUNS}`)).toEqual([]);
});

/** What differs, or null; what was met on the way is counted. */
function difference(scenario: GeneratedScenario, seed: number, met: Map<string, number>): string | null {
  const seen = new Set<string>();
  try {
    const found = firstBranchDifference(module, scenario, seed, { path: (what) => seen.add(what) });
    for (const what of seen) met.set(what, (met.get(what) ?? 0) + 1);
    return found === null ? null : explain(found, scenario);
  } catch (error) {
    return `${error}\n${JSON.stringify(scenario)}`;
  }
}
