import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dominance, leads } from "../../../src/analyse/dominance.js";
import { completions } from "./columns.js";

const judge = (a: (number | null)[], b: (number | null)[]) => dominance(leads(completions(a), completions(b)));

describe("first-order dominance", () => {
  it("is who completes no later at any share, whatever the order of replicas", () => {
    expect(judge([3, 4, 5], [2, 5, 4])).toBe("b");
    expect(judge([2, 5, 4], [3, 4, 5])).toBe("a");
    expect(judge([3, 4, 5], [5, 3, 4])).toBe("equal");
    expect(judge([1, 9], [2, 3])).toBe("none");
  });

  it("takes a censored replica for later than any completion", () => {
    expect(judge([1, null], [1, 1000])).toBe("b");
    expect(judge([null, null], [null, null])).toBe("equal");
    expect(judge([null, 1], [2, 2])).toBe("none");
  });

  it("says where each is furthest ahead", () => {
    const { a, b } = leads(completions([1, 1, 9, 9]), completions([2, 3, 4, 5]));
    expect(a).toEqual({ ticks: 1e6, share: 0.5 });
    expect(b).toEqual({ ticks: 5e6, share: 0.5 });
  });

  it("is the definition: no distribution function below the other's anywhere", () => {
    const column = fc.array(fc.option(fc.nat(5), { nil: null }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(column, column, (a, b) => {
        const by = (seconds: (number | null)[], t: number) => seconds.filter((s) => s !== null && s <= t).length;
        const differences = [0, 1, 2, 3, 4, 5].map((t) => by(b, t) - by(a, t));
        const ahead = { a: differences.some((d) => d < 0), b: differences.some((d) => d > 0) };
        expect(judge(a, b)).toBe(ahead.a ? (ahead.b ? "none" : "a") : ahead.b ? "b" : "equal");
      }),
    );
  });
});
