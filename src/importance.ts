// What a branch of a splitting is worth by who is left where it begins (docs/rare.md, 1): learnt level by level, backwards, from what became
// of a pilot's branches, and what that saves.
// Sources: J. Cornebise, E. Moulines, J. Olsson, "Adaptive methods for sequential importance sampling with application to state space
// models", 2008 (branch by the root of the second moment); P. Guarniero, A. M. Johansen, A. Lee, "The iterated auxiliary particle filter", 2017.

/** Who is left at the end of a failed try: numbers above 0 by column, which is a kind of task and what is counted of it (assembly/left.ts). */
export type Left = { column: number; value: number }[];

/** Of one level: the mean square of what a branch is worth, as a sum over what is left. */
export interface Importance {
  /** What any has, and what each of a column adds that the pilot never saw. */
  base: number;
  unseen: number;
  columns: { column: number; adds: number }[];
}

/** A stage of a pilot: its branches by parent, and how each ended. */
export interface PilotStage {
  /** Nobody is told from anybody at the start. */
  parents: Left[];
  /** `end`: who is left at the next level; before it, 1 if the replica is late, else 0. */
  branches: { parent: number; end: Left | 0 | 1 }[];
}

/** What a pilot tells of a splitting. */
export interface Learnt {
  /** By level; null: as far as the pilot can tell, its parents are worth the same. */
  importance: (Importance | null)[];
  /** By stage: how many to follow, as a multiple of the mean. */
  effort: number[];
  /** Relative variance of a group's estimate, times the replicas that it follows in a stage on average; and how many times as large it is by tries alone. */
  variance: number;
  gain: number;
}

const FIT_STEPS = 100;
/** A regression is held down by so many branches more of each kind alone, worth what all are on average. */
const PRIOR_BRANCHES = 2;
/** At least so much of what a branch is worth does not depend on who is left. */
const EVEN_LEAST = 0.02;
/** Where fewer got past a level, nothing is learnt. */
const PASSED_LEAST = 8;
/** A level at which less is saved is left alone. */
const LEVEL_GAIN_LEAST = 1.1;
const VARIANCE_LEAST = 0.05;
const EFFORT_RATIO_MAX = 4;

/** A branch of the pilot: its parent; its worth, squared, as told by who is left, and as told by its own branches; over the stage's. */
interface Row {
  parent: number;
  target: number;
  square: number;
}

/** null where the pilot met too few who were late to tell anything. */
export function learn(stages: PilotStage[]): Learnt | null {
  const importance: (Importance | null)[] = [];
  const even: number[] = [];
  const weighted: number[] = [];
  let later: { fitted: Importance; worth: number[][] } | null = null;
  for (const { parents, branches } of stages.toReversed()) {
    const worth = branches.map(({ end }) => (typeof end === "number" ? end : worthOf(later!.fitted, end)));
    if (branches.filter(({ end }) => end !== 0).length < PASSED_LEAST) return null;
    const rows = rowsOf(branches, worth, later?.worth ?? []);
    const evenly = varianceOf(average(rows.map(({ square }) => square)));
    const byLeft = parents.length > 1 ? varianceOf(crossValidated(parents, rows)) : evenly;
    const gains = byLeft * LEVEL_GAIN_LEAST < evenly;
    importance.unshift(gains ? regress(parents, rows) : null);
    even.unshift(evenly);
    weighted.unshift(gains ? byLeft : evenly);
    later = {
      fitted: regress(
        parents,
        branches.map(({ parent }, i) => ({ parent, target: worth[i]! })),
      ),
      worth: byParent(parents.length, branches, worth),
    };
  }
  const effort = effortOf(weighted);
  const variance = sum(weighted.map((one, stage) => one / effort[stage]!));
  return { importance: importance.slice(1), effort, variance, gain: sum(even) / variance };
}

/** Branches of a parent are to be as many as this, times what the parent stands for. */
export function importanceOf(importance: Importance, left: Left): number {
  return Math.sqrt(sumOf(importance, left));
}

/** `later`: what the branches of each of those that passed are worth. */
function rowsOf(branches: PilotStage["branches"], worth: number[], later: number[][]): Row[] {
  const mean = average(worth);
  let passed = 0;
  return branches.map(({ parent, end }, i) => {
    const target = (worth[i]! / mean) ** 2;
    const product = typeof end === "number" ? null : meanProduct(later[passed++]!);
    return { parent, target, square: product === null ? target : product / mean ** 2 };
  });
}

/** Mean product of two branches' worth: their parent's, squared, also as far as who is left does not tell it. null: there are no two. */
function meanProduct(worth: number[]): number | null {
  const pairs = worth.length * (worth.length - 1);
  return pairs === 0 ? null : (sum(worth) ** 2 - sum(worth.map((one) => one ** 2))) / pairs;
}

function byParent(parents: number, branches: PilotStage["branches"], worth: number[]): number[][] {
  const lists: number[][] = Array.from({ length: parents }, () => []);
  branches.forEach(({ parent }, i) => lists[parent]!.push(worth[i]!));
  return lists;
}

/** Relative variance, given the mean square over the squared mean. */
function varianceOf(meanSquare: number): number {
  return Math.max(VARIANCE_LEAST, meanSquare - 1);
}

/** Most is learnt by following as many as the root of the variance that a stage adds. */
function effortOf(variances: number[]): number[] {
  const roots = variances.map((variance) => Math.sqrt(variance));
  const least = Math.max(...roots) / EFFORT_RATIO_MAX;
  const bounded = roots.map((root) => Math.max(root, least));
  return bounded.map((root) => root / average(bounded));
}

/**
 * Mean square of what a branch is worth, each with the weight that it would have if parents had branches by importance; that of one half
 * of the parents is learnt from the other.
 */
function crossValidated(parents: Left[], rows: Row[]): number {
  const halves = [0, 1].map((half) => rows.filter(({ parent }) => parent % 2 === half));
  const parts = halves.map((half, number) => {
    const learnt = regress(parents, halves[1 - number]!);
    const importance = half.map(({ parent }) => importanceOf(learnt, parents[parent]!));
    return average(importance) * sum(half.map(({ square }, i) => square / importance[i]!));
  });
  return sum(parts) / rows.length;
}

/**
 * Targets of branches as sums over what their parents have left: Poisson regression with weights that are not negative, by expectation
 * and maximization (W. H. Richardson, 1972; L. B. Lucy, 1974). The less the targets tell, the more of it is even.
 */
function regress(parents: Left[], rows: { parent: number; target: number }[]): Importance {
  const targets = rows.map(({ target }) => target);
  const mean = average(targets);
  if (!(mean > 0)) return { base: 1, unseen: 0, columns: [] };
  const totals = totalsOf(parents, rows);
  const columns = columnsOf(totals, mean);
  let base = mean / 2;
  for (let step = 0; step < FIT_STEPS; step++) {
    let credit = PRIOR_BRANCHES * mean;
    for (const one of columns.values()) one.credit = PRIOR_BRANCHES * mean;
    for (const { left, target } of totals) {
      const ratio = target / left.reduce((sum, { column, value }) => sum + value * columns.get(column)!.adds, base);
      credit += base * ratio;
      for (const { column, value } of left) {
        const one = columns.get(column)!;
        one.credit += value * one.adds * ratio;
      }
    }
    base = credit / (rows.length + PRIOR_BRANCHES);
    for (const one of columns.values()) one.adds = one.credit / (one.sum + PRIOR_BRANCHES * one.typical);
  }
  const alike = sum(targets) ** 2 / sum(targets.map((target) => target ** 2)); // as many targets, all the same, would tell as much
  const even = Math.max(EVEN_LEAST, 1 / (1 + alike));
  return {
    base: even * mean + (1 - even) * base,
    unseen: mean,
    columns: [...columns].map(([column, { adds }]) => ({ column, adds: (1 - even) * adds })),
  };
}

/** By parent, its branches taken together. */
function totalsOf(parents: Left[], rows: { parent: number; target: number }[]) {
  const totals = parents.map((left) => ({ left, branches: 0, target: 0 }));
  for (const { parent, target } of rows) {
    totals[parent]!.branches++;
    totals[parent]!.target += target;
  }
  return totals.filter(({ branches }) => branches > 0);
}

/** By column: its sum over all branches, its mean over those that have it, and where a regression on targets of this mean begins. */
function columnsOf(totals: { left: Left; branches: number }[], mean: number) {
  const columns = new Map<number, { sum: number; seen: number; typical: number; adds: number; credit: number }>();
  for (const { left, branches } of totals) {
    for (const { column, value } of left) {
      const { sum, seen } = columns.get(column) ?? { sum: 0, seen: 0 };
      const all = { sum: sum + branches * value, seen: seen + branches };
      const typical = all.sum / all.seen;
      columns.set(column, { ...all, typical, adds: mean / 2 / typical, credit: 0 });
    }
  }
  return columns;
}

/** Probability to be late of who has this left. */
function worthOf(worth: Importance, left: Left): number {
  return Math.min(1, sumOf(worth, left));
}

function sumOf({ base, unseen, columns }: Importance, left: Left): number {
  const adds = new Map(columns.map((one) => [one.column, one.adds]));
  return left.reduce((sum, { column, value }) => sum + value * (adds.get(column) ?? unseen), base);
}

function average(values: number[]): number {
  return sum(values) / values.length;
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
