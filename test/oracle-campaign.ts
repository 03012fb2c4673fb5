// A long agreement campaign, run by hand from the project's root after a build:
//   npx rolldown test/oracle-campaign.ts --platform node --format esm --file build/campaign.mjs
//   node build/campaign.mjs [SCENARIOS] [FIRST SEED]
// Each disagreement is shrunken and printed on stdout as one line of JSON; progress goes to stderr.

import * as fc from "fast-check";
import { compileCore } from "../src/core.js";
import { type Difference, firstDifference } from "./agreement.js";
import { type GeneratedScenario, scenarioArb } from "./scenarios.js";

const BATCH = 1000; // scenarios of one fast-check seed

const module = await compileCore();
const wanted = Number(process.argv[2] ?? 200_000);
const firstSeed = Number(process.argv[3] ?? 1);
const begun = Date.now();
let found = 0;

for (let done = 0, seed = firstSeed; done < wanted; seed++) {
  const count = Math.min(BATCH, wanted - done);
  if (!agrees(seed, count)) found += 1;
  done += count;
  const seconds = (Date.now() - begun) / 1000;
  process.stderr.write(`\r${done} of ${wanted} scenarios, ${found} batches disagree, ${Math.round(seconds)} s`);
}
process.stderr.write("\n");
process.exitCode = found === 0 ? 0 : 1;

/** One batch; a disagreement ends it. */
function agrees(seed: number, numRuns: number): boolean {
  let last: Difference | string | null = null;
  const property = fc.property(scenarioArb, (scenario) => {
    const difference = attempt(scenario);
    if (difference !== null) last = difference;
    return difference === null;
  });
  const result = fc.check(property, { seed, numRuns, interruptAfterTimeLimit: 600_000 });
  if (!result.failed || result.counterexample === null) return !result.failed;
  const [scenario] = result.counterexample;
  console.log(
    JSON.stringify({ seed, path: result.counterexamplePath, difference: attempt(scenario) ?? last, scenario }),
  );
  return false;
}

function attempt(scenario: GeneratedScenario): Difference | string | null {
  try {
    return firstDifference(module, scenario);
  } catch (error) {
    return String(error);
  }
}
