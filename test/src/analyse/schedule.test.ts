// How long shards take on so many cores, against handing them out one by one.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Load, makespan, workOf } from "../../../src/analyse/schedule.js";

/** Shard by shard, each to whoever is free first. */
function oneByOne(loads: Load[], cores: number): number {
  const free = new Array<number>(cores).fill(0);
  for (const { shards, ms } of loads) {
    for (let i = 0; i < shards; i++) free[free.indexOf(Math.min(...free))]! += ms;
  }
  return Math.max(...free);
}

const loads = fc.array(fc.record({ shards: fc.integer({ min: 0, max: 40 }), ms: fc.integer({ min: 1, max: 1000 }) }), {
  maxLength: 6,
});

describe("makespan", () => {
  it("is that of shards handed out one by one", () => {
    fc.assert(
      fc.property(loads, fc.integer({ min: 1, max: 12 }), (some, cores) => {
        expect(makespan(some, cores)).toBe(oneByOne(some, cores));
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it("is all the work on one core, and the longest shard on enough of them", () => {
    const some = [
      { shards: 10, ms: 3 },
      { shards: 2, ms: 50 },
    ];
    expect([makespan(some, 1), workOf(some)]).toEqual([130, 130]);
    expect(makespan(some, 12)).toBe(50);
  });

  it("sees the last shard that keeps one core at work: 5 equal ones on 4 cores take as long as 8", () => {
    expect(makespan([{ shards: 5, ms: 10 }], 4)).toBe(20);
  });

  it("takes ten million shards on ten thousand cores at once", () => {
    expect(makespan([{ shards: 1e7, ms: 2 }], 1e4)).toBe(2000);
  });
});
