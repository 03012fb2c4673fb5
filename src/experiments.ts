// The experiments besides transition, on the host's side: how a scenario becomes a job, and counts become metrics.

import type { Experiments } from "./execute/engine.js";
import type { Counts } from "./results/counts.js";
import { memoryFaultMetrics } from "./results/memory-fault.js";
import { type FaultVerdict, faultVerdict } from "./results/memory-fault-verdict.js";
import type { Metric } from "./results/metrics.js";
import { rseqMetrics } from "./results/rseq.js";
import { type CompiledExperiment, type ExperimentOptions, loadExperiment } from "./scenario/experiment.js";
import { memoryFaultReader } from "./scenario/memory-fault.js";
import { rseqReader, undisturbedTicks } from "./scenario/rseq.js";

export type VariantExperiment = Exclude<keyof Experiments, "transition" | "splitting" | "conditional">;

interface Kind<E extends VariantExperiment> {
  load(
    scenario: string | object,
    options: ExperimentOptions,
  ): CompiledExperiment<Experiments[E]["model"], Experiments[E]["variant"]>;
  metrics(counts: Counts, model: Experiments[E]["model"], variant: Experiments[E]["variant"]): Metric[];
  /** Made of variants that are for it alone, and are not reported. */
  verdict?: {
    isFor(variant: Experiments[E]["variant"]): boolean;
    of(
      model: Experiments[E]["model"],
      variants: Experiments[E]["variant"][],
      counts: Counts[],
    ): FaultVerdict | undefined;
  };
}

export const EXPERIMENT_KINDS: { [E in VariantExperiment]: Kind<E> } = {
  rseq: {
    load: (scenario, options) => loadExperiment(rseqReader, scenario, options),
    metrics: (counts, model, variant) => rseqMetrics(counts, undisturbedTicks(model, variant) / 1000),
  },
  "memory-fault": {
    load: (scenario, options) => loadExperiment(memoryFaultReader, scenario, options),
    metrics: (counts) => memoryFaultMetrics(counts),
    verdict: { isFor: ({ cell }) => cell !== undefined, of: faultVerdict },
  },
};
