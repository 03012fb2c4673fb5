// Where results are kept: a machine's files are bench/results/MACHINE-BENCH.csv.

import { cpus } from "node:os";

const model = cpus()[0].model.trim();

export function describeMachine() {
  return `${model}, ${cpus().length} CPUs; Node ${process.versions.node}`;
}

/** As "amd-epyc-2": the CPU's model and how many there are. */
export function machine() {
  const words = model.toLowerCase().match(/[a-z0-9]+/g) ?? ["unknown"];
  return [...words, cpus().length].join("-");
}

export function resultsUrl(name, bench) {
  return new URL(`results/${name}-${bench}.csv`, import.meta.url);
}
