// A run, told as it grows.

import { compileRun, type Simulation, simulateOn } from "../../../src/simulate.js";
import type { RunOrder, RunView } from "../protocol.js";
import { type Handler, seldom } from "./handler.js";
import { onPool } from "./pool.js";
import { remember } from "./recent.js";
import { policyViews, transferables } from "./view.js";

export const run: Handler<"run"> = async (order, { signal, part }) => {
  const compiled = compileRun(optionsOf(order));
  const total = compiled.replicas * compiled.policies.length;
  const viewOf = (simulation: Simulation, done: boolean): RunView => ({
    result: simulation.result,
    policies: policyViews(simulation.result, simulation.latencies),
    horizonSeconds: simulation.horizonTicks / 1e6,
    total,
    done,
  });
  const whole = await onPool(order.workers, (pool) =>
    simulateOn(pool, compiled, "release", {
      signal,
      onGrowth(soFar) {
        const view = viewOf(soFar, false);
        part({ view }, transferables(view));
      },
      onProgress: seldom((progress) => part({ progress })),
    }),
  );
  remember(whole);
  return viewOf(whole, true);
};

/** As simulate() takes them. */
export function optionsOf({ yaml, policies, replicas, seed }: Omit<RunOrder, "workers">) {
  const set = seed === undefined ? [] : [`run.seed=${JSON.stringify(seed)}`];
  return { scenario: yaml, policies, replicas, set };
}
