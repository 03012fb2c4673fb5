// What runs replicas, whatever the experiment, and the experiments there are: each one's model, variants, module and engine.

import { ConditionalEngine, type ConditionalVariant } from "../conditional-engine.js";
import { Core } from "../core.js";
import { MemoryFaultEngine } from "../memory-fault-engine.js";
import { promptTimes } from "../prompts.js";
import type { Counts, CountsLayout } from "../results/counts.js";
import type { Outcomes } from "../results/outcomes.js";
import { RseqEngine } from "../rseq-engine.js";
import type { FaultModel, FaultVariant } from "../scenario/memory-fault-model.js";
import type { Model, Policy } from "../scenario/model.js";
import type { RseqModel, RseqVariant } from "../scenario/rseq.js";
import { SplittingEngine, type SplittingVariant } from "../splitting-engine.js";
import type { ModuleName } from "../wasm.js";

/** One instance of an experiment's module, loaded with a model and its variants. */
export interface Engine<Layout> {
  /** Where in its counts which quantity is: the experiment's own affair. */
  readonly layout: Layout;
  /** Runs replicas first .. first + count - 1 of a variant and returns their counts alone. */
  run(variant: number, seed: bigint, first: number, count: number): Counts;
  /** As run(), with what each replica came to and, if asked for, what made its last task move; of a transition only. */
  runEach?(
    variant: number,
    seed: bigint,
    first: number,
    count: number,
    prompts: boolean,
  ): { counts: Counts; outcomes: Outcomes };
}

/** What an experiment is made of. Models and variants are plain data: they travel to threads. */
interface Kind<M extends { hash: string }, Variant, Layout> {
  model: M;
  variant: Variant;
  layout: Layout;
}

/** By name. A policy is a transition's variant. */
export interface Experiments {
  transition: Kind<Model, Policy, CountsLayout>;
  /** Of a transition's tail; a replica is a group of branched ones. */
  splitting: Kind<Model, SplittingVariant, null>;
  /** The same where it is known how likely a replica is late; a replica is a group of them. */
  conditional: Kind<Model, ConditionalVariant, null>;
  rseq: Kind<RseqModel, RseqVariant, null>;
  "memory-fault": Kind<FaultModel, FaultVariant, null>;
}

export type ExperimentName = keyof Experiments;

interface EngineKind<K extends Kind<{ hash: string }, unknown, unknown>> {
  module: ModuleName;
  /** How much a replica simulates: 2^12 of these are some milliseconds of work. */
  visits(model: K["model"]): number;
  open(module: WebAssembly.Module, model: K["model"], variants: K["variant"][]): Engine<K["layout"]>;
}

/** A group takes a tenth of a second or more: a batch each. */
const GROUP_VISITS = 2 ** 18;
/** Tasks that are drawn by class, and CPUs where nobody waits for anybody, cost so much less. */
const CHEAP = 1 / 64;
/** A fault takes a tenth of a microsecond. */
const FAULTS_A_VISIT = 8;

export const ENGINES: { [E in ExperimentName]: EngineKind<Experiments[E]> } = {
  transition: {
    module: "transition",
    visits: transitionVisits,
    open: openTransition,
  },
  splitting: {
    module: "branching",
    visits: () => GROUP_VISITS,
    open: (module, model, variants) => new SplittingEngine(module, model, variants),
  },
  conditional: {
    module: "branching",
    visits: () => GROUP_VISITS,
    open: (module, model, variants) => new ConditionalEngine(module, model, variants),
  },
  rseq: {
    module: "rseq",
    visits: ({ iterations }) => iterations,
    open: (module, model, variants) => new RseqEngine(module, model, variants),
  },
  "memory-fault": {
    module: "memory-fault",
    visits: ({ vcpus, faults }) => Math.ceil((vcpus * faults) / FAULTS_A_VISIT),
    open: (module, model, variants) => new MemoryFaultEngine(module, model, variants),
  },
};

/** Of the tasks and CPUs that are followed one by one, and a little of the others. */
function transitionVisits({ classes, lone }: Model): number {
  const tasks = classes.map(({ resting, ranked, count, children }) => {
    const share = resting === null && ranked === null ? 1 : CHEAP;
    return share * count * (1 + children);
  });
  const cpus = lone.map((alone) => (alone ? CHEAP : 1));
  return Math.ceil([...tasks, ...cpus].reduce((sum, visits) => sum + visits, 0));
}

function openTransition(module: WebAssembly.Module, model: Model, policies: Policy[]): Engine<CountsLayout> {
  const core = new Core(module, model);
  return {
    layout: core.layout,
    run(policy, seed, first, count) {
      core.setPolicy(policies[policy]!);
      return core.run(seed, first, count);
    },
    runEach(number, seed, first, count, prompts) {
      const policy = policies[number]!;
      core.setPolicy(policy);
      const { counts, outcomes } = core.runEach(seed, first, count);
      if (prompts) outcomes.prompt = promptTimes({ core, model, policy, seed, first, outcomes });
      return { counts, outcomes };
    },
  };
}
