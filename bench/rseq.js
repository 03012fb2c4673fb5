// Reader iterations a second of CPU time that the rseq engine simulates in one thread, by variant, as CSV on stdout: KVM_RUNs with the
// read sections that succeed and are retried.

import { Bench } from "tinybench";
import { RSEQ_WORDS } from "../dist/results/rseq.js";
import { RseqEngine } from "../dist/rseq-engine.js";
import { loadExperiment } from "../dist/scenario/experiment.js";
import { rseqReader } from "../dist/scenario/rseq.js";
import { compileModule } from "../dist/wasm.js";
import { printFigure, printFiguresHead } from "./csv.js";
import { cpuMs, progress } from "./measure.js";

const ROUNDS = 7;
const REPLICAS = 40;
const ITERATIONS = 500;
const TESTS = [
  ["6.0, 1us", { version: "6.0", delay: { sleep: "1us" } }],
  ["6.0, 1-10us", { version: "6.0" }],
  ["6.1, 1-10us", { version: "6.1" }],
  ["v2, 1us", { version: "v2" }],
];

const module = await compileModule("rseq");
printFiguresHead();
for (const [name, test] of TESTS) {
  const { model, variants } = loadExperiment(rseqReader, {
    experiment: "rseq",
    host: { cpus: 64, hz: 1000 },
    test: { iterations: ITERATIONS, ...test },
    variants: [{ name: "one" }],
  });
  await measure(new RseqEngine(module, model, variants), name);
}

async function measure(engine, name) {
  progress(name);
  const counts = engine.run(0, 1n, 0, REPLICAS);
  const word = (of) => Number(counts.value[counts.index.indexOf(RSEQ_WORDS.indexOf(of))]);
  const sections = word("successes") + word("retries");
  const bench = new Bench({ iterations: ROUNDS, time: 0, now: cpuMs, retainSamples: true, throws: true });
  bench.add(name, () => engine.run(0, 1n, 0, REPLICAS));
  const [{ result }] = await bench.run();
  const rate = (count) => result.latency.samples.map((ms) => count / ms / 1000);
  printFigure(`KVM_RUNs, ${name}`, "million/s", rate(word("runs")));
  printFigure(`read sections, ${name}`, "million/s", rate(sections));
}
