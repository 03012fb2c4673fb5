// A memory-fault scenario -> its model and variants; for a verdict, every variant again at each pair of rates.

import { DurationTable, meanTicks, mostTicks } from "./durations.js";
import type { Problems } from "./errors.js";
import type { ExperimentReader } from "./experiment.js";
import type { FaultMechanisms, FaultModel, FaultRates, FaultVariant } from "./memory-fault-model.js";
import { type MemoryFaultScenario, memoryFaultSchema } from "./memory-fault-schema.js";
import { FAULT_DEFAULTS, FAULT_VARIANT_PRESETS, faultMechanisms } from "./memory-fault-variants.js";
import { type Named, resolveVariants } from "./variants.js";

const TICKS_PER_MICROSECOND = 1000;

export const memoryFaultReader: ExperimentReader<MemoryFaultScenario, FaultModel, FaultVariant> = {
  schema: memoryFaultSchema,
  compile(scenario, wanted, problems) {
    const names = Object.keys(FAULT_VARIANT_PRESETS);
    const presets = Object.fromEntries(names.map((name) => [name, faultMechanisms(name)]));
    const entries = scenario.variants ?? names;
    const found = resolveVariants<FaultMechanisms>(entries, { presets, base: FAULT_DEFAULTS }, wanted, problems);
    checkSides(scenario, found, problems);
    const own = found.map((mechanisms) => ({ ...mechanisms, ...ratesOf(scenario.paths, scenario.dropped) }));
    return { model: compileModel(scenario, problems), variants: [...own, ...cells(scenario, found)] };
  },
};

/** A verdict is about two of the variants that are simulated. */
function checkSides({ verdict }: MemoryFaultScenario, variants: Named<FaultMechanisms>[], problems: Problems): void {
  const names = variants.map(({ name }) => name);
  for (const side of ["falsePositives", "falseNegatives"] as const) {
    if (verdict !== undefined && !names.includes(verdict[side]))
      problems.expected(["verdict", side], `one of ${names.join(", ")}`, verdict[side]);
  }
}

function compileModel(scenario: MemoryFaultScenario, problems: Problems): Omit<FaultModel, "hash"> {
  const { vm, pages, async, construction, vmm, verdict } = scenario;
  const table = new DurationTable(TICKS_PER_MICROSECOND);
  const [gap, signals, latency] = [vm.gap, vm.signals, async.latency].map((duration) => table.add(duration));
  if (meanTicks(table.rows[signals!]!, table.rows) < 1)
    problems.expected(["vm", "signals"], "1ns on average, or more", vm.signals);
  if (vm.faults * mostTicks(gap!, table.rows) > Number.MAX_SAFE_INTEGER)
    problems.expected(["vm", "gap"], "so many faults to last less than 100 days", vm.gap);
  const needing = pages.missing + pages.mismatch;
  return {
    vcpus: vm.vcpus,
    faults: vm.faults,
    durations: table.rows,
    gap: gap!,
    signals: signals!,
    latency: latency!,
    pages: cumulative([pages.plain, pages.missing, pages.mismatch, pages.emulated]),
    droppedMissing: needing > 0 ? pages.missing / needing : 1,
    asyncShare: async.share,
    asyncFails: async.fails,
    struck: construction.struck,
    elsewhere: construction.elsewhere,
    swallowed: scenario.swallowed,
    vmm,
    verdict: verdict ?? null,
  };
}

/** Each variant at each pair of a verdict's rates. */
function cells({ paths, verdict }: MemoryFaultScenario, variants: Named<FaultMechanisms>[]): FaultVariant[] {
  if (verdict === undefined) return [];
  return verdict.unannotated.flatMap((unannotated) =>
    verdict.dropped.flatMap((dropped) => {
      const rates = ratesOf(withUnannotated(paths, unannotated), dropped);
      const at = `unannotated=${unannotated},dropped=${dropped}`;
      return variants.map((mechanisms) => ({
        ...mechanisms,
        ...rates,
        name: `${mechanisms.name}@${at}`,
        cell: { variant: mechanisms.name, unannotated, dropped },
      }));
    }),
  );
}

type Paths = MemoryFaultScenario["paths"];

/** The same paths, of which so many are not annotated; where all are `other`, what is annotated is fast GUP. */
function withUnannotated({ other: _, ...known }: Paths, unannotated: number): Paths {
  const total = known["fast-gup"] + known.handler + known.emulation;
  const share = (weight: number) => ((1 - unannotated) * weight) / total;
  if (total === 0) return { "fast-gup": 1 - unannotated, handler: 0, emulation: 0, other: unannotated };
  const { "fast-gup": fastGup, handler, emulation } = known;
  return { "fast-gup": share(fastGup), handler: share(handler), emulation: share(emulation), other: unannotated };
}

function ratesOf(paths: Paths, dropped: number): FaultRates {
  return { paths: cumulative([paths["fast-gup"], paths.handler, paths.emulation, paths.other]), dropped };
}

/** Probabilities that a draw is of the first; of the first two; of the first three. */
function cumulative(weights: [number, number, number, number]): [number, number, number] {
  const sums = weights.map((_, n) => weights.slice(0, n + 1).reduce((a, b) => a + b, 0));
  const total = sums[3]!;
  return [sums[0]! / total, sums[1]! / total, sums[2]! / total];
}
