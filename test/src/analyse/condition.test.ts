import { describe, expect, it } from "vitest";
import { judge } from "../../../src/analyse/condition.js";
import { parseCondition } from "../../../src/analyse/condition-text.js";
import { side, times } from "./columns.js";

const HORIZON_MS = 120_000;
const N = 1000;
/** 1, 2, ... 10 s, a hundred times each. */
const even = (row: number) => 1 + (row % 10);
const SIDES = [
  side("even", times(N, even), {
    eintr: times(N, () => 63),
    ipis: times(N, (row) => row % 2),
    violations: times(N, () => 1),
  }),
  side(
    "late",
    times(N, (row) => 2 * even(row)),
    { guestExits: times(N, (row) => row % 4) },
  ),
  side(
    "stuck",
    times(N, (row) => (row < 20 ? null : 1)),
  ),
  side(
    "never",
    times(N, () => null),
  ),
];
const NAMES = SIDES.map(({ policy }) => policy);
const verdict = (text: string) => judge(parseCondition(text, NAMES), SIDES, HORIZON_MS);

describe("a condition on figures holds or not by their estimates:", () => {
  it.each([
    ["mean even == 5.5s", true],
    ["mean late > 2 * mean even", false],
    ["mean late >= 2 * mean even", true],
    ["p50 even == 5s", true],
    ["p99 late - p99 even > 9s", true],
    ["p90 even > 9s", false],
    ["P(>5s) even == 50%", true],
    ["P(>4999999us) even == 60%", true],
    ["P(>10s) even > 0", false],
    ["censored stuck == 2%", true],
    ["eintr even == 63", true],
    ["disturbance even == 63.5", true],
    ["disturbance late == 1.5", true],
    ["violations even == 1000", true],
    ["violations late > 0", false],
    ["p99 late / p99 even == 2", true],
  ])("%s: %s", (text, expected) => {
    expect(verdict(text).holds).toBe(expected);
  });
});

describe("a condition on what is censored", () => {
  it.each([
    ["p99 stuck > 1.1 * p99 even", true],
    ["p99 stuck > 119s", true],
    ["p50 stuck > 2s", false],
    ["mean stuck > 3s", true], // at least 0.98 x 1 s + 0.02 x 120 s
    ["P(>120s) never == 100%", true],
  ])("holds or not where that follows from the horizon: %s: %s", (text, expected) => {
    expect(verdict(text).holds).toBe(expected);
  });

  it.each(["p99 stuck > p99 never", "mean never > 121s", "mean stuck > 4s", "P(>200s) stuck > 1%"])(
    "cannot be told where it does not: %s",
    (text) => {
      const { holds, certain, detail } = verdict(text);
      expect({ holds, certain }).toEqual({ holds: null, certain: false });
      expect(detail).toContain("cannot be told");
    },
  );
});

describe("a condition says whether the 95% intervals agree", () => {
  it("where they are apart, and where they overlap", () => {
    expect(verdict("mean late > mean even")).toMatchObject({ holds: true, certain: true });
    expect(verdict("mean even > 5.45s")).toMatchObject({ holds: true, certain: false });
    expect(verdict("P(>5s) even > 60%")).toMatchObject({ holds: false, certain: true });
    expect(verdict("P(>5s) even > 51%")).toMatchObject({ holds: false, certain: false });
  });

  it("and what was compared", () => {
    expect(verdict("p99 late > 1.1 * p50 even").detail).toBe(
      "p99 late = 20.00 s (20.00 s), 1.1 * p50 even = 5.500 s (5.500-6.600 s): holds; the 95% intervals agree",
    );
    expect(verdict("p99 stuck > 60s").detail).toBe(
      "p99 stuck = above 120.0 s (above 120.0 s): holds; the 95% intervals agree",
    );
    expect(verdict("eintr even > 100").detail).toBe("eintr even = 63 (63): does not hold; the 95% intervals agree");
  });
});
