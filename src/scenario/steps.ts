// `from..to` in a list of values: continued as the values before it go on, by their ratio or by their difference.

import { type Quantity, quantityOf, showQuantity } from "./quantities.js";

/** From..to, as it was written, with its values from the second on; or why there are none. */
export type Steps = { values: unknown[] } | { wrong: string };

const CLOSE = 1e-9; // ratios and differences are of decimals

/**
 * The values after `from` up to `to`. `before` is the value before `from`: its ratio to `from` is taken if that leads to `to`, else
 * its difference. Without one they double or halve, else whole numbers count by ones.
 */
export function stepsTo(from: unknown, to: unknown, before: unknown, most: number): Steps {
  const [first, last, earlier] = [quantityOf(from), quantityOf(to), quantityOf(before)];
  if (first === undefined || last === undefined || !sameUnit(first, last))
    return { wrong: "two numbers, times or rates around .." };
  const ways = earlier !== undefined && sameUnit(earlier, first) ? continued(earlier, first) : begun(first, last);
  for (const way of ways) {
    const amounts = walk(way, first.amount, last.amount, most);
    if (amounts !== undefined) return { values: amounts.map((amount) => showQuantity({ amount, unit: first.unit })) };
  }
  return {
    wrong: `an end that ${ways.map(({ name }) => name).join(" or ")} from ${from} leads to, in at most ${most}`,
  };
}

function sameUnit(a: Quantity, b: Quantity): boolean {
  return a.unit === b.unit;
}

/** One way from a value to the next. */
interface Way {
  name: string;
  at(from: number, step: number): number;
}

function continued(before: Quantity, from: Quantity): Way[] {
  return [byRatio(from.amount / before.amount), byDifference(from.amount - before.amount)];
}

function begun(from: Quantity, to: Quantity): Way[] {
  const rises = from.amount < to.amount;
  const ways = [byRatio(rises ? 2 : 0.5)];
  return from.unit === "" ? [...ways, byDifference(rises ? 1 : -1)] : ways;
}

function byRatio(ratio: number): Way {
  return { name: `times ${Number(ratio.toPrecision(6))}`, at: (from, step) => from * ratio ** step };
}

function byDifference(difference: number): Way {
  const name = `${difference < 0 ? "minus" : "plus"} ${Number(Math.abs(difference).toPrecision(6))}`;
  return { name, at: (from, step) => from + step * difference };
}

/** From the value after `from` to `to`; undefined where no step meets it. */
function walk({ at }: Way, from: number, to: number, most: number): number[] | undefined {
  const amounts: number[] = [];
  for (let step = 1; step <= most; step++) {
    const amount = at(from, step);
    const isThere = Math.abs(amount - to) <= CLOSE * Math.max(Math.abs(to), Math.abs(from));
    amounts.push(isThere ? to : amount);
    if (isThere) return amounts;
    const goesThere =
      from < to ? at(from, step - 1) < amount && amount < to : at(from, step - 1) > amount && amount > to;
    if (!goesThere) return undefined;
  }
  return undefined;
}
