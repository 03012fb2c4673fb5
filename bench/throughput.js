// Transitions a second through the public door, by reference scenario and workers, as CSV on stdout: the median of some
// rounds, the slowest and the fastest by the clock, and all rounds by the CPU time they took, which a busy machine disturbs less.

import { availableParallelism } from "node:os";
import { simulate } from "klpsim";
import { Bench } from "tinybench";
import { printHead, printRow } from "./csv.js";
import { clockMs, cpuMs, progress, replicasFor } from "./measure.js";
import { optionsOf, REFERENCES, title } from "./scenarios.js";

const ROUNDS = 5;
const ROUND_MS = 2000;

printHead("scenario", "policy", "workers", "replicas", "median", "slowest", "fastest", "perCpuSecond");
for (const reference of REFERENCES) {
  for (const workers of new Set([1, availableParallelism()])) {
    progress(`${title(reference)}, workers: ${workers}`);
    const run = (replicas) => simulate({ ...optionsOf(reference), workers, replicas });
    const replicas = await replicasFor(run, ROUND_MS, clockMs);
    const bench = new Bench({ iterations: ROUNDS, time: 0, warmup: false, throws: true });
    bench.add(title(reference), () => run(replicas));
    const before = cpuMs();
    const [{ result }] = await bench.run();
    const { p50, max, min, samplesCount } = result.latency;
    const cpuMsEach = (cpuMs() - before) / samplesCount;
    const rates = [p50, max, min, cpuMsEach].map((ms) => (1000 * replicas) / ms);
    printRow(reference.name, reference.policy, workers, replicas, ...rates);
  }
}
