// What groups of a splitting come to (docs/rare.md): an unbiased estimate each, and from all of them the tail's probability.

import { clopperPearson } from "./binomial.js";
import type { Counts } from "./counts.js";
import { portable, wordsOf } from "./metrics.js";
import { numberOf } from "./number-bits.js";
import type { RareTail } from "./result.js";

/** Words of a stage and of a group in a splitting's counts (splitting-engine.ts). A pilot, which is alone, may have more. */
export const STAGE_WORDS = 5;
export const STAGES_MAX = 64;
/** Behind the stages: of one replica that was late, its number and those of its branches, each plus one. */
export const LATE_WORD = STAGE_WORDS * STAGES_MAX;
export const GROUP_WORDS = LATE_WORD + STAGES_MAX;
/** Number of the first pilot: a pilot's replicas are in no group. */
export const PILOT_GROUP = 2 ** 20;

const TICKS_PER_SECOND = 1e6;
export const NORMAL_95 = 1.959963984540054;
/** Of the sum of all groups' estimates, one group may be so much. */
const LARGEST_SHARE = 0.25;
const DEAD_SHARE = 0.1;

/** Where a splitting splits and how much it follows. */
export interface SplittingPlan {
  seconds: number;
  /** Tries. */
  levels: number[];
  /** Replicas that a group follows, by stage. */
  particles: number[];
  /** Replicas that the pilot followed. */
  pilot: number;
  branching: NonNullable<RareTail["branching"]>;
}

/** By stage: how many passed its level, how many were late before it, the sum of the times at which those passed; and the shares of all replicas that those stand for. */
export interface GroupTally {
  passed: number[];
  late: number[];
  ticks: number[];
  passedShare: number[];
  lateShare: number[];
  /** One of those that were late in the last stage that had such: a replica and the numbers of its branches; null: nobody was. */
  example: { replica: number; numbers: number[] } | null;
}

/** Relative variance of a group's estimate, as far as a pilot's shares can tell: those of the stages add up. */
export function groupVariance(shares: number[], particles: number): number {
  return shares.reduce((sum, share) => sum + (1 - share) / Math.max(share, 1 / particles) / particles, 0);
}

/** Groups for a 95% interval of this relative half-width. */
export function groupsFor(variance: number, error: number): number {
  return Math.ceil(variance * (NORMAL_95 / error) ** 2);
}

export function groupTallies(counts: Counts, groups: number, stages: number): GroupTally[] {
  const words = wordsOf(counts);
  return Array.from({ length: groups }, (_, group) => {
    const column = (word: number, read: (word: bigint) => number) =>
      Array.from({ length: stages }, (_, stage) => read(words(group * GROUP_WORDS + stage * STAGE_WORDS + word)));
    return {
      passed: column(0, Number),
      late: column(1, Number),
      ticks: column(2, Number),
      passedShare: column(3, numberOf),
      lateShare: column(4, numberOf),
      example: exampleIn(words, group * GROUP_WORDS + LATE_WORD),
    };
  });
}

function exampleIn(words: (at: number) => bigint, at: number): GroupTally["example"] {
  const replica = Number(words(at));
  if (replica === 0) return null;
  const numbers: number[] = [];
  for (let word = at + 1; words(word) > 0n; word++) numbers.push(Number(words(word)) - 1);
  return { replica: replica - 1, numbers };
}

/** A group's estimate: of each stage the share that those who were late in it stand for. */
export function groupEstimate({ lateShare }: GroupTally): number {
  return lateShare.reduce((sum, share) => sum + share, 0);
}

/** Mean of independent estimates and its relative standard error; null where all are 0. */
export function relativeError(estimates: number[]): { mean: number; error: number } | null {
  const n = estimates.length;
  const mean = estimates.reduce((sum, x) => sum + x, 0) / n;
  if (mean === 0) return null;
  const variance = estimates.reduce((sum, x) => sum + (x / mean - 1) ** 2, 0) / (n - 1);
  return { mean, error: Math.sqrt(variance / n) };
}

/** What the groups say of P(T > seconds). `wanted`: the relative half-width asked for. */
export function rareTail(plan: SplittingPlan, groups: GroupTally[], wanted: number): RareTail {
  const { seconds, levels, branching } = plan;
  const replicas = groups.reduce((sum, group) => sum + followed(plan, group), plan.pilot);
  const estimates = groups.map(groupEstimate);
  const base = { seconds, replicas, levels: levelsOf(plan, groups), example: exampleOf(plan, groups) };
  if (levels.length === 0) return { ...base, ...counted(plan, groups) };
  if (estimates.every((estimate) => estimate === 0)) return { ...base, branching, ...diedOut(plan, groups) };
  return { ...base, branching, ...estimated("splitting", estimates, wanted) };
}

/** What independent unbiased estimates come to, of which some are above 0. `wanted`: the relative half-width asked for. */
export function estimated(method: RareTail["method"], estimates: number[], wanted: number): Verdict {
  const { mean, error } = relativeError(estimates)!;
  const half = studentQuantile(estimates.length - 1) * error;
  return {
    method,
    probability: portable(mean),
    low: portable(mean * Math.exp(-half)),
    high: portable(Math.min(1, mean * Math.exp(half))),
    effectiveSampleSize: error > 0 ? portable((1 - mean) / mean / error ** 2) : null,
    warning: warningOf(estimates, half, wanted),
  };
}

function followed({ particles }: SplittingPlan, group: GroupTally): number {
  return particles.slice(0, stagesRun(group)).reduce((sum, stage) => sum + stage, 0);
}

function stagesRun({ passed }: GroupTally): number {
  const last = passed.indexOf(0);
  return last < 0 ? passed.length : last + 1;
}

/** One of the late, by which it can be followed again. */
function exampleOf({ levels }: SplittingPlan, groups: GroupTally[]): RareTail["example"] {
  const example = groups.find((group) => group.example !== null)?.example ?? null;
  if (example === null) return null;
  return { replica: example.replica, branches: example.numbers.map((number, i) => `${levels[i]}:${number}`).join(",") };
}

type Verdict = Omit<RareTail, "seconds" | "replicas" | "levels" | "branching" | "example">;

/** Nothing had to be split: the replicas are independent. */
function counted({ particles }: SplittingPlan, groups: GroupTally[]): Verdict {
  const trials = groups.length * particles[0]!;
  const late = groups.reduce((sum, group) => sum + group.late[0]!, 0);
  const { low, high } = clopperPearson(late, trials);
  return {
    method: "counting",
    probability: portable(late / trials),
    low: portable(low),
    high: portable(high),
    effectiveSampleSize: trials,
    warning: null,
  };
}

/** Nobody was late: all that is known is how many came to the first level, or were late before it. */
function diedOut({ levels, particles }: SplittingPlan, groups: GroupTally[]): Verdict {
  const reached = groups.reduce((sum, { passed }) => Math.max(sum, passed.filter((n) => n > 0).length), 0);
  const first = groups.reduce((sum, { passed }) => sum + passed[0]!, 0);
  const where = reached === 0 ? "from the start" : `after try ${levels[reached - 1]}`;
  return {
    method: "splitting",
    probability: null,
    low: null,
    high: portable(clopperPearson(first, groups.length * particles[0]!).high),
    effectiveSampleSize: null,
    warning: `nobody was late: every branch ${where} completed in time, so that there is a bound but no estimate`,
  };
}

/** Where and how often the levels were passed, over all groups. */
function levelsOf({ levels }: SplittingPlan, groups: GroupTally[]): RareTail["levels"] {
  const shown: RareTail["levels"] = [];
  let came = groups.length;
  for (const [stage, level] of levels.entries()) {
    const share = groups.reduce((sum, group) => sum + group.passedShare[stage]!, 0);
    const passed = groups.reduce((sum, group) => sum + group.passed[stage]!, 0);
    if (passed === 0) break;
    const ticks = groups.reduce((sum, group) => sum + group.ticks[stage]!, 0);
    shown.push({
      try: level,
      seconds: portable(ticks / passed / TICKS_PER_SECOND),
      probability: portable(Math.min(1, share / came)),
    });
    came = share;
  }
  return shown;
}

/** What speaks against the interval. */
function warningOf(estimates: number[], half: number, wanted: number): string | null {
  const sum = estimates.reduce((total, x) => total + x, 0);
  const largest = Math.max(...estimates) / sum;
  const dead = estimates.filter((x) => x === 0).length / estimates.length;
  const percent = (share: number) => `${Number((100 * share).toPrecision(2))}%`;
  if (largest > LARGEST_SHARE)
    return `one of ${estimates.length} groups makes up ${percent(largest)} of the estimate: what leads to the tail was hardly met`;
  if (dead > DEAD_SHARE) return `${percent(dead)} of the groups died out: what leads to the tail was hardly met`;
  if (half > wanted) return `the interval is ± ${percent(half)}, not ± ${percent(wanted)}: the effort ended first`;
  return null;
}

/** 97.5% quantile of Student's law (Cornish and Fisher's expansion; M. Abramowitz, I. A. Stegun, 26.7.5), good for 10 degrees and more. */
export function studentQuantile(degrees: number): number {
  const z = NORMAL_95;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / degrees + second / degrees ** 2 + third / degrees ** 3;
}
