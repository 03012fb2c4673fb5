import { describe, expect, it } from "vitest";
import { comparePolicies } from "../../../src/analyse/compare-policies.js";
import { standingOf } from "../../../src/analyse/standing.js";
import { verdictOf, verdictOfAll } from "../../../src/report/compare-verdict.js";
import { side, times } from "../analyse/columns.js";

const HORIZON_MS = 120_000;
const N = 1000;
type Column = Parameters<typeof side>[1];
type Counters = Parameters<typeof side>[2];

function verdict([a, counted]: [Column, Counters?], [b, countedB]: [Column, Counters?]): string {
  return verdictOf(comparePolicies(side("old", a, counted), side("new", b, countedB), 1n), HORIZON_MS);
}
const spread = (at: number) => times(N, (row) => at + (row % 10) / 10);
const each = (value: number) => times(N, () => value);

describe("the verdict of a comparison", () => {
  it("says who is faster by how much, and at what price", () => {
    expect(verdict([spread(16)], [spread(1), { eintr: each(63), ipis: each(1), guestExits: each(2) }])).toBe(
      "new beats old: p99 15.00 s earlier and mean 15.00 s earlier, at the price of 63 EINTRs, 2 guest exits and 1 IPI a transition.",
    );
    expect(verdict([spread(16), { ipis: each(9) }], [spread(1), { eintr: each(1) }])).toBe(
      "new beats old: p99 15.00 s earlier and mean 15.00 s earlier, at the price of 1 EINTR a transition, but saves 9 IPIs a transition.",
    );
  });

  it("says that the new one is slower, and what it saves", () => {
    expect(verdict([spread(1), { ipis: each(63) }], [spread(16)])).toBe(
      "new is slower than old: p99 15.00 s later and mean 15.00 s later; new saves 63 IPIs a transition.",
    );
  });

  it("calls less than 1% by its name, and leaves out a price of less than 1%", () => {
    const counters = (value: number) => ({ eintr: times(N, (row) => (row < 5 ? value : 63)) });
    expect(verdict([spread(16), counters(63)], [spread(15.9), counters(64)])).toBe(
      "new barely beats old: p99 100 ms earlier and mean 100 ms earlier.",
    );
  });

  it("does not decide where nothing differs measurably", () => {
    const shuffled = times(N, (row) => 5 + ((row * 7919) % 1000) / 100);
    const other = times(N, (row) => 5 + ((row * 104_729 + 13) % 1000) / 100);
    expect(verdict([shuffled], [other])).toMatch(
      /^new and old do not differ measurably: p99 0 ms \(-[\d.]+ to \+[\d.]+ ms\) and mean 0 ms \(-\d+ to \+\d+ ms\)\.$/,
    );
    expect(verdict([shuffled.slice(0, 50)], [other.slice(0, 50)])).toContain("measurably in 50 transitions: p9");
  });

  it("says that it depends where the mean is earlier and the tail later", () => {
    const tail = times(N, (row) => (row % 50 === 0 ? 60 + (row % 100) / 100 : 1));
    expect(verdict([spread(5)], [tail])).toMatch(
      /^it depends: against old, new has its p99 5\d\.\d\d s later \(.*\) and mean 3\.2\d\d s earlier \(.*\)\.$/,
    );
  });

  it("says that two are the same, and what one of them costs all the same", () => {
    expect(verdict([spread(5)], [spread(5), { ipis: each(4) }])).toBe(
      "new takes exactly as long as old; new costs 4 IPIs more a transition.",
    );
  });

  it("says who never completes", () => {
    const never = each(0).map(() => null);
    expect(verdict([never], [spread(1)])).toBe("new completes (p99 1.900 s), old never does within 120 s.");
    expect(verdict([spread(1)], [never])).toBe("old completes (p99 1.900 s), new never does within 120 s.");
    expect(verdict([never], [never, { ipis: each(9) }])).toBe(
      "neither new nor old completes within 120 s; new costs 9 IPIs more a transition.",
    );
  });

  it("speaks of how many complete where some do not", () => {
    const some = (every: number) => spread(5).map((seconds, row) => (row % every === 0 ? null : seconds));
    expect(verdict([some(2)], [some(50)])).toMatch(
      /^new beats old: p\d+ .*completes in 48\.0% more of the transitions within 120 s\.$|^new beats old: completes in 48\.0% more/,
    );
    expect(verdict([some(50)], [some(2)])).toContain("completes in 48.0% fewer of the transitions within 120 s");
  });

  it("never praises what is unsound without saying so", () => {
    expect(verdict([spread(16)], [spread(1), { violations: each(2) }])).toMatch(
      /; but new made 2,000 more unsound switches than old\.$/,
    );
    expect(verdict([spread(16), { violations: each(2) }], [spread(1)])).toMatch(/ more unsound switches than new\.$/);
  });
});

describe("the verdict of all", () => {
  it("compares the two best and says where the others are", () => {
    const sides = [
      side("first", spread(1)),
      side("second", spread(2)),
      side("third", spread(3), { violations: each(1) }),
      side(
        "fourth",
        spread(4).map((s, row) => (row < 100 ? null : s)),
      ),
      side(
        "fifth",
        each(0).map(() => null),
      ),
      side("sixth", spread(6)),
    ];
    const deciding = comparePolicies(sides[1]!, sides[0]!, 1n);
    expect(verdictOfAll(deciding, sides.slice(2).map(standingOf), HORIZON_MS)).toBe(
      "first beats second: p99 1.000 s earlier and mean 1.000 s earlier; behind: third (p99 3.900 s, not sound), " +
        "fourth (not complete within 120 s in 10.0%), fifth (never completes within 120 s) and 1 more.",
    );
  });
});
