// Fisher's exact test of two shares, two-sided: the tables with the observed margins that are no likelier than the observed one.

/** `hits` of `total` in each sample. */
export function fisherExact(hitsA: number, totalA: number, hitsB: number, totalB: number): number {
  for (const [hits, total] of [
    [hitsA, totalA],
    [hitsB, totalB],
  ] as const)
    if (!(Number.isInteger(hits) && Number.isInteger(total) && 0 <= hits && hits <= total))
      throw new RangeError(`fisherExact: expected 0 <= hits <= total, got ${hits} of ${total}`);
  const hits = hitsA + hitsB;
  const total = totalA + totalB;
  const least = Math.max(0, hits - totalB);
  const most = Math.min(hits, totalA);
  const logFactorial = logFactorials(total);
  const choose = (n: number, k: number) => logFactorial[n]! - logFactorial[k]! - logFactorial[n - k]!;
  const logChance = (x: number) => choose(totalA, x) + choose(totalB, hits - x) - choose(total, hits);
  const observed = logChance(hitsA) + 1e-9; // equal chances differ by rounding only
  let p = 0;
  for (let x = least; x <= most; x++) if (logChance(x) <= observed) p += Math.exp(logChance(x));
  return Math.min(1, p);
}

function logFactorials(upTo: number): Float64Array {
  const table = new Float64Array(upTo + 1);
  for (let n = 2; n <= upTo; n++) table[n] = table[n - 1]! + Math.log(n);
  return table;
}
