// Times as a scenario has them, of a fit's ns.

import { LONGEST } from "../sample.js";

const DIGITS = 8;
const SHORTEST = 1; // ns: a law's parameters begin here

const UNITS: [number, string][] = [
  [1e9, "s"],
  [1e6, "ms"],
  [1e3, "us"],
];

/** A parameter of a law, to 8 digits; what a scenario cannot say becomes the nearest that it can. */
export function writeSpan(ns: number): string {
  return spelt(Math.min(LONGEST, Math.max(SHORTEST, ns)));
}

function spelt(ns: number): string {
  const [size, unit] = UNITS.find(([size]) => ns >= size) ?? UNITS.at(-1)!;
  const value = Number((ns / size).toPrecision(DIGITS));
  return `${value.toFixed(9).replace(/\.?0+$/, "")}${unit}`;
}

/** An exact time: whole us, at most 365 days. */
export function writeExact(ns: number): string | 0 {
  const us = Math.round(Math.min(LONGEST, Math.max(0, ns)) / 1e3);
  return us === 0 ? 0 : spelt(us * 1e3);
}

/** May a law have this parameter? */
export function isSpan(ns: number): boolean {
  return ns >= SHORTEST && ns <= LONGEST;
}
