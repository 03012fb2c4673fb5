// Engine and oracle agree, fault for fault, on generated VMs; and the generator goes on covering what the rules tell apart.
// KLPSIM_FAULT_RUNS sets how many VMs (npm run test:oracle: 1,000).

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryFaultEngine, type TracedFault } from "../../src/memory-fault-engine.js";
import { FAULT_COUNTERS } from "../../src/results/memory-fault.js";
import {
  FAULT_SITES,
  type FaultModel,
  type FaultSite,
  type FaultVariant,
  FILL_GUARDS,
} from "../../src/scenario/memory-fault-model.js";
import type { DurationModel } from "../../src/scenario/model.js";
import { compileModule } from "../../src/wasm.js";
import { FaultOracle } from "./oracle.js";

const RUNS = Number(process.env.KLPSIM_FAULT_RUNS ?? 240);

/** What the oracle must have met, in at least so many of 1000 VMs. */
const REQUIRED: Record<string, number> = {
  "page: plain": 400,
  "page: missing": 400,
  "page: mismatch": 300,
  "page: emulated": 300,
  "page ready fails": 50,
  "too many pages on their way": 1,
  "dropped fill": 100,
  "stale: refused": 30,
  "stale: unannotated": 50,
  "refused: loaded": 10,
  "refused: unknown": 50,
  unresolvable: 50,
  resolved: 300,
  bare: 300,
  lost: 300,
  staleSameRun: 50,
  stale: 70,
  clobbered: 50,
  clobberedElsewhere: 15,
  wrong: 100,
  wrongWay: 50,
  livelocks: 50,
  corrupted: 50,
  warnings: 100,
  signals: 200,
  swallowed: 20,
};

const module = await compileModule("memory-fault", "debug");

const probability = fc.constantFrom(0, 0.1, 0.3, 0.5, 0.8, 1);
const cumulative = fc.tuple(...[0, 1, 2, 3].map(() => fc.constantFrom<number>(0, 1, 1, 2, 5))).map((weights) => {
  const sum = (count: number) => weights.slice(0, count).reduce((a, b) => a + b, 0);
  return [1, 2, 3].map((count) => sum(count) / (sum(4) || 1)) as [number, number, number];
});
const fixed = (ticks: number): DurationModel => ({ kind: "fixed", ticks });
const uniform = (min: number, max: number): DurationModel => ({ kind: "uniform", min, max });
const exponential = (mean: number): DurationModel => ({ kind: "exponential", mean });
/** From fault to fault, from signal to signal, of a page's way: short enough to meet at one instant. */
const durations = fc.tuple(
  fc.constantFrom(fixed(1), fixed(2), uniform(0, 6), exponential(5)),
  fc.constantFrom(fixed(3), uniform(1, 9), exponential(20), fixed(2 ** 52), fixed(2 ** 52)),
  fc.constantFrom(fixed(2), uniform(0, 6), exponential(10), exponential(1000), fixed(2 ** 52)),
);

const modelArb: fc.Arbitrary<FaultModel> = fc
  .record({
    vcpus: fc.integer({ min: 1, max: 4 }),
    faults: fc.constantFrom(1, 30, 150, 150),
    durations,
    pages: fc.oneof({ weight: 3, arbitrary: cumulative }, fc.constant<FaultModel["pages"]>([1, 1, 1])),
    droppedMissing: probability,
    asyncShare: fc.constantFrom(0, 0.3, 1),
    asyncFails: probability,
    struck: probability,
    elsewhere: probability,
    swallowed: fc.constantFrom(0, 0.1, 0.5),
    vmm: fc.record({
      reaction: fc.constantFrom("kill" as const, "bounded" as const, "bounded" as const, "rerun" as const),
      repeats: fc.integer({ min: 1, max: 5 }),
      optIn: fc.constantFrom(true, true, false),
      reasonFlags: fc.boolean(),
      knows: probability,
      fails: fc.constantFrom(0, 0.1, 0.5),
      unresolvable: fc.constantFrom(0, 0, 0.01, 0.3),
      damage: probability,
    }),
  })
  .map((fields) => ({ ...fields, hash: "", verdict: null, gap: 0, signals: 1, latency: 2 }));

const variantArb: fc.Arbitrary<FaultVariant> = fc.record({
  name: fc.constant("generated"),
  sites: fc.oneof(fc.constant<FaultSite[]>([...FAULT_SITES]), fc.subarray<FaultSite>([...FAULT_SITES])),
  fillsDropped: fc.constantFrom(true, true, false),
  returns: fc.constantFrom("efault" as const, "efault" as const, "zero" as const),
  guards: fc.subarray([...FILL_GUARDS]),
  reset: fc.boolean(),
  optIn: fc.boolean(),
  warns: fc.boolean(),
  paths: cumulative,
  dropped: probability,
});

describe("the memory-fault oracle", () => {
  const met = new Map<string, number>();

  it(`Always: engine and oracle agree fault for fault on ${RUNS} VMs`, { timeout: 300_000 }, () => {
    const property = fc.property(
      modelArb,
      variantArb,
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      (model, one, seed) => {
        const core = new MemoryFaultEngine(module, model, [one]);
        const seen = new Set<string>();
        const told = new FaultOracle(model, one, core.draws, (what) => seen.add(what)).run(seed, 3);
        for (const [name, value] of Object.entries(told.at(-1)?.counters ?? {})) if (value > 0) seen.add(name);
        for (const what of seen) met.set(what, (met.get(what) ?? 0) + 1);
        const differs = core.trace(0, seed, 3).findIndex((fault, n) => text(fault) !== text(told[n]!));
        if (differs >= 0) expect(core.trace(0, seed, 3)[differs]).toEqual(complete(told[differs]!));
        expect(told.length).toBe(model.vcpus * model.faults);
      },
    );
    fc.assert(property, { numRuns: RUNS, seed: 20_260_101 });
  });

  it("Always: those VMs meet every corner of the rules often enough", () => {
    const seldom = Object.entries(REQUIRED).filter(([what, least]) => (met.get(what) ?? 0) < (least * RUNS) / 1000);
    expect(seldom.map(([what, least]) => `${what}: ${met.get(what) ?? 0} of ${RUNS}, not ${least} of 1000`)).toEqual(
      [],
    );
  });
});

function text(fault: TracedFault): string {
  return JSON.stringify(complete(fault));
}

/** With a 0 for what has not happened yet. */
function complete(fault: TracedFault): TracedFault {
  const counters = Object.fromEntries(FAULT_COUNTERS.map((name) => [name, fault.counters[name] ?? 0]));
  return { ...fault, counters: counters as TracedFault["counters"] };
}
