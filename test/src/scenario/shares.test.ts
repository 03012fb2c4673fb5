import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EXIT_PHASE } from "../../../src/scenario/model.js";
import { type ChainPhase, longRun } from "../../../src/scenario/shares.js";

const FOREVER = Number.POSITIVE_INFINITY;

function phase(mean: number, next: Record<number, number>): ChainPhase {
  const total = Object.values(next).reduce((a, b) => a + b, 0);
  return { mean, next: Object.entries(next).map(([to, w]) => ({ phase: Number(to), probability: w / total })) };
}

describe("long-run shares", () => {
  it("Always: a cycle is shared in the ratio of its means", () => {
    const { shares, cycle } = longRun([phase(1, { 1: 1 }), phase(3, { 0: 1 })]);
    expect(shares).toEqual([0.25, 0.75]);
    expect(cycle).toBe(4);
  });

  it("Always: patch-lite's task is in user mode 2% and on the patched function 80% of the time", () => {
    const { shares, cycle } = longRun([phase(5, { 1: 9, 2: 1 }), phase(50, { 0: 1 }), phase(2000, { 0: 1 })]);
    expect(shares.map((s) => Number(s.toFixed(14)))).toEqual([0.02, 0.18, 0.8]);
    expect(cycle).toBeCloseTo(250, 9);
  });

  it("Always: what lasts for ever takes everything that reaches it", () => {
    const { shares, cycle } = longRun([phase(1, { 1: 1, 2: 1 }), phase(FOREVER, { 0: 1 }), phase(5, { 0: 1 })]);
    expect(shares).toEqual([0, 1, 0]);
    expect(cycle).toBe(FOREVER);
  });

  it("Always: two phases for ever are weighed by the chance to end there", () => {
    const { shares } = longRun([
      phase(1, { 1: 1, 2: 2, 3: 1 }),
      phase(FOREVER, { 0: 1 }),
      phase(1, { 0: 1, 3: 1 }),
      phase(FOREVER, { 3: 1 }),
    ]);
    // x = 1/4 + 1/2 (1/2 x): a third ends in phase 1.
    expect(shares[1]).toBeCloseTo(1 / 3, 14);
    expect(shares[3]).toBeCloseTo(2 / 3, 14);
  });

  it("Always: closed groups are weighed by the chance to fall into them, transient phases get nothing", () => {
    const { shares, cycle } = longRun([
      phase(7, { 1: 3, 2: 1 }),
      phase(4, { 1: 1 }),
      phase(1, { 3: 1 }),
      phase(9, { 2: 1 }),
    ]);
    expect(shares.map((s) => Number(s.toFixed(14)))).toEqual([0, 0.75, 0.025, 0.225]);
    expect(cycle).toBe(FOREVER);
  });

  it("Always: to exit is to begin again, and children's phases get no share", () => {
    const { shares } = longRun([phase(2, { 1: 1 }), phase(6, { [EXIT_PHASE]: 1 }), phase(100, { [EXIT_PHASE]: 1 })]);
    expect(shares).toEqual([0.25, 0.75, 0]);
  });

  it("Always: phases of no length get no share", () => {
    expect(longRun([phase(0, { 1: 1 }), phase(2, { 0: 1 })]).shares).toEqual([0, 1]);
  });

  it("Always: rare escapes do not cost digits", () => {
    const { shares } = longRun([phase(1, { 0: 1e12, 1: 1 }), phase(1e12, { 0: 1 })]);
    expect(shares[0]).toBeCloseTo(0.5, 9);
  });

  it("Always: agrees with walking the chain's distribution step by step", () => {
    const chains = fc.integer({ min: 1, max: 7 }).chain((n) =>
      fc.array(
        fc.record({
          mean: fc.integer({ min: 1, max: 1000 }),
          weights: fc.array(fc.constantFrom(0, 0, 1, 2, 5), { minLength: n, maxLength: n }),
        }),
        { minLength: n, maxLength: n },
      ),
    );
    fc.assert(
      fc.property(chains, (rows) => {
        const phases = rows.map(({ mean, weights }, from) => {
          const used = weights.some((w) => w > 0) ? weights : weights.map((_, to) => (to === from ? 1 : 0));
          return phase(mean, Object.fromEntries(used.flatMap((w, to) => (w > 0 ? [[to, w]] : []))));
        });
        const walked = walk(phases);
        for (const [i, share] of longRun(phases).shares.entries()) expect(share).toBeCloseTo(walked[i] ?? -1, 6);
      }),
      { numRuns: 300 },
    );
  });
});

/** Visit frequencies by squaring the lazy chain's matrix, weighed by the means group by group. */
function walk(phases: ChainPhase[]): number[] {
  const n = phases.length;
  let matrix: number[][] = phases.map(({ next }, from) => {
    const row: number[] = Array.from({ length: n }, (_, to) => (to === from ? 0.5 : 0));
    for (const { phase: to, probability } of next) row[to] = (row[to] ?? 0) + probability / 2;
    return row;
  });
  for (let k = 0; k < 40; k++) {
    matrix = matrix.map((row) =>
      row.map((_, to) => row.reduce((sum, p, via) => sum + p * (matrix[via]?.[to] ?? 0), 0)),
    );
    matrix = matrix.map((row) => row.map((p) => p / row.reduce((a, b) => a + b, 0)));
  }
  // Given the group that a state belongs to, its row is that group's law: time shares there, then mixed by row 0.
  const time = phases.map((_, state) => {
    const weighted = (matrix[state] ?? []).map((p, to) => p * (phases[to]?.mean ?? 0));
    const total = weighted.reduce((a, b) => a + b, 0);
    return weighted.map((w) => w / total);
  });
  return phases.map((_, to) => (matrix[0] ?? []).reduce((sum, p, state) => sum + p * (time[state]?.[to] ?? 0), 0));
}
