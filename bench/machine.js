// Where results are kept: a machine's files are bench/results/MACHINE-BENCH.csv.

import { cpus } from "node:os";

export function cpuModel() {
  return cpus()[0].model.trim();
}

/** As "amd-epyc-2": the CPU's model and how many there are. */
export function machine() {
  const model = cpuModel()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return `${model}-${cpus().length}`;
}

export function resultsUrl(name, bench) {
  return new URL(`results/${name}-${bench}.csv`, import.meta.url);
}
