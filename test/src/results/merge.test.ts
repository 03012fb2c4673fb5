import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digest } from "../../../src/results/digest.js";
import { CountsSum } from "../../../src/results/merge.js";
import { countsOf, type FakeReplica, replicaCounts } from "./fake-counts.js";

const replica: fc.Arbitrary<FakeReplica> = fc.record({
  ticks: fc.option(fc.integer({ min: 0, max: 100_000_000 })),
  blame: fc.option(fc.record({ phase: fc.nat(4), mechanism: fc.constantFrom("stack", "idle", "user-exit") }), {
    nil: undefined,
  }) as fc.Arbitrary<FakeReplica["blame"]>,
});

describe("CountsSum", () => {
  it("gives the same counts in any order and any grouping", () => {
    const cases = fc
      .array(replica, { minLength: 1, maxLength: 40 })
      .chain((replicas) =>
        fc.tuple(
          fc.constant(replicas),
          fc.shuffledSubarray([...replicas.keys()], { minLength: replicas.length }),
          fc.integer({ min: 1, max: 7 }),
        ),
      );
    fc.assert(
      fc.property(cases, ([replicas, order, groupSize]) => {
        const sum = new CountsSum();
        for (let at = 0; at < order.length; at += groupSize) {
          const group = new CountsSum();
          for (const number of order.slice(at, at + groupSize)) group.add(replicaCounts(number, replicas[number]));
          sum.add(group.counts());
        }
        expect(sum.counts()).toEqual(countsOf(replicas));
        expect(digest(sum.counts())).toBe(digest(countsOf(replicas)));
      }),
    );
  });

  it("keeps the ten worst: censored before slowest, ties by replica", () => {
    const replicas = Array.from({ length: 20 }, (_, i) => ({ ticks: i % 3 === 0 ? null : 1000 * (i % 5) }));
    const { worst } = countsOf(replicas);
    expect(worst.map(({ replica }) => replica)).toEqual([0, 3, 6, 9, 12, 15, 18, 4, 14, 19]);
  });

  it("keeps words beyond 2^53 exact", () => {
    const sum = new CountsSum();
    const part = {
      ...replicaCounts(0, { ticks: 1 }),
      index: Uint32Array.of(5000),
      value: BigUint64Array.of(2n ** 60n + 1n),
    };
    sum.add(part);
    sum.add(part);
    expect(sum.counts().value).toEqual(BigUint64Array.of(2n ** 61n + 2n));
  });

  it("has no extremes where nothing completed", () => {
    const { latencyMin, latencyMax } = countsOf([{ ticks: null }]);
    expect([latencyMin, latencyMax]).toEqual([null, null]);
  });
});

describe("digest", () => {
  it("sees a replica's number, an extreme and a count", () => {
    const base = countsOf([{ ticks: 5 }]);
    const others = [
      { ...base, worst: [{ replica: 1, ticks: 5 }] },
      { ...base, latencyMax: 6 },
      { ...base, value: base.value.map((value) => value + 1n) },
    ];
    expect(new Set([base, ...others].map(digest)).size).toBe(4);
  });

  it("does not see words that are 0", () => {
    const base = countsOf([{ ticks: 5 }]);
    const padded = { ...base, index: Uint32Array.of(...base.index, 9999), value: BigUint64Array.of(...base.value, 0n) };
    expect(digest(padded)).toBe(digest(base));
  });
});
