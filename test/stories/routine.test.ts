// Tasks that compete for a CPU, of which nothing is asked, keep their state as if each event were looked at alone.

import { describe, expect, it } from "vitest";
import { compileCore } from "../../src/core.js";
import { firstDifference } from "../agreement.js";
import type { GeneratedScenario } from "../scenarios.js";

const SEEDS = 40;

const module = await compileCore();

/** A vCPU halts among two that compute and sleep: while they are there it does not poll, but learns from each halt how long to. */
function halting(seed: number): GeneratedScenario {
  const guest = {
    run: { mode: "guest", duration: { exponential: "1ms" }, next: "halt" },
    halt: { halt: true, duration: { uniform: ["20us", "600us"] }, next: "run" },
  };
  const burst = {
    work: { mode: "user", duration: { exponential: "20ms" }, next: "wait" },
    wait: { mode: "sleep", wait: "interruptible", duration: { exponential: "20ms" }, next: "work" },
  };
  return {
    host: { cpus: 1, loaderCpu: "none" },
    workload: {
      vcpu: { kind: "vcpu", count: 1, behaviour: { phases: guest } },
      burst: { kind: "user", count: 2, behaviour: { phases: burst } },
    },
    patch: { functions: [] },
    admin: [],
    policies: ["linux-5.13", "linux-5.19"],
    run: { replicas: 2, seed, horizon: "3s", settle: "300ms" },
  };
}

describe("Core and oracle agree", () => {
  it("Always: where a vCPU halts among others, and polls once it is alone", () => {
    for (let seed = 1; seed <= SEEDS; seed++) expect(firstDifference(module, halting(seed))).toBeNull();
  });
});
