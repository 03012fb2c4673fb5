// A run that has only begun, with a place for each policy: what nothing is known of yet has no replicas.

import type { PolicyResult } from "../../../src/results/result.js";
import type { PolicyView, RunView } from "../protocol.js";

/** So that marks and colours stay whoever comes first. */
export function withAll(view: RunView, policies: readonly string[]): RunView {
  if (policies.every((policy, i) => view.policies[i]?.policy === policy)) return view;
  const places = policies.map((policy) => view.policies.findIndex((one) => one.policy === policy));
  return {
    ...view,
    policies: places.map((at, i) => view.policies[at] ?? nothingOf(policies[i]!)),
    result: { ...view.result, results: places.map((at, i) => view.result.results[at] ?? noneOf(policies[i]!)) },
  };
}

function nothingOf(policy: string): PolicyView {
  const none = () => new Float64Array();
  return {
    policy,
    ccdf: { seconds: none(), above: none(), low: none(), high: none() },
    histogram: { edges: none(), shares: none() },
  };
}

function noneOf(policy: string): PolicyResult {
  const distribution = () => ({
    mean: null,
    meanLow: null,
    meanHigh: null,
    min: null,
    max: null,
    meanCompleted: null,
    quantiles: [],
  });
  return {
    policy,
    replicas: 0,
    censored: 0,
    latencyMs: distribution(),
    lastSwitchMs: distribution(),
    exceed: [],
    blame: [],
    stuck: [],
    disturbance: {
      eintr: 0,
      restarts: 0,
      guestExits: 0,
      ipis: 0,
      kthreadWakes: 0,
      signalPasses: 0,
      isolatedInterrupts: 0,
    },
    violations: 0,
    warnings: 0,
    gaveUp: 0,
    tries: { mean: 0 },
    rounds: { mean: 0 },
    worst: [],
    digest: "",
  };
}
