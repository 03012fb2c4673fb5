// Fixed-effort splitting of the event "not complete by the horizon" (docs/rare.md): stage by stage so many replicas are followed to the end
// of a try, the next stage branches off those for whom that try failed. A *group* is one such row of stages, independent of all others;
// to executors it is a replica. Source: M. J. J. Garvels, "The splitting method in rare event simulation", 2000.

import { type Branch, BranchingCore } from "./branching-core.js";
import type { Engine } from "./execute/engine.js";
import type { Counts } from "./results/counts.js";
import { GROUP_WORDS, LATE_WORD, PILOT_GROUP, STAGES_MAX } from "./results/splitting.js";
import type { Model, Policy } from "./scenario/model.js";

/** A policy, and how its tail is split. The model is one of branchable(), its horizon the time in question. */
export interface SplittingVariant {
  policy: Policy;
  /** Replicas followed in each stage. */
  particles: number;
  /** Tries at whose end the stages but the last end, ascending; null: a pilot, which finds them. */
  levels: number[] | null;
}

/** Of the replicas that a pilot follows to their end, so many should get past the next level. */
const PASSING_SHARE = 0.2;

const HOST_ENTITY = 131071;
const SPLIT = 6;

/** A replica followed with branches: anybody can follow it again. */
interface Particle {
  replica: number;
  branches: Branch[];
}

export class SplittingEngine implements Engine<null> {
  readonly layout = null;
  readonly #core: BranchingCore;

  constructor(
    module: WebAssembly.Module,
    model: Model,
    private readonly variants: SplittingVariant[],
  ) {
    this.#core = new BranchingCore(module, model);
  }

  /** Groups first .. first + count - 1; each has words of its own. */
  run(variant: number, seed: bigint, first: number, count: number): Counts {
    const { policy, particles, levels } = this.variants[variant]!;
    this.#core.setPolicy(policy);
    const words = new Map<number, number>();
    for (let group = first; group < first + count; group++) {
      const own = levels === null ? this.#pilot(seed, group, particles) : this.#group(seed, group, particles, levels);
      const base = (group % PILOT_GROUP) * GROUP_WORDS;
      own.forEach((value, word) => words.set(base + word, value));
    }
    return countsOf(words);
  }

  /** By stage: for how many the level's try failed, how many were late before it, and the sum of the former's times in ticks; behind them one who was late. */
  #group(seed: bigint, group: number, particles: number, levels: number[]): number[] {
    const stages: number[] = [];
    let example: Particle | null = null;
    let parents: Particle[] = [];
    for (let stage = 0; stage <= levels.length; stage++) {
      const passed: Particle[] = [];
      let late = 0;
      let ticks = 0;
      for (const particle of this.#particles(seed, group, particles, stage, levels[stage - 1] ?? 0, parents)) {
        const ending = this.#core.follow(seed, particle.replica, particle.branches, levels[stage] ?? 0);
        if (ending === "late") {
          late++;
          example = particle;
        }
        if (ending !== "failed try") continue;
        passed.push(particle);
        ticks += this.#core.now;
      }
      stages.push(passed.length, late, ticks);
      if (passed.length === 0) break;
      parents = passed;
    }
    return [...Array.from({ length: LATE_WORD }, (_, word) => stages[word] ?? 0), ...addressOf(example)];
  }

  /** Those that a stage follows: replicas from their start, or branches of parents, each of which has as many as any other or one more. */
  *#particles(
    seed: bigint,
    group: number,
    count: number,
    stage: number,
    atTry: number,
    parents: Particle[],
  ): Generator<Particle> {
    const shift = stage === 0 ? 0 : Math.floor(parents.length * this.#uniform(seed, group * count, stage));
    for (let number = 0; number < count; number++) {
      if (stage === 0) yield { replica: group * count + number, branches: [] };
      else {
        const { replica, branches } = parents[(number + shift) % parents.length]!;
        yield { replica, branches: [...branches, { try: atTry, number }] };
      }
    }
  }

  /** Who has one branch more is drawn: each parent as likely as any other, so that the estimate is unbiased. */
  #uniform(seed: bigint, replica: number, stage: number): number {
    this.#core.draws.select(seed, replica);
    return this.#core.draws.uniform(HOST_ENTITY, SPLIT, stage);
  }

  /** By stage: the level found, 0 where none is needed any more or nobody came further; how many were late; how many passed the level. */
  #pilot(seed: bigint, group: number, particles: number): number[] {
    const stages: number[] = [];
    let parents: Particle[] = [];
    let level = 0;
    for (let stage = 0; stage < STAGES_MAX - 1; stage++) {
      const followed: { particle: Particle; failed: number }[] = [];
      let late = 0;
      for (const particle of this.#particles(seed, group, particles, stage, level, parents)) {
        if (this.#core.follow(seed, particle.replica, particle.branches, 0) === "late") late++;
        followed.push({ particle, failed: this.#core.failedTries });
      }
      const next = late >= PASSING_SHARE * particles ? 0 : nextLevel(followed, level);
      parents = next === 0 ? [] : followed.filter(({ failed }) => failed >= next).map(({ particle }) => particle);
      stages.push(next, late, parents.length);
      if (next === 0) break;
      level = next;
    }
    return stages;
  }
}

/** The last try that failed for the wanted share, later than the last level; 0: no later one failed for anybody. */
function nextLevel(followed: { failed: number }[], level: number): number {
  const failed = followed.map((one) => one.failed).sort((a, b) => b - a);
  const next = Math.max(failed[Math.ceil(PASSING_SHARE * failed.length) - 1]!, level + 1);
  return failed[0]! >= next ? next : 0;
}

/** Whole numbers above 0: the replica and its branches' numbers, each plus one. */
function addressOf(particle: Particle | null): number[] {
  if (particle === null) return [];
  return [particle.replica + 1, ...particle.branches.map(({ number }) => number + 1)];
}

function countsOf(words: Map<number, number>): Counts {
  const used = [...words].filter(([, value]) => value !== 0).sort(([a], [b]) => a - b);
  return {
    index: Uint32Array.from(used, ([word]) => word),
    value: BigUint64Array.from(used, ([, value]) => BigInt(value)),
    latencyMin: null,
    latencyMax: null,
    lastSwitchMin: null,
    lastSwitchMax: null,
    worst: [],
  };
}
