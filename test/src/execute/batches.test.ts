import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Batch, Batches } from "../../../src/execute/batches.js";
import type { Shard } from "../../../src/execute/plan.js";

const GRAIN = 10;

const shard = (variant: number, first: number, count: number): Shard => ({ variant, first, count });
/** A shard a variant. */
const whole = (variants: number, replicas: number) =>
  Array.from({ length: variants }, (_, variant) => shard(variant, 0, replicas));
const batchesOf = (shards: Shard[], inFlight = 1) => new Batches(shards, GRAIN, inFlight);

/** All batches, where each replica takes `ms`. */
function drain(batches: Batches, ms: number): Batch[] {
  const all: Batch[] = [];
  for (let batch = batches.next(); batch; batch = batches.next()) {
    all.push(batch);
    batches.took(batch, ms * batch.count);
  }
  return all;
}

describe("Batches", () => {
  it("cover the shards in order, and never straddle two", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 3000 }), { maxLength: 20 });
    const ms = fc.double({ min: 0, max: 10, noNaN: true });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 8 }), ms, (counts, inFlight, ms) => {
        const shards = counts.map((count, i) => shard(i % 2, 1000 * i, count));
        const batches = drain(batchesOf(shards, inFlight), ms);
        const covered = shards.map(({ first }) => first);
        for (const { shard, variant, first, count } of batches) {
          expect({ variant, first }).toEqual({ variant: shard.variant, first: covered[shards.indexOf(shard)] });
          covered[shards.indexOf(shard)]! += count;
        }
        expect(covered).toEqual(shards.map(({ first, count }) => first + count));
        expect(batches.map(({ shard }) => shards.indexOf(shard))).toEqual(
          batches.map(({ shard }) => shards.indexOf(shard)).sort((a, b) => a - b),
        );
      }),
    );
  });

  it("after drain() come from the shard that was begun alone", () => {
    const batches = batchesOf([shard(0, 0, 25), shard(0, 25, 25), shard(0, 50, 25)]);
    for (let i = 0; i < 4; i++) batches.next();
    batches.drain();
    expect(batches.next()).toMatchObject({ first: 35 });
    batches.drain();
    expect(drain(batches, 1).map(({ first }) => first)).toEqual([45]);
  });

  it("after drain() between two shards are none", () => {
    const batches = batchesOf([shard(0, 0, 10), shard(0, 10, 10)]);
    batches.next();
    batches.drain();
    expect(batches.next()).toBeUndefined();
  });

  it("begin with one grain and grow towards 100 ms, by whole grains", () => {
    const sizes = drain(batchesOf(whole(1, 5000)), 0.1).map(({ count }) => count);
    expect(sizes.slice(0, 6)).toEqual([10, 40, 160, 640, 1000, 1000]);
  });

  it("are no more than an equal part of what is left for each in flight", () => {
    const sizes = drain(batchesOf(whole(1, 2000), 4), 0.1).map(({ count }) => count);
    expect(sizes.slice(0, 6)).toEqual([10, 40, 160, 440, 330, 250]);
    expect(sizes.slice(-4)).toEqual([10, 10, 10, 10]);
  });

  it("are never less than one grain, however slow", () => {
    expect(new Set(drain(batchesOf(whole(1, 100)), 1000).map(({ count }) => count))).toEqual(new Set([10]));
  });

  it("learn each variant's speed by itself", () => {
    const sizes = drain(batchesOf(whole(2, 500)), 0.1);
    expect(sizes.find(({ variant }) => variant === 1)?.count).toBe(10);
  });

  it("survive a clock that stands still", () => {
    expect(drain(batchesOf(whole(1, 100_000)), 0).reduce((sum, { count }) => sum + count, 0)).toBe(100_000);
  });
});
