// Draws from the binomial distribution by inversion, from its mode outwards: one uniform a draw and about as many steps as the
// law has standard deviations, times its width. Exact for every n and p.

import { binomialPmf } from "../results/binomial.js";

/** How many of n trials of probability p succeed, by the uniform `u` of [0, 1). */
export function drawBinomial(n: number, p: number, u: number): number {
  if (p <= 0 || n === 0) return 0;
  if (p >= 1) return n;
  const mode = Math.min(n, Math.floor((n + 1) * p));
  const odds = p / (1 - p);
  let up = mode;
  let down = mode;
  let pmfUp = binomialPmf(mode, n, p);
  let pmfDown = pmfUp;
  let left = u - pmfUp;
  if (left < 0) return mode;
  while (pmfUp > 0 || pmfDown > 0) {
    pmfUp *= ((n - up) / (up + 1)) * odds;
    up++;
    left -= pmfUp;
    if (left < 0) return up;
    pmfDown *= down / (n - down + 1) / odds;
    down--;
    left -= pmfDown;
    if (left < 0) return down;
  }
  return mode; // what rounding has left over
}
