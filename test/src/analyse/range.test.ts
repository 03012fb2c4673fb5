import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Arithmetic, type Comparator, compute, exactly, holds, type Range } from "../../../src/analyse/range.js";

const whole = fc.integer({ min: -4, max: 4 });
const range = fc.tuple(whole, whole).map(([x, y]) => ({ low: Math.min(x, y), high: Math.max(x, y) }));
const within = ({ low, high }: Range) => Array.from({ length: high - low + 1 }, (_, i) => low + i);
const APPLY = {
  "+": (x: number, y: number) => x + y,
  "-": (x: number, y: number) => x - y,
  "*": (x: number, y: number) => x * y,
  "/": (x: number, y: number) => x / y,
};
const COMPARE: Record<Comparator, (x: number, y: number) => boolean> = {
  "<": (x, y) => x < y,
  "<=": (x, y) => x <= y,
  ">": (x, y) => x > y,
  ">=": (x, y) => x >= y,
  "==": (x, y) => x === y,
  "!=": (x, y) => x !== y,
};

describe("ranges", () => {
  it.each(Object.keys(APPLY) as Arithmetic[])("hold every result of %s on values within", (operator) => {
    fc.assert(
      fc.property(range, range, (a, b) => {
        const { low, high } = compute(operator, a, b);
        for (const x of within(a))
          for (const y of within(b)) {
            const result = APPLY[operator](x, y);
            if (Number.isNaN(result)) continue; // 0 / 0
            expect(low - 1e-12 <= result && result <= high + 1e-12).toBe(true);
          }
      }),
    );
  });

  it.each(Object.keys(COMPARE) as Comparator[])(
    "hold %s where all values within do, and not where none does",
    (comparator) => {
      fc.assert(
        fc.property(range, range, (a, b) => {
          const answers = within(a).flatMap((x) => within(b).map((y) => COMPARE[comparator](x, y)));
          const verdict = holds(comparator, a, b);
          if (verdict !== null) expect(new Set(answers)).toEqual(new Set([verdict]));
          else expect(new Set(answers).size).toBe(2);
        }),
      );
    },
  );

  it("cannot tell whether one unbounded value is above another, and can where it is above a bounded one", () => {
    const censored = { low: 120, high: Number.POSITIVE_INFINITY };
    expect(holds(">", censored, censored)).toBeNull();
    expect(holds("==", censored, censored)).toBeNull();
    expect(holds(">", censored, compute("*", exactly(1.1), exactly(16)))).toBe(true);
    expect(compute("-", censored, censored)).toEqual({ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY });
    expect(compute("*", exactly(0), censored)).toEqual(exactly(0));
  });
});
