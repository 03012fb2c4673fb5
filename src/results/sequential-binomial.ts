// A probability watched while its trials come in: Robbins' confidence sequence, the uniform mixture of likelihood ratios. It holds at all
// times together, however one looks and stops, and needs no second hypothesis. H. Robbins, "Statistical methods related to the law of the
// iterated logarithm", Annals of Mathematical Statistics 41 (1970), 1397-1409, after Ville's inequality (1939).

import { logBinomialPmf } from "./binomial.js";

/**
 * log of the mixture's likelihood ratio against `p` after `successes` in `trials`: 1 / ((n + 1) b(k; n, p)). Where p is true it ever
 * exceeds log(1/a) with probability at most a.
 */
export function logEvidence(successes: number, trials: number, p: number): number {
  return -Math.log(trials + 1) - logBinomialPmf(successes, trials, p);
}

/** The probabilities that are not excluded at `confidence`. */
export function confidenceSequence(
  successes: number,
  trials: number,
  confidence: number,
): { low: number; high: number } {
  const bound = -Math.log(1 - confidence);
  const excludes = (p: number) => logEvidence(successes, trials, p) >= bound;
  const share = successes / trials;
  return {
    low: successes === 0 ? 0 : edge(0, share, excludes),
    high: successes === trials ? 1 : edge(1, share, excludes),
  };
}

/** Where exclusion ends between an excluded point (or the end of all) and one that is not. */
function edge(outer: number, inner: number, excludes: (p: number) => boolean): number {
  let [out, within] = [outer, inner];
  while (Math.abs(out - within) > 1e-12 * Math.max(within, out)) {
    const middle = (out + within) / 2;
    if (middle === out || middle === within) break;
    if (excludes(middle)) out = middle;
    else within = middle;
  }
  return out;
}
