import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planRun, shardsOf } from "../../../src/execute/plan.js";
import type { Model, Policy } from "../../../src/scenario/model.js";

const planOf = (taskCount: number, cpus: number, policies: number, replicas: number) =>
  planRun({
    experiment: "transition",
    model: { hash: "h", taskCount, host: { cpus } } as Model,
    variants: new Array<Policy>(policies),
    replicas,
  });

describe("planRun", () => {
  it("covers every replica of every variant once, in order", () => {
    fc.assert(
      fc.property(
        fc.nat(65_536),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 20_000 }),
        (tasks, policies, replicas) => {
          const shards = [...shardsOf(planOf(tasks, 64, policies, replicas))];
          const follows = shards.every(({ variant, first, count }, i) => {
            const next = shards[i + 1] ?? { variant: policies, first: 0 };
            const end = first + count;
            return (
              count > 0 && (end === replicas ? next.variant === variant + 1 && next.first === 0 : next.first === end)
            );
          });
          expect(shards[0]).toMatchObject({ scenario: "h", variant: 0, first: 0 });
          expect(follows).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("makes shards smaller as hosts grow, never empty, and the same however many replicas are asked for", () => {
    const sizes = [
      [1, 1],
      [272, 64],
      [65_536, 4096],
    ].map(([tasks, cpus]) => planOf(tasks, cpus, 1, 10).shardReplicas);
    expect(sizes).toEqual([2048, 8, 1]);
    expect(planOf(272, 64, 4, 1e9).shardReplicas).toBe(8);
  });
});
