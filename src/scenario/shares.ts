// Where a task is found at a random time: each phase's share of wall time in the long run, from the chain of phases
// (visit frequencies) and the phases' mean lengths. States are eliminated one by one (Grassmann, Taksar and Heyman 1985):
// no subtraction, so no cancellation, and at most 64 phases make it quick.
//
// A phase that lasts for ever is never left, so it keeps all that reaches it. EXIT counts as a return to the first phase:
// given that a task still lives, that is where its law comes from.

import { EXIT_PHASE } from "./model.js";

export interface ChainPhase {
  mean: number; // ticks, Infinity for forever
  next: { phase: number; probability: number }[]; // phase EXIT_PHASE: the task ends
}

export interface Chain {
  /** Long-run share of wall time of each phase; sums to 1 unless every phase is empty. */
  shares: number[];
  /** Mean time between visits of the first phase; Infinity if it is not visited for ever. */
  cycle: number;
}

/** Phase 0 is the first one. */
export function longRun(phases: ChainPhase[]): Chain {
  const matrix = transitionMatrix(phases);
  const group = closedGroups(matrix);
  const mass = groupMasses(matrix, group);
  const shares = phases.map(() => 0);
  let cycle = Number.POSITIVE_INFINITY;
  for (const [number, weight] of mass) {
    const members = group.flatMap((g, phase) => (g === number ? [phase] : []));
    const frequency = stationary(matrix, members);
    const times = members.map((phase, i) => timeShare(frequency[i] ?? 0, phases[phase]?.mean ?? 0, members.length));
    const total = times.reduce((sum, t) => sum + t, 0);
    for (const [i, phase] of members.entries()) if (total > 0) shares[phase] = (weight * (times[i] ?? 0)) / total;
    const visits = members[0] === 0 ? (frequency[0] ?? 0) : 0;
    if (visits > 0 && phases.every((p, i) => !members.includes(i) || Number.isFinite(p.mean))) cycle = total / visits;
  }
  return { shares, cycle };
}

/** A forever phase is a group of its own, and its time is all there is. */
function timeShare(frequency: number, mean: number, members: number): number {
  return members === 1 && !Number.isFinite(mean) ? 1 : frequency * mean;
}

function transitionMatrix(phases: ChainPhase[]): number[][] {
  return phases.map(({ mean, next }, from) => {
    const row = phases.map(() => 0);
    if (!Number.isFinite(mean)) row[from] = 1;
    else for (const { phase, probability } of next) add(row, phase === EXIT_PHASE ? 0 : phase, probability);
    return row;
  });
}

function add(row: number[], index: number, value: number): void {
  row[index] = (row[index] ?? 0) + value;
}

/** For each phase the number of its closed communicating group, or -1 where it is left for good. */
function closedGroups(matrix: number[][]): number[] {
  const reach = matrix.map((_, from) => reachable(from, (phase) => successors(matrix, phase)));
  return reach.map((set) => {
    const members = [...set];
    const closed = members.every((other) => reach[other]?.size === set.size);
    return closed ? Math.min(...members) : -1;
  });
}

function successors(matrix: number[][], phase: number): number[] {
  return (matrix[phase] ?? []).flatMap((p, to) => (p > 0 ? [to] : []));
}

/** Everything that can be reached from a phase, itself included. */
export function reachable(from: number, nextOf: (phase: number) => number[]): Set<number> {
  const seen = new Set([from]);
  for (const phase of seen) for (const next of nextOf(phase)) seen.add(next);
  return seen;
}

/** The chance that a task beginning in phase 0 ends up in each closed group. */
function groupMasses(matrix: number[][], group: number[]): Map<number, number> {
  const start = group[0] ?? -1;
  if (start >= 0) return new Map([[start, 1]]);
  const work = matrix.map((row) => [...row]);
  const transient = group.flatMap((g, phase) => (g < 0 && phase !== 0 ? [phase] : []));
  for (const phase of transient.reverse()) eliminate(work, phase);
  const mass = new Map<number, number>();
  const row = work[0] ?? [];
  const left = row.reduce((sum, p, to) => (to === 0 ? sum : sum + p), 0);
  for (const [to, p] of row.entries()) {
    const g = group[to] ?? -1;
    if (g >= 0 && p > 0) mass.set(g, (mass.get(g) ?? 0) + p / left);
  }
  return mass;
}

/** Takes a phase out of the chain: who stepped to it now steps to where it leads. Returns its chance to be left. */
function eliminate(matrix: number[][], phase: number): number {
  const row = matrix[phase] ?? [];
  const out = row.reduce((sum, p, to) => (to === phase ? sum : sum + p), 0);
  for (const [from, other] of matrix.entries()) {
    const into = other[phase] ?? 0;
    if (from === phase || into === 0) continue;
    for (const [to, p] of row.entries()) if (to !== phase) add(other, to, (into * p) / out);
    other[phase] = 0;
  }
  return out;
}

/** Visit frequencies within a closed group, in the order of its members. */
function stationary(matrix: number[][], members: number[]): number[] {
  const n = members.length;
  const work = members.map((from) => members.map((to) => matrix[from]?.[to] ?? 0));
  const out: number[] = [];
  for (let k = n - 1; k > 0; k--) {
    const row = work[k] ?? [];
    out[k] = row.slice(0, k).reduce((sum, p) => sum + p, 0);
    for (let i = 0; i < k; i++) {
      const target = work[i] ?? [];
      const factor = (target[k] ?? 0) / (out[k] ?? 1);
      for (let j = 0; j < k; j++) add(target, j, factor * (row[j] ?? 0));
    }
  }
  const frequency = [1];
  for (let k = 1; k < n; k++) {
    let into = 0;
    for (let i = 0; i < k; i++) into += (frequency[i] ?? 0) * (work[i]?.[k] ?? 0);
    frequency[k] = into / (out[k] ?? 1);
  }
  const total = frequency.reduce((sum, f) => sum + f, 0);
  return frequency.map((f) => f / total);
}
