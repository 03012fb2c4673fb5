// A job of a few milliseconds: sleepers, spinners and a kthread on four CPUs, under two policies.

import type { Job } from "../../../src/execute/executor.js";
import { compileScenario } from "../../../src/scenario/index.js";

export const SMALL_SCENARIO = {
  name: "small",
  host: { cpus: 4 },
  workload: {
    spin: { kind: "user", count: 3, cpus: "one-each", behaviour: "cpu-bound" },
    reader: { kind: "user", count: 8, behaviour: "blocked-reader" },
    worker: { kind: "kthread", count: 2, behaviour: "kworker" },
  },
  patch: { functions: ["pipe_read"] },
  policies: ["linux-6.1", "linux-4.12"],
  run: { replicas: 300, seed: 11, horizon: "120s" },
};

export function smallJob(): Job<"transition"> {
  const { scenario: source, model, policies, replicas, seed } = compileScenario(SMALL_SCENARIO);
  return { experiment: "transition", model, variants: policies, replicas, seed, source };
}
