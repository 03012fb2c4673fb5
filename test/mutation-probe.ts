// What test/mutation.mjs asks about one build of the engine: after how many generated scenarios does the oracle disagree?
// Arguments: the build, how many scenarios, a seed. Prints a dot a scenario, then a line of JSON.

import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { firstDifference } from "./agreement.js";
import { type GeneratedScenario, scenarioArb } from "./scenarios.js";

const [wasm = "build/release.wasm", numRuns = "400", seed = "777"] = process.argv.slice(2);
const module = new WebAssembly.Module(readFileSync(wasm));
const scenarios = fc.sample(scenarioArb, { numRuns: Number(numRuns), seed: Number(seed) });

let told: string | null = null;
let done = 0;
while (told === null && done < scenarios.length) {
  told = difference(scenarios[done++] as GeneratedScenario);
  process.stdout.write(".");
}
console.log();
console.log(JSON.stringify({ scenarios: done, difference: told }));

/** What differs, in a few words; a trap of the engine is a difference too. */
function difference(scenario: GeneratedScenario): string | null {
  try {
    return firstDifference(module, scenario)?.what ?? null;
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return `the engine traps: ${error.message}`;
    throw error;
  }
}
