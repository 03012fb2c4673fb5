// A fitted duration in words: its law, its mean, how much was seen of it, how well it fits, what to mind.

import { nanoseconds, nanosecondsInterval, whole } from "./format.js";

/** What a duration's words are made of; times are ns. */
export interface Told {
  counts: { whole: number; cutAtEnd: number; cutAtStart: number; throughout: number };
  mean: { value: number; low: number; high: number } | null;
  goodness: { distance: number; p: number } | null;
  cautions: readonly string[];
}

const FAMILIES: Record<string, string> = {
  exponential: "exponential",
  lognormal: "log-normal",
  weibull: "Weibull",
  pareto: "bounded Pareto",
  mixture: "mixture",
  empirical: "as seen, with a tail",
  fixed: "always the same",
  forever: "for ever",
};

export function familyWords(family: string): string {
  return FAMILIES[family] ?? family;
}

export function durationWords(family: string, { mean, counts, goodness, cautions }: Told): string {
  const law = `${familyWords(family)}${mean === null ? "" : `, mean ${meanWords(mean)}`}`;
  const fit = goodness === null ? "" : `; ${goodnessWords(goodness)}`;
  return [sentence(`${law}; ${countWords(counts)}${fit}`), ...cautions.map(sentence)].join(" ");
}

/** `3.1 us (99%: 2.9 us to 3.4 us)` */
function meanWords({ value, low, high }: NonNullable<Told["mean"]>): string {
  return `${nanoseconds(value)} (99%: ${nanosecondsInterval(low, high)})`;
}

/** `1,204 seen whole, 3 cut, 2 all the time` */
export function countWords({ whole: seen, cutAtEnd, cutAtStart, throughout }: Told["counts"]): string {
  const cut = cutAtEnd + cutAtStart;
  return [
    `${whole(seen)} seen whole`,
    ...(cut > 0 ? [`${whole(cut)} cut`] : []),
    ...(throughout > 0 ? [`${whole(throughout)} all the time`] : []),
  ].join(", ");
}

export function goodnessWords({ distance, p }: NonNullable<Told["goodness"]>): string {
  return `off by ${Number(distance.toPrecision(2))} at most (p = ${Number(p.toPrecision(2))})`;
}

/** With a capital and a full stop. */
export function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? "" : "."}`;
}
