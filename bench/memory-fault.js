// Faults a second of CPU time that the memory-fault engine simulates in one thread, by variant, as CSV on stdout: the VM of
// examples/memory-fault.yaml, and the same on a host with 64 vCPUs, whose events have to be put in order.

import { readFileSync } from "node:fs";
import { Bench } from "tinybench";
import { MemoryFaultEngine } from "../dist/memory-fault-engine.js";
import { loadExperiment } from "../dist/scenario/experiment.js";
import { memoryFaultReader } from "../dist/scenario/memory-fault.js";
import { compileModule } from "../dist/wasm.js";
import { printFigure, printFiguresHead } from "./csv.js";
import { cpuMs, progress } from "./measure.js";

const ROUNDS = 7;
const FAULTS = 2 ** 20;
const EXAMPLE = readFileSync(new URL("../examples/memory-fault.yaml", import.meta.url), "utf8");
const VMS = [
  ["4 vCPUs", []],
  ["64 vCPUs", ["vm.vcpus=64"]],
];

const module = await compileModule("memory-fault");
printFiguresHead();
for (const [vm, set] of VMS) {
  const { model, variants } = loadExperiment(memoryFaultReader, EXAMPLE, { set });
  const engine = new MemoryFaultEngine(module, model, variants);
  const replicas = FAULTS / (model.vcpus * model.faults);
  for (const [n, { name, cell }] of variants.entries())
    if (cell === undefined) await measure(engine, n, name, vm, replicas);
}

async function measure(engine, variant, name, vm, replicas) {
  progress(`${name}, ${vm}`);
  const bench = new Bench({ iterations: ROUNDS, time: 0, now: cpuMs, retainSamples: true, throws: true });
  bench.add(name, () => engine.run(variant, 1n, 0, replicas));
  const [{ result }] = await bench.run();
  printFigure(
    `faults, ${name}, ${vm}`,
    "million/s",
    result.latency.samples.map((ms) => FAULTS / ms / 1000),
  );
}
