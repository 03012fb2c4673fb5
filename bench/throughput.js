// Transitions a second through the public door, by scenario, policy and workers, as CSV on stdout: the median of some rounds,
// the slowest and the fastest by the clock, and all rounds by the CPU time they took, which a busy machine disturbs less.

import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { loadScenario, simulate } from "klpsim";
import { Bench } from "tinybench";

const SCENARIOS = ["busy-vcpus", "overcommit", "patch-lite"];
const ROUNDS = 5;
const ROUND_SECONDS = 2;

console.log("scenario,policy,workers,replicas,median,slowest,fastest,perCpuSecond");
for (const name of SCENARIOS) {
  const file = `examples/${name}.yaml`;
  const scenario = readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
  for (const { name: policy } of loadScenario(scenario, { file }).policies) {
    for (const workers of new Set([1, availableParallelism()])) {
      const run = (replicas) => simulate({ scenario, file, policies: [policy], workers, replicas });
      const replicas = await enough(run);
      const bench = new Bench({ iterations: ROUNDS, time: 0, warmup: false, throws: true });
      bench.add(name, () => run(replicas));
      const before = process.cpuUsage();
      const [{ result }] = await bench.run();
      const { user, system } = process.cpuUsage(before);
      const { p50, max, min, samplesCount } = result.latency;
      const cpuMs = (user + system) / 1000 / samplesCount;
      const rates = [p50, max, min, cpuMs].map((ms) => Number(((1000 * replicas) / ms).toPrecision(3)));
      console.log([name, policy, workers, replicas, ...rates].join(","));
    }
  }
}

/** Replicas that take about a round, by two shorter runs: the first one finds the code cold. */
async function enough(run) {
  let replicas = 100;
  for (const seconds of [ROUND_SECONDS / 10, ROUND_SECONDS]) {
    const { timing } = await run(replicas);
    replicas = Math.ceil(timing.transitionsPerSecond * seconds);
  }
  return replicas;
}
