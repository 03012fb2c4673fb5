import { describe, expect, it } from "vitest";
import { type Batch, Batches } from "../../../src/execute/batches.js";

const plan = (variants: number, replicas: number) => ({
  scenario: "h",
  variants,
  first: 0,
  replicas,
  shardReplicas: 10,
});

/** All batches of a plan, where each replica takes `ms`. */
function drain(batches: Batches, ms: number): Batch[] {
  const all: Batch[] = [];
  for (let batch = batches.next(); batch; batch = batches.next()) {
    all.push(batch);
    batches.took(batch, ms * batch.count);
  }
  return all;
}

describe("Batches", () => {
  it("covers the plan in order, without mixing variants", () => {
    const next = { variant: 0, first: 0 };
    for (const { variant, first, count } of drain(new Batches(plan(3, 1234), 1), 0.1)) {
      expect({ variant, first }).toEqual(next);
      next.first += count;
      if (next.first === 1234) Object.assign(next, { variant: variant + 1, first: 0 });
    }
    expect(next).toEqual({ variant: 3, first: 0 });
  });

  it("begins with one shard and grows towards 100 ms, by whole shards", () => {
    const sizes = drain(new Batches(plan(1, 5000), 1), 0.1).map(({ count }) => count);
    expect(sizes.slice(0, 6)).toEqual([10, 40, 160, 640, 1000, 1000]);
  });

  it("takes no more than an equal part of what is left for each batch in flight", () => {
    const sizes = drain(new Batches(plan(1, 2000), 4), 0.1).map(({ count }) => count);
    expect(sizes.slice(0, 6)).toEqual([10, 40, 160, 440, 330, 250]);
    expect(sizes.slice(-4)).toEqual([10, 10, 10, 10]);
  });

  it("never takes less than one shard, however slow", () => {
    expect(new Set(drain(new Batches(plan(1, 100), 1), 1000).map(({ count }) => count))).toEqual(new Set([10]));
  });

  it("learns each variant's speed by itself", () => {
    const sizes = drain(new Batches(plan(2, 500), 1), 0.1);
    expect(sizes.find(({ variant }) => variant === 1)?.count).toBe(10);
  });

  it("survives a clock that stands still", () => {
    expect(drain(new Batches(plan(1, 100_000), 1), 0).reduce((sum, { count }) => sum + count, 0)).toBe(100_000);
  });
});
