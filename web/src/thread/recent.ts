// The whole distributions of the latest runs: results that come back to be saved have only their quantiles.

import type { RunResult } from "../../../src/results/result.js";
import type { Simulation } from "../../../src/simulate.js";

const KEPT = 8;

const simulations = new Map<string, Simulation>();

export function remember(simulation: Simulation): void {
  simulations.set(keyOf(simulation.result), simulation);
  for (const key of [...simulations.keys()].slice(0, -KEPT)) simulations.delete(key);
}

export function recall(result: RunResult): Simulation | undefined {
  return simulations.get(keyOf(result));
}

function keyOf({ scenario, seed, results }: RunResult): string {
  return JSON.stringify([scenario.hash, seed, results.map(({ policy, digest }) => [policy, digest])]);
}
