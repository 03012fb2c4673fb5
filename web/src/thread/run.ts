// A run, told as it grows.

import type { Progress } from "../../../src/browser.js";
import { compileRun, type Simulation, simulateOn } from "../../../src/simulate.js";
import type { RunOrder, RunView } from "../protocol.js";
import { type Handler, PART_MS, seldom } from "./handler.js";
import { onPool } from "./pool.js";
import { remember } from "./recent.js";
import { policyViews, transferables } from "./view.js";

export const run: Handler<"run"> = async (order, { signal, part }) => {
  const compiled = compileRun(optionsOf(order));
  const total = compiled.replicas * compiled.policies.length;
  let progress: Progress = { done: 0, total, rate: 0, etaMs: 0 };
  let latest: Simulation | undefined;
  const tell = seldom(() => {
    if (latest === undefined) return;
    const view = viewOf(latest, progress, false);
    part(view, transferables(view));
  });
  const whole = await onPool(order.workers, (pool) =>
    simulateOn(pool, compiled, "release", {
      signal,
      growthMs: PART_MS,
      onGrowth(soFar) {
        latest = soFar;
        tell();
      },
      onProgress(now) {
        progress = now;
        tell();
      },
    }),
  );
  remember(whole);
  return viewOf(whole, { ...progress, done: total, etaMs: 0 }, true);
};

/** As simulate() takes them. */
export function optionsOf({ yaml, policies, replicas, seed }: Omit<RunOrder, "workers">) {
  const set = seed === undefined ? [] : [`run.seed=${JSON.stringify(seed)}`];
  return { scenario: yaml, policies, replicas, set };
}

function viewOf({ result, latencies, horizonTicks }: Simulation, progress: Progress, done: boolean): RunView {
  return {
    result,
    policies: policyViews(result, latencies),
    horizonSeconds: horizonTicks / 1e6,
    progress,
    done,
  };
}
