// What a splitting's pilot found (docs/rare.md, 1), as words of counts and back.

import type { Importance, Learnt } from "../importance.js";
import type { Counts } from "./counts.js";
import { wordsOf } from "./metrics.js";
import { bitsOf, numberOf } from "./number-bits.js";

export interface Pilot {
  /** Tries, ascending. */
  levels: number[];
  /** Of the replicas that a stage followed, those that came past its level; at last those that were late. */
  shares: number[];
  learnt: Learnt | null;
}

export function pilotWords({ levels, shares, learnt }: Pilot): bigint[] {
  const numbers = [levels.length, ...levels, ...shares, ...(learnt === null ? [0] : [1, ...learntNumbers(learnt)])];
  return numbers.map(bitsOf);
}

function learntNumbers({ importance, effort, variance, gain }: Learnt): number[] {
  return [
    variance,
    gain,
    ...effort,
    ...importance.flatMap((one) => (one === null ? [0] : [1, ...importanceNumbers(one)])),
  ];
}

function importanceNumbers({ base, unseen, columns }: Importance): number[] {
  return [base, unseen, columns.length, ...columns.flatMap(({ column, adds }) => [column, adds])];
}

export function pilotOf(counts: Counts): Pilot {
  const words = wordsOf(counts);
  let at = 0;
  const number = () => numberOf(words(at++));
  const list = <T>(length: number, read: () => T): T[] => Array.from({ length }, read);
  const importance = (): Importance => ({
    base: number(),
    unseen: number(),
    columns: list(number(), () => ({ column: number(), adds: number() })),
  });
  const levels = list(number(), number);
  const learnt = (): Learnt => ({
    variance: number(),
    gain: number(),
    effort: list(levels.length + 1, number),
    importance: list(levels.length, () => (number() === 0 ? null : importance())),
  });
  return { levels, shares: list(levels.length + 1, number), learnt: number() === 0 ? null : learnt() };
}
