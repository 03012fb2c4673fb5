// Fixed-effort splitting of the event "not complete by the horizon" (docs/rare.md): stage by stage so many replicas are followed to the end
// of a try, the next stage branches off those for whom that try failed. A *group* is one such row of stages, independent of all others;
// to executors it is a replica. Source: M. J. J. Garvels, "The splitting method in rare event simulation", 2000.

import { type Branch, BranchingCore } from "./branching-core.js";
import type { Engine } from "./execute/engine.js";
import { type Importance, importanceOf, type Left, learn, type PilotStage } from "./importance.js";
import type { Counts } from "./results/counts.js";
import { bitsOf } from "./results/number-bits.js";
import { type Pilot, pilotWords } from "./results/pilot.js";
import { GROUP_WORDS, LATE_WORD, PILOT_GROUP, STAGES_MAX } from "./results/splitting.js";
import type { Model, Policy } from "./scenario/model.js";

/** A policy, and how its tail is split. The model is one of branchable(), its horizon the time in question. */
export interface SplittingVariant {
  policy: Policy;
  /** null: a pilot, which finds them. */
  levels: SplittingLevel[] | null;
  /** Replicas followed in each stage; of a pilot the same number in all. */
  particles: number[];
}

/** Where a stage ends and the next one branches off. */
export interface SplittingLevel {
  /** At the end of which failed try. */
  try: number;
  /** What its parents are worth, and so how many branches each has; null: all the same. */
  importance: Importance | null;
}

/** Of the replicas that a pilot follows to their end, so many should get past the next level. */
const PASSING_SHARE = 0.2;

const HOST_ENTITY = 131071;
const SPLIT = 6;

/** A replica followed with branches: anybody can follow it again. */
interface Particle {
  replica: number;
  branches: Branch[];
  /** The share of all replicas that it stands for. */
  weight: number;
  /** Its number among the parents that the stage branches off. */
  parent: number;
}

interface Parent extends Particle {
  importance: number;
}

/** A stage to be followed: so many replicas, from their start or branching off parents at the end of a try. */
interface Stage {
  seed: bigint;
  number: number;
  /** The first replica of the group. */
  first: number;
  particles: number;
  atTry: number;
  parents: Parent[];
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
    const words = new Map<number, bigint>();
    for (let group = first; group < first + count; group++) {
      const own =
        levels === null
          ? pilotWords(this.#pilot(seed, group * particles[0]!, particles[0]!))
          : this.#group(seed, group * particles[0]!, particles, levels);
      const base = (group % PILOT_GROUP) * GROUP_WORDS;
      own.forEach((value, word) => words.set(base + word, value));
    }
    return countsOf(words);
  }

  /**
   * By stage: for how many the level's try failed, how many were late before it, the sum of the former's times in ticks, and the shares of all
   * replicas that those many stand for; behind them one who was late.
   */
  #group(seed: bigint, first: number, particles: number[], levels: SplittingLevel[]): bigint[] {
    const stages: bigint[] = [];
    let example: Particle | null = null;
    let parents: Parent[] = [];
    for (let number = 0; number <= levels.length; number++) {
      const level = levels[number] ?? { try: 0, importance: null };
      const late: Particle[] = [];
      const passed: Parent[] = [];
      let ticks = 0;
      const stage = {
        seed,
        number,
        first,
        particles: particles[number]!,
        atTry: levels[number - 1]?.try ?? 0,
        parents,
      };
      for (const particle of this.#particles(stage)) {
        const ending = this.#core.follow(
          seed,
          particle.replica,
          particle.branches,
          level.try,
          level.importance !== null,
        );
        if (ending === "late") late.push(particle);
        if (ending !== "failed try") continue;
        passed.push({
          ...particle,
          importance: level.importance === null ? 1 : importanceOf(level.importance, this.#core.left),
        });
        ticks += this.#core.now;
      }
      stages.push(
        BigInt(passed.length),
        BigInt(late.length),
        BigInt(ticks),
        bitsOf(weightOf(passed)),
        bitsOf(weightOf(late)),
      );
      example = late.at(-1) ?? example;
      if (passed.length === 0) break;
      parents = passed;
    }
    return [...Array.from({ length: LATE_WORD }, (_, word) => stages[word] ?? 0n), ...addressOf(example)];
  }

  /**
   * Those that a stage follows. A parent has as many branches as its importance times what it stands for, compared with all, or one
   * more: by one draw for all of them (systematic resampling). What a branch stands for makes up for that: the estimate is unbiased.
   */
  *#particles({ seed, number, first, particles, atTry, parents }: Stage): Generator<Particle> {
    if (number === 0) {
      for (let n = 0; n < particles; n++) yield { replica: first + n, branches: [], weight: 1 / particles, parent: 0 };
      return;
    }
    const order = [...parents.keys()].sort((a, b) => parents[a]!.importance - parents[b]!.importance || a - b);
    const step = parents.reduce((sum, { weight, importance }) => sum + weight * importance, 0) / particles;
    this.#core.draws.select(seed, first);
    let next = step * this.#core.draws.uniform(HOST_ENTITY, SPLIT, number);
    let sum = 0;
    let branch = 0;
    for (const parent of order) {
      const { replica, branches, weight, importance } = parents[parent]!;
      sum += weight * importance;
      for (; next < sum && branch < particles; next += step, branch++) {
        yield { replica, branches: [...branches, { try: atTry, number: branch }], weight: step / importance, parent };
      }
    }
  }

  /** Every replica is followed to its end; the next level is where a fifth of them came to. */
  #pilot(seed: bigint, first: number, particles: number): Pilot {
    const pilot: Pilot = { levels: [], shares: [], learnt: null };
    const told: PilotStage[] = [];
    let parents: (Parent & { left: Left })[] = [];
    let level = 0;
    for (let number = 0; number < STAGES_MAX; number++) {
      const followed = [...this.#particles({ seed, number, first, particles, atTry: level, parents })].map(
        (particle) => {
          const late = this.#core.follow(seed, particle.replica, particle.branches, 0) === "late";
          return { particle, late, failed: this.#core.failedTries };
        },
      );
      const late = followed.filter((one) => one.late).length;
      const next = number < STAGES_MAX - 1 && late < PASSING_SHARE * particles ? nextLevel(followed, level) : 0;
      const lefts = parents.map(({ left }) => left);
      parents = [];
      const branches = followed.map(({ particle, late, failed }): PilotStage["branches"][number] => {
        if (next === 0 || failed < next) return { parent: particle.parent, end: late ? 1 : 0 };
        this.#core.follow(seed, particle.replica, particle.branches, next, true);
        const { left } = this.#core;
        parents.push({ ...particle, importance: 1, left });
        return { parent: particle.parent, end: left };
      });
      told.push({ parents: number === 0 ? [[]] : lefts, branches });
      pilot.shares.push((next === 0 ? late : parents.length) / particles);
      if (next === 0) break;
      pilot.levels.push(next);
      level = next;
    }
    return { ...pilot, learnt: learn(told) };
  }
}

function weightOf(particles: Particle[]): number {
  return particles.reduce((sum, { weight }) => sum + weight, 0);
}

/** The last try that failed for the wanted share, later than the last level; 0: no later one failed for anybody. */
function nextLevel(followed: { failed: number }[], level: number): number {
  const failed = followed.map((one) => one.failed).sort((a, b) => b - a);
  const next = Math.max(failed[Math.ceil(PASSING_SHARE * failed.length) - 1]!, level + 1);
  return failed[0]! >= next ? next : 0;
}

/** Whole numbers above 0: the replica and its branches' numbers, each plus one. */
function addressOf(particle: Particle | null): bigint[] {
  if (particle === null) return [];
  return [particle.replica + 1, ...particle.branches.map(({ number }) => number + 1)].map(BigInt);
}

function countsOf(words: Map<number, bigint>): Counts {
  const used = [...words].filter(([, value]) => value !== 0n).sort(([a], [b]) => a - b);
  return {
    index: Uint32Array.from(used, ([word]) => word),
    value: BigUint64Array.from(used, ([, value]) => value),
    latencyMin: null,
    latencyMax: null,
    lastSwitchMin: null,
    lastSwitchMax: null,
    worst: [],
  };
}
