import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planRun, shardsOf } from "../../../src/execute/plan.js";
import type { Model, Policy } from "../../../src/scenario/model.js";

const jobOf = (taskCount: number, cpus: number, policies: number, replicas: number) => ({
  experiment: "transition" as const,
  model: {
    classes: [{ resting: null, ranked: null, count: taskCount, children: 0 }],
    lone: new Array<boolean>(cpus).fill(false),
  } as unknown as Model,
  variants: new Array<Policy>(policies),
  replicas,
});

describe("planRun", () => {
  const numberOf = fc.integer({ min: 1, max: 20_000 });

  it.each([
    ["by their work", fc.constant(undefined)],
    ["as many as asked for", fc.integer({ min: 1, max: 300 })],
  ])("covers every replica of every variant once, in order, in shards %s", (_, shards) => {
    fc.assert(
      fc.property(fc.nat(65_536), fc.integer({ min: 1, max: 5 }), numberOf, fc.nat(5000), shards, (...drawn) => {
        const [tasks, policies, replicas, first, wanted] = drawn;
        const plan = planRun({ ...jobOf(tasks, 64, policies, replicas), first }, wanted);
        const next = { variant: 0, first };
        for (const shard of shardsOf(plan)) {
          expect(shard).toMatchObject(next);
          expect(shard.count).toBeGreaterThan(0);
          next.first += shard.count;
          if (next.first === first + replicas) Object.assign(next, { variant: next.variant + 1, first });
        }
        expect(next).toEqual({ variant: policies, first });
        if (wanted !== undefined) expect([...shardsOf(plan)]).toHaveLength(policies * Math.min(wanted, replicas));
      }),
      { numRuns: 50 },
    );
  });

  it("makes grains smaller as hosts grow, never empty, and the same however many replicas are asked for", () => {
    const sizes = [
      [1, 1],
      [272, 64],
      [65_536, 4096],
    ].map(([tasks, cpus]) => planRun(jobOf(tasks!, cpus!, 1, 10)).grain);
    expect(sizes).toEqual([2048, 8, 1]);
    expect(planRun(jobOf(272, 64, 4, 1e9)).grain).toBe(8);
  });

  it("makes shards of as much work each, 4,096 of a variant at most", () => {
    expect(planRun(jobOf(272, 64, 1, 1e4)).shards).toBe(4);
    expect(planRun(jobOf(272, 64, 1, 1e6)).shards).toBe(321);
    expect(planRun(jobOf(272, 64, 1, 1e9)).shards).toBe(4096);
    expect(planRun(jobOf(1, 1, 1, 1e6)).shards).toBe(62);
    expect(planRun(jobOf(65_536, 4096, 1, 100)).shards).toBe(7);
  });
});
