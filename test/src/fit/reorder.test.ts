import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Quality } from "../../../src/fit/quality.js";
import { Reorder } from "../../../src/fit/reorder.js";
import type { TraceEvent } from "../../../src/fit/trace-event.js";

const MS = 1e6;

/** The numbers that events were given, with their times, and where gaps were told. */
function sorted(times: readonly number[]) {
  const quality = new Quality();
  const told: { at: number; pid: number }[] = [];
  const gaps: [number, number][] = [];
  const reorder = new Reorder(
    {
      event: ({ at, pid }: TraceEvent) => void told.push({ at, pid }),
      gap: (at, cpu) => void gaps.push([at, cpu]),
      sum: () => {},
      name: () => {},
    },
    quality,
  );
  for (const [pid, at] of times.entries()) reorder.event({ type: "end", at, cpu: 0, pid, comm: "" });
  reorder.end();
  return { told, gaps, quality, reorder };
}

describe("reorder", () => {
  it("events of CPUs that were written out in turn come in the order of their times, those of one time in the file's", () => {
    const { told, quality } = sorted([10, 20, 30, 15, 20, 30, 40]);
    expect(told.map(({ at, pid }) => `${at}#${pid}`)).toEqual(["10#0", "15#3", "20#1", "20#4", "30#2", "30#5", "40#6"]);
    expect([quality.reordered, quality.clockJumps, quality.events]).toEqual([2, 0, 7]);
  });

  it("whatever the disorder within its span, all events are told once, in order", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 200 * MS - 1 }), { maxLength: 300 }), (times) => {
        const { told, quality } = sorted(times);
        const expected = times.map((at, pid) => ({ at, pid })).sort((a, b) => a.at - b.at || a.pid - b.pid);
        expect(told.map(({ at }) => at)).toEqual(expected.map(({ at }) => at));
        expect(new Set(told.map(({ pid }) => pid)).size).toBe(times.length);
        expect(quality.clockJumps).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it("Never: is a time told before an earlier one, or an event lost, however the clock runs", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), { maxLength: 300 }), (times) => {
        const { told } = sorted(times);
        expect(told.length).toBe(times.length);
        expect(told.every(({ at }, i) => i === 0 || at >= told[i - 1]!.at)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it("a clock that jumps back goes on from where it was, with a gap and its own steps", () => {
    const before = Array.from({ length: 100 }, (_, n) => 5000 * MS + n * MS);
    const after = Array.from({ length: 100 }, (_, n) => 1000 * MS + n * MS);
    const { told, gaps, quality } = sorted([...before, ...after]);
    expect(gaps).toEqual([[5099 * MS, -1]]);
    expect(told.slice(100).map(({ at }) => at)).toEqual(after.map((at) => at + 4099 * MS));
    expect(quality.clockJumps).toBe(1);
  });

  it("an event that is a second late is told at the time up to which all are told; time does not jump for it", () => {
    const times = Array.from({ length: 100 }, (_, n) => 5000 * MS + n * 10 * MS);
    const { told, gaps, quality } = sorted([...times, 4000 * MS, 6000 * MS]);
    expect(told.find(({ pid }) => pid === 100)!.at).toBeGreaterThan(5700 * MS);
    expect(told.at(-1)!.at).toBe(6000 * MS);
    expect([gaps, quality.clockJumps, quality.reordered]).toEqual([[], 0, 1]);
  });

  it("holds back at most 65,536 events, and few of a trace that was in order until then", () => {
    const quality = new Quality();
    let told = 0;
    const sink = { event: () => void told++, gap: () => {}, sum: () => {}, name: () => {} };
    const reorder = new Reorder(sink, quality);
    const feed = (count: number) => {
      for (let n = 0; n < count; n++) reorder.event({ type: "end", at: 0, cpu: 0, pid: 1, comm: "" });
    };
    feed(90_000);
    expect(quality.events - told).toBe(65_536);
    feed(20_000);
    expect(quality.events - told).toBe(256);
  });

  it("the steps of the clock are seen from the times", () => {
    expect([
      sorted([1_000_000, 2_345_000]).reorder.resolution,
      sorted([1_000_000, 2_345_678]).reorder.resolution,
      sorted([0, 3e9]).reorder.resolution,
    ]).toEqual([1000, 1, 1e9]);
  });
});
