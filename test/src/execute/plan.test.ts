import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planRun, shardsOf } from "../../../src/execute/plan.js";
import type { Model } from "../../../src/scenario/model.js";

const modelOf = (taskCount: number, cpus: number) => ({ hash: "h", taskCount, host: { cpus } }) as Model;

describe("planRun", () => {
  it("covers every replica of every policy once, in order", () => {
    fc.assert(
      fc.property(
        fc.nat(65_536),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 20_000 }),
        (tasks, policies, replicas) => {
          const shards = [...shardsOf(planRun(modelOf(tasks, 64), policies, replicas))];
          const follows = shards.every(({ policy, first, count }, i) => {
            const next = shards[i + 1] ?? { policy: policies, first: 0 };
            const end = first + count;
            return (
              count > 0 && (end === replicas ? next.policy === policy + 1 && next.first === 0 : next.first === end)
            );
          });
          expect(shards[0]).toMatchObject({ scenario: "h", policy: 0, first: 0 });
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
    ].map(([tasks, cpus]) => planRun(modelOf(tasks, cpus), 1, 10).shardReplicas);
    expect(sizes).toEqual([2048, 8, 1]);
    expect(planRun(modelOf(272, 64), 4, 1e9).shardReplicas).toBe(8);
  });
});
