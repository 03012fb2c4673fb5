import { describe, expect, it } from "vitest";
import { summarise } from "../../../src/results/summarise.js";
import { countsOf, type FakeReplica, layout, model } from "./fake-counts.js";

const seconds = (values: number[]): FakeReplica[] => values.map((value) => ({ ticks: value * 1e6 }));
const summary = (replicas: FakeReplica[]) => summarise(countsOf(replicas), layout, model, "p");
const hundred = Array.from({ length: 100 }, (_, i) => i + 1);

describe("summarise", () => {
  it("gives mean, extremes and order statistics in milliseconds", () => {
    const { latencyMs, replicas, censored } = summary(seconds(hundred.map((value) => 2 * Math.ceil(value / 2) - 1)));
    expect({ replicas, censored }).toEqual({ replicas: 100, censored: 0 });
    expect(latencyMs).toMatchObject({ mean: 50_000, min: 1000, max: 99_000, meanCompleted: 50_000 });
    expect(latencyMs.quantiles[0]).toEqual({ p: 0.5, value: 49_000, low: 39_000, high: 61_000 });
    expect(latencyMs.quantiles.map(({ p, value }) => [p, value])).toEqual([
      [0.5, 49_000],
      [0.9, 89_000],
      [0.95, 95_000],
      [0.99, 99_000],
      [0.999, 99_000],
    ]);
    expect(latencyMs.quantiles[4].high).toBeNull();
  });

  it("gives the mean's interval by the exact sum of squares", () => {
    const { latencyMs } = summary(seconds(hundred));
    const error = Math.sqrt((100 ** 2 - 1) / 12 / 99) * 1000; // of 1 .. 100 s: standard deviation over root of n
    expect(latencyMs.mean).toBe(50_500);
    expect(latencyMs.meanLow).toBeCloseTo(50_500 - 1.96 * error, 0);
    expect(latencyMs.meanHigh).toBeCloseTo(50_500 + 1.96 * error, 0);
  });

  it("reads values that are alike exactly", () => {
    const replicas = [...Array(70).fill(2_000_001), ...Array(30).fill(3e6)].map((ticks) => ({ ticks }));
    expect(summary(replicas).latencyMs.quantiles[0]).toMatchObject({ value: 2000.001, low: 2000.001, high: 2000.001 });
  });

  it("spreads values that are not over their bucket, so that an interval narrower than it has two ends", () => {
    const within = (at: number) => ({ ticks: 8_388_608 + Math.floor(65_536 * at) }); // one bucket of 65,536 ticks
    const even = summary(Array.from({ length: 10_000 }, (_, i) => within((i + 0.5) / 10_000))).latencyMs.quantiles[0];
    expect(even.value! - 8388.608).toBeCloseTo(65.536 / 2, 1);
    expect(even.low! - 8388.608).toBeCloseTo((65.536 * 4902) / 10_000, 1);
    expect(even.high! - 8388.608).toBeCloseTo((65.536 * 5098) / 10_000, 1);
    const early = Array.from({ length: 10_000 }, (_, i) => within(((i + 0.5) / 10_000) ** 2));
    expect(summary(early).latencyMs.quantiles[0].value! - 8388.608).toBeCloseTo(65.536 / 4, 1);
  });

  it("has wider intervals at a higher confidence", () => {
    const replicas = seconds(hundred);
    const [usual, sure] = [0.95, 0.999].map((confidence) =>
      summarise(countsOf(replicas), layout, model, "p", confidence),
    );
    const [narrow, wide] = [usual!, sure!].map(({ latencyMs, exceed }) => [
      latencyMs.quantiles[0]!.high! - latencyMs.quantiles[0]!.low!,
      latencyMs.meanHigh! - latencyMs.meanLow!,
      exceed[2]!.high! - exceed[2]!.low!,
    ]);
    for (const i of [0, 1, 2]) expect(wide![i]).toBeGreaterThan(1.5 * narrow![i]!);
    expect(wide![1]! / narrow![1]!).toBeCloseTo(3.290527 / 1.959964, 5);
  });

  it("never averages censored replicas in: mean, extremes and what lies among them are null", () => {
    const censored = Array.from({ length: 20 }, () => ({ ticks: null }));
    const { latencyMs } = summary([...seconds(Array.from({ length: 80 }, () => 10)), ...censored]);
    expect(latencyMs).toMatchObject({ mean: null, meanLow: null, meanHigh: null, meanCompleted: 10_000 });
    expect(latencyMs).toMatchObject({ min: null, max: null });
    expect(latencyMs.quantiles).toEqual([
      { p: 0.5, value: 10_000, low: 10_000, high: 10_000 },
      { p: 0.9, value: null, low: null, high: null },
      { p: 0.95, value: null, low: null, high: null },
      { p: 0.99, value: null, low: null, high: null },
      { p: 0.999, value: null, low: null, high: null },
    ]);
  });

  it("leaves an interval open above whose upper rank is censored", () => {
    const { latencyMs } = summary([
      ...seconds(Array.from({ length: 55 }, () => 10)),
      ...Array.from({ length: 45 }, () => ({ ticks: null })),
    ]);
    expect(latencyMs.quantiles[0]).toEqual({ p: 0.5, value: 10_000, low: 10_000, high: null });
  });

  it("has nulls and no shares where nothing completed", () => {
    const result = summary([{ ticks: null, stuck: [2, 2, 1, 4] }]);
    expect(result.latencyMs).toMatchObject({ mean: null, min: null, max: null, meanCompleted: null });
    expect(result.blame).toEqual([]);
    expect(result.stuck).toEqual([
      { class: "vcpu", phase: "run", share: 0.5 },
      { class: "reader", phase: "read", share: 0.25 },
      { class: "idle", phase: "idle", share: 0.25 },
    ]);
    expect(result.worst).toEqual([{ replica: 0, latencyMs: null }]);
  });

  it("counts censored replicas as later than every threshold within the horizon", () => {
    const { exceed } = summary([{ ticks: null }, ...seconds([1, 20, 70])]);
    expect(exceed.map(({ seconds, probability }) => [seconds, probability])).toEqual([
      [1, 0.75],
      [15, 0.75],
      [60, 0.5],
      [75, 0.25],
    ]);
    expect(exceed[2].low).toBeCloseTo(0.067586, 6); // R: binom.test(2, 4)
    expect(exceed[2].high).toBeCloseTo(0.932414, 6);
  });

  it("knows nothing of thresholds past the horizon", () => {
    const { exceed } = summarise(countsOf(seconds([1])), layout, { ...model, horizon: 60e6 }, "p");
    expect(exceed[2].probability).toBe(0);
    expect(exceed[3]).toEqual({ seconds: 75, probability: null, low: null, high: null });
  });

  it("shares the blame over replicas in which somebody switched", () => {
    const { blame } = summary([
      { ticks: 1, blame: { phase: 1, mechanism: "stack" } },
      { ticks: 1, blame: { phase: 1, mechanism: "stack" } },
      { ticks: 1, blame: { phase: 3, mechanism: "user-exit" } },
      { ticks: 1, blame: { phase: 4, mechanism: "idle" } },
      { ticks: 1 },
    ]);
    expect(blame).toEqual([
      { class: "reader", phase: "read", mechanism: "stack", share: 0.5 },
      { class: "vcpu", phase: "vmm", mechanism: "user-exit", share: 0.25 },
      { class: "idle", phase: "idle", mechanism: "idle", share: 0.25 },
    ]);
  });

  it("gives disturbance per transition, violations and give-ups in total", () => {
    const result = summary([
      { ticks: 1, tries: 3, counters: { eintr: 4, violations: 2 } },
      { ticks: 1, tries: 4, counters: { ipis: 1, violations: 1, gaveUp: 1 } },
    ]);
    expect(result.disturbance).toMatchObject({ eintr: 2, ipis: 0.5, restarts: 0 });
    expect(result).toMatchObject({ violations: 3, gaveUp: 1, warnings: 0, tries: { mean: 3.5 }, rounds: { mean: 0 } });
  });
});
