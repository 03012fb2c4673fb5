// Lengths as a likelihood takes them. A length is only known to its bin and to the steps of the clock: what is recorded as k steps
// lasted from k - 1/2 to k + 1/2 of them. (The difference of two rounded times errs by up to a step either way, in a triangle; its
// middle half holds three quarters of it, and laws that are smooth over a step do not see the rest.)

import type { LengthBin, LengthCounts, Lengths } from "./lengths.js";

/** A scenario says no longer time: 365 days, in ns. Longer lengths count as this. */
export const LONGEST = 365 * 86400e9;

/** So many lengths in [low, high). */
export interface Cell {
  low: number;
  high: number;
  count: number;
}

/** So many lengths of more than `at`. */
export interface Cut {
  at: number;
  count: number;
}

/** All by length. See Lengths for what the four are. */
export interface Sample {
  whole: Cell[];
  cutAtEnd: Cut[];
  cutAtStart: Cell[];
  throughout: Cut[];
  /** How many ended: what is known of a law comes from these. */
  ended: number;
  /** ns that were seen of all. */
  seen: number;
  longest: number;
  /** The clock's, in ns. */
  step: number;
}

/** Steps of the clock in ns. */
export function sampleOf(lengths: Lengths, resolution: number): Sample {
  const step = Number.isFinite(resolution) ? Math.max(1, resolution) : 1;
  const whole = cells(lengths.whole, step);
  const cutAtStart = cells(lengths.cutAtStart, step);
  const cutAtEnd = cuts(lengths.cutAtEnd);
  const throughout = cuts(lengths.throughout);
  const all = [...whole, ...cutAtStart].map(({ low, high, count }) => ({ at: (low + high) / 2, count }));
  all.push(...cutAtEnd, ...throughout);
  return {
    whole,
    cutAtEnd,
    cutAtStart,
    throughout,
    ended: total(whole) + total(cutAtStart),
    seen: all.reduce((sum, { at, count }) => sum + at * count, 0),
    longest: all.reduce((most, { at }) => Math.max(most, at), 0),
    step,
  };
}

export function total(counted: readonly { count: number }[]): number {
  return counted.reduce((sum, { count }) => sum + count, 0);
}

function bins(counts: LengthCounts): LengthBin[] {
  return counts
    .bins()
    .filter(({ low, count }) => low >= 0 && count > 0 && count < Infinity)
    .map(({ low, high, count }) => ({ low: Math.min(low, LONGEST), high: Math.min(high, LONGEST * 1.004), count }));
}

/** A recorder that never says 0 says one step of all that is shorter, as klpsim does. */
function cells(counts: LengthCounts, step: number): Cell[] {
  const all = bins(counts);
  const zeros = all.length > 0 && all[0]!.low < step / 2;
  return all.map((bin) => widened(bin, step, zeros ? 0 : 1));
}

/** From half a step below the first multiple of the step in the bin to half a step above the last. */
function widened({ low, high, count }: LengthBin, step: number, least: number): Cell {
  const first = Math.ceil(low / step);
  const last = Math.ceil(high / step) - 1;
  if (last < first) return { low, high, count }; // of a finer clock
  return { low: first <= least ? 0 : (first - 0.5) * step, high: (last + 0.5) * step, count };
}

function cuts(counts: LengthCounts): Cut[] {
  return bins(counts).map(({ low, high, count }) => ({ at: high - low > 1 ? (low + high) / 2 : low, count }));
}

/** Cells of a likelihood at most, besides the ends' own. */
const CELLS_MAX = 100;
const END_CELLS = 12;

/**
 * The same lengths in fewer cells, of equal counts but for the first and the last 12, which stay: a likelihood of cells stays a
 * likelihood, and 100 of them know as much as thousands to within 1 in 1000.
 */
export function coarse(sample: Sample): Sample {
  return {
    ...sample,
    whole: coarseCells(sample.whole),
    cutAtStart: coarseCells(sample.cutAtStart),
    cutAtEnd: coarseCuts(sample.cutAtEnd),
    throughout: coarseCuts(sample.throughout),
  };
}

function coarseCells(cells: Cell[]): Cell[] {
  if (cells.length <= CELLS_MAX + 2 * END_CELLS) return cells;
  const middle = grouped(cells.slice(END_CELLS, -END_CELLS)).map((group) => ({
    low: group[0]!.low,
    high: group.at(-1)!.high,
    count: total(group),
  }));
  return [...cells.slice(0, END_CELLS), ...middle, ...cells.slice(-END_CELLS)];
}

function coarseCuts(cuts: Cut[]): Cut[] {
  if (cuts.length <= CELLS_MAX) return cuts;
  return grouped(cuts).map((group) => {
    const count = total(group);
    return { at: group.reduce((sum, cut) => sum + cut.at * cut.count, 0) / count, count };
  });
}

function grouped<T extends { count: number }>(all: readonly T[]): T[][] {
  const enough = total(all) / CELLS_MAX;
  const groups: T[][] = [];
  let room = 0;
  for (const one of all) {
    if (room <= 0) {
      groups.push([]);
      room = enough;
    }
    groups.at(-1)!.push(one);
    room -= one.count;
  }
  return groups;
}
