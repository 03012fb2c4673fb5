// What options take, as commander's argument parsers.

import { InvalidArgumentError } from "commander";

const SEED_MAX = 2n ** 64n - 1n;

/** Of a repeatable option: all that were given, in order. */
export function append(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}

/** Of a list with blanks or commas between its words. */
export function wordsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}

export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+(e\d+)?$/i.test(text) && min <= value && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  };
}

export function seed(text: string): bigint {
  if (/^\d{1,20}$/.test(text) && BigInt(text) <= SEED_MAX) return BigInt(text);
  throw new InvalidArgumentError(`Expected a whole number from 0 to ${SEED_MAX}.`);
}
