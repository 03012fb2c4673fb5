// Transitions a second through the public door, by scenario, policy and workers; the best of some rounds, as CSV on
// stdout. Results worth keeping go to bench/results/MACHINE.csv.

import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { loadScenario, simulate } from "klpsim";

const SCENARIOS = ["busy-vcpus", "overcommit", "patch-lite"];
const ROUNDS = 3;
const ROUND_MS = 2000;

console.log("scenario,policy,workers,transitionsPerSecond");
for (const name of SCENARIOS) {
  const file = `examples/${name}.yaml`;
  const scenario = readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
  for (const { name: policy } of loadScenario(scenario, { file }).policies) {
    for (const workers of new Set([1, availableParallelism()])) {
      const rate = await best({ scenario, file, policies: [policy], workers });
      console.log(`${name},${policy},${workers},${Number(rate.toPrecision(3))}`);
    }
  }
}

/** Rounds of about ROUND_MS, sized by a first short one that is not counted. */
async function best(options) {
  const warmUp = await simulate({ ...options, replicas: 100 });
  const replicas = Math.ceil((warmUp.timing.transitionsPerSecond * ROUND_MS) / 1000);
  let rate = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const { timing } = await simulate({ ...options, replicas });
    rate = Math.max(rate, timing.transitionsPerSecond);
  }
  return rate;
}
