// How long measured work takes, and what more shards would gain.

import { describe, expect, it } from "vitest";
import { spreadOfColumn } from "../../../src/analyse/paired-mean.js";
import { type Point, timingOf } from "../../../src/analyse/work-timing.js";

const point = (replicas: number, shards: number, ...replicaMs: number[][]): Point => ({
  replicas,
  shards,
  measured: replicaMs.map((samples) => ({
    replicaMs: spreadOfColumn(samples),
    replicas: 30,
    bytes: (count) => 100 + count,
  })),
});
const timing = (cores: number, ...points: Point[]) =>
  timingOf({ points, measured: points.map(({ measured }) => measured) }, ["a", "b"], cores);

describe("timingOf", () => {
  it("adds up what all shards cost, and what their files hold", () => {
    const { workMs, bytes, measuredReplicas } = timing(2, point(1000, 4, [1, 1, 1], [3, 3, 3]));
    expect({ workMs: workMs.value, bytes, measuredReplicas }).toEqual({
      workMs: 4000,
      bytes: 8 * (100 + 250),
      measuredReplicas: 60,
    });
  });

  it("hands shards to cores one by one: 8 of 250 and 750 ms on 3 cores", () => {
    const { wholeMs, byCores } = timing(3, point(1000, 4, [1, 1, 1], [3, 3, 3]));
    expect(wholeMs.value).toBe(1750); // 250 thrice, 250 and 750 thrice, 750 on the core that had two of 250
    expect(byCores.map(({ cores }) => cores)).toEqual([1, 2, 3]);
  });

  it("has an interval where samples differ, and none of width where they do not", () => {
    const { policies } = timing(1, point(100, 1, [1, 2, 3, 2], [5, 5, 5, 5]));
    const [a, b] = policies;
    expect(a!.replicaMs.low).toBeLessThan(2);
    expect(a!.replicaMs.high).toBeGreaterThan(2);
    expect(b!.replicaMs).toEqual({ value: 5, low: 5, high: 5 });
  });

  it("knows how many shards keep all cores at work", () => {
    const { better, wholeMs } = timing(64, point(100_000, 4, [1, 1, 1], [1, 1, 1]));
    expect(wholeMs.value).toBe(25_000);
    expect(better).toEqual({ shards: 32, wholeMs: 3125 });
  });

  it("knows from where on more cores gain nothing", () => {
    expect(timing(64, point(100_000, 4, [1, 1, 1], [1, 1, 1]))).toMatchObject({ usefulCores: 8 });
    expect(timing(64, point(4, 4, [1, 1, 1], [1, 1, 1]))).toMatchObject({ usefulCores: 8, better: null });
    expect(timing(64, point(100_000, 4, [1, 1, 1], [1, 1, 1])).byCores.map(({ cores }) => cores)).toEqual([
      1, 2, 4, 64,
    ]);
  });

  it("leaves enough shards alone, and makes none of less than a tenth of a second", () => {
    expect(timing(2, point(100_000, 4, [1, 1, 1], [1, 1, 1])).better).toBeNull();
    expect(timing(64, point(250, 1, [1, 1, 1], [1, 1, 1])).better).toEqual({ shards: 2, wholeMs: 125 });
  });

  it("adds the points of a sweep up", () => {
    const { workMs, policies } = timing(2, point(100, 1, [1, 1, 1], [1, 1, 1]), point(100, 2, [4, 4, 4], [1, 1, 1]));
    expect(workMs.value).toBe(700);
    expect(policies[0]!.shardMs.value).toBe(150); // of 100 and 200
  });
});
