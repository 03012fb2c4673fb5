// VMs for tests: a scenario's fields, its variants run in this thread, and what was counted.

import { MemoryFaultEngine } from "../../src/memory-fault-engine.js";
import { FAULT_COUNTERS, type FaultCounter, FaultSums } from "../../src/results/memory-fault.js";
import { loadExperiment } from "../../src/scenario/experiment.js";
import { memoryFaultReader } from "../../src/scenario/memory-fault.js";
import { compileModule } from "../../src/wasm.js";

const module = await compileModule("memory-fault", "release");

/** One vCPU that meets nothing but what `fields` say: no signals, nothing dropped, nothing brought in meanwhile, a VMM that errs in nothing. */
export function quiet(fields: Record<string, unknown>): Record<string, unknown> {
  const defaults: Record<string, unknown> = {
    vm: { vcpus: 1, faults: 1000, signals: "forever" },
    paths: { "fast-gup": 1, handler: 0, emulation: 0, other: 0 },
    dropped: 0,
    async: { share: 0 },
    construction: { struck: 0 },
    swallowed: 0,
    vmm: { knows: 1, fails: 0, unresolvable: 0, damage: 0 },
  };
  const merged = { ...defaults, ...fields };
  return {
    ...merged,
    vm: { ...(defaults.vm as object), ...(fields.vm as object) },
    vmm: { ...(defaults.vmm as object), ...(fields.vmm as object) },
  };
}

export const pages = (plain: number, missing: number, mismatch = 0, emulated = 0) => ({
  plain,
  missing,
  mismatch,
  emulated,
});
export const paths = (fastGup: number, handler = 0, emulation = 0, other = 0) => ({
  "fast-gup": fastGup,
  handler,
  emulation,
  other,
});

/** Sums over `replicas` of one variant, a name or a record. */
export function tally(fields: Record<string, unknown>, variant: unknown, replicas = 100): Record<FaultCounter, number> {
  const { model, variants } = loadExperiment(memoryFaultReader, {
    experiment: "memory-fault",
    ...fields,
    variants: [variant],
  });
  const sums = new FaultSums(new MemoryFaultEngine(module, model, variants).run(0, 1n, 0, replicas));
  const counted = FAULT_COUNTERS.map((counter) => [counter, Number(sums.sum(counter))]);
  return Object.fromEntries(counted) as Record<FaultCounter, number>;
}
