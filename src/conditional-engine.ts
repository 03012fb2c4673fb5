// Conditional Monte Carlo of the event "not complete by the horizon" (docs/rare.md, 3): replicas are followed only until it is known how
// likely they are late, and that probability is averaged. A *group* is a number of them; to executors it is a replica.
// Source: P. Glasserman, Monte Carlo Methods in Financial Engineering, 2003, 4.1 and 7.2 (Rao and Blackwell's smoothing).

import { BranchingCore } from "./branching-core.js";
import type { Engine } from "./execute/engine.js";
import { CONDITIONAL_WORDS } from "./results/conditional.js";
import type { Counts } from "./results/counts.js";
import { additiveCounts } from "./results/metrics.js";
import { PILOT_GROUP } from "./results/splitting.js";
import { actionsOf } from "./scenario/actions.js";
import type { Model, Policy } from "./scenario/model.js";

/** A policy. Model and policy are such that src/analyse/foreseeable.ts knows a bound. */
export interface ConditionalVariant {
  policy: Policy;
  /** Replicas a group. */
  particles: number;
}

export class ConditionalEngine implements Engine<null> {
  readonly layout = null;
  readonly #core: BranchingCore;

  constructor(
    module: WebAssembly.Module,
    private readonly model: Model,
    private readonly variants: ConditionalVariant[],
  ) {
    this.#core = new BranchingCore(module, model);
  }

  /** Of each group the sum of the probabilities and that of their squares, as the bits of a number: sums must not depend on shards. */
  run(variant: number, seed: bigint, first: number, count: number): Counts {
    const { policy, particles } = this.variants[variant]!;
    const actions = actionsOf(this.model, policy).filter(({ at }) => at <= this.model.horizon);
    this.#core.setPolicy(policy);
    const base = (first % PILOT_GROUP) * CONDITIONAL_WORDS;
    const sums = new Float64Array(base + count * CONDITIONAL_WORDS);
    for (let row = 0; row < count; row++) {
      const at = base + row * CONDITIONAL_WORDS;
      for (let number = 0; number < particles; number++) {
        const late = this.#core.probabilityLate(seed, (first + row) * particles + number, actions.at(-1)?.at ?? -1);
        sums[at]! += late;
        sums[at + 1]! += late * late;
      }
    }
    return additiveCounts(new BigUint64Array(sums.buffer));
  }
}
