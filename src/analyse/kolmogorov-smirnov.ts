// The two-sample Kolmogorov-Smirnov test with its exact conditional p-value, ties included.
//
// Given the pooled values, every assignment of n of the n + m places to the first sample is equally likely under the
// null hypothesis. d is only looked at between distinct values, so ties need no correction: the p-value is the
// share of lattice paths from (0, 0) to (n, m) that are at least as far from the diagonal as the observed path at
// some end of a tie group (Schroeer and Trenkler, Computational Statistics & Data Analysis 20, 1995). The mass
// of the paths that got there is summed, never subtracted from 1, so that tiny p-values keep their digits.

export interface KolmogorovSmirnov {
  /** Largest distance of the two empirical distribution functions. */
  d: number;
  /** Probability of at least that distance under the null hypothesis, given the ties. */
  p: number;
}

/**
 * Both samples need at least one value; order does not matter. `resolution`: values are tied with the least of their group when
 * they exceed it by no more than this. Groups depend on the pooled values alone, so the p-value stays exact.
 */
export function kolmogorovSmirnov(
  first: readonly number[],
  second: readonly number[],
  resolution: (value: number) => number = () => 0,
): KolmogorovSmirnov {
  const n = first.length;
  const m = second.length;
  if (n === 0 || m === 0) throw new RangeError("kolmogorovSmirnov: both samples need a value");
  const groupEnds = tieGroupEnds(first, second, resolution);
  const distance = (i: number, k: number) => Math.abs(i * m - (k - i) * n); // n m |F - G|, an exact integer
  let observed = 0;
  for (const { end, fromFirst } of groupEnds) observed = Math.max(observed, distance(fromFirst, end));
  return { d: observed / (n * m), p: shareOfPathsAtLeast(observed, n, m, groupEnds, distance) };
}

interface GroupEnd {
  /** Pooled values up to and with this tie group. */
  end: number;
  /** How many of them are the first sample's. */
  fromFirst: number;
}

function tieGroupEnds(
  first: readonly number[],
  second: readonly number[],
  resolution: (value: number) => number,
): GroupEnd[] {
  const a = [...first].sort((x, y) => x - y);
  const b = [...second].sort((x, y) => x - y);
  const ends: GroupEnd[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const least = Math.min(i < a.length ? a[i]! : Infinity, j < b.length ? b[j]! : Infinity);
    const most = least + resolution(least);
    while (i < a.length && a[i]! <= most) i++;
    while (j < b.length && b[j]! <= most) j++;
    ends.push({ end: i + j, fromFirst: i });
  }
  return ends;
}

/** Walks all paths at once: `mass[i]` is the probability of i first-sample values among the k so far, not yet as far as `observed`. */
function shareOfPathsAtLeast(
  observed: number,
  n: number,
  m: number,
  groupEnds: readonly GroupEnd[],
  distance: (i: number, k: number) => number,
): number {
  if (observed === 0) return 1;
  const total = n + m;
  const mass = new Float64Array(n + 1);
  mass[0] = 1;
  let reached = 0;
  let group = 0;
  for (let k = 0; k < total; k++) {
    const top = Math.min(n, k);
    for (let i = top; i >= 0; i--) {
      const here = mass[i]!;
      if (here === 0) continue;
      const up = (n - i) / (total - k); // the next value is one of the first sample's
      if (i < n) mass[i + 1]! += here * up;
      mass[i] = here * (1 - up);
    }
    if (k + 1 !== groupEnds[group]!.end) continue;
    group++;
    for (let i = Math.max(0, k + 1 - m); i <= Math.min(n, k + 1); i++) {
      if (mass[i] === 0 || distance(i, k + 1) < observed) continue;
      reached += mass[i]!;
      mass[i] = 0;
    }
  }
  return Math.min(1, reached);
}
