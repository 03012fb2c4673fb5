// Numbers that are only known to lie between two ends, and what can be said of sums, products and comparisons of them.

export interface Range {
  low: number;
  high: number;
}

export type Arithmetic = "+" | "-" | "*" | "/";
export type Comparator = "<" | "<=" | ">" | ">=" | "==" | "!=";

export function exactly(value: number): Range {
  return { low: value, high: value };
}

export function compute(operator: Arithmetic, a: Range, b: Range): Range {
  switch (operator) {
    case "+":
      return { low: a.low + b.low, high: a.high + b.high };
    case "-":
      return { low: a.low - b.high, high: a.high - b.low };
    case "*":
      return product(a, b);
    case "/":
      return b.low <= 0 && b.high >= 0
        ? { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
        : product(a, { low: 1 / b.high, high: 1 / b.low });
  }
}

function product(a: Range, b: Range): Range {
  const ends = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high].map(
    (end) => (Number.isNaN(end) ? 0 : end), // nothing times what has no bound
  );
  return { low: Math.min(...ends), high: Math.max(...ends) };
}

/** Whether it holds for all values within the ends, or for none; null: for some. */
export function holds(comparator: Comparator, a: Range, b: Range): boolean | null {
  switch (comparator) {
    case ">":
      return a.low > b.high ? true : a.high <= b.low ? false : null;
    case ">=":
      return a.low >= b.high ? true : a.high < b.low ? false : null;
    case "<":
      return holds(">", b, a);
    case "<=":
      return holds(">=", b, a);
    case "==":
      return equal(a, b);
    case "!=": {
      const same = equal(a, b);
      return same === null ? null : !same;
    }
  }
}

function equal(a: Range, b: Range): boolean | null {
  if (a.high < b.low || b.high < a.low) return false;
  return a.low === a.high && b.low === b.high && Number.isFinite(a.low) ? true : null;
}
