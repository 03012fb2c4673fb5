// The experiments besides transition, on the host's side: how a scenario becomes a job, and counts become metrics.

import type { Experiments } from "./execute/engine.js";
import type { Counts } from "./results/counts.js";
import type { Metric } from "./results/metrics.js";
import { rseqMetrics } from "./results/rseq.js";
import { type CompiledExperiment, type ExperimentOptions, loadExperiment } from "./scenario/experiment.js";
import { rseqReader, undisturbedTicks } from "./scenario/rseq.js";

export type VariantExperiment = Exclude<keyof Experiments, "transition">;

interface Kind<E extends VariantExperiment> {
  load(
    scenario: string | object,
    options: ExperimentOptions,
  ): CompiledExperiment<Experiments[E]["model"], Experiments[E]["variant"]>;
  metrics(counts: Counts, model: Experiments[E]["model"], variant: Experiments[E]["variant"]): Metric[];
}

export const EXPERIMENT_KINDS: { [E in VariantExperiment]: Kind<E> } = {
  rseq: {
    load: (scenario, options) => loadExperiment(rseqReader, scenario, options),
    metrics: (counts, model, variant) => rseqMetrics(counts, undisturbedTicks(model, variant) / 1000),
  },
};
