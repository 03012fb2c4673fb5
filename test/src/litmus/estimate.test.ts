// Estimates against closed forms, and what they say where they cannot be trusted.

import { beforeAll, describe, expect, it } from "vitest";
import { type EstimateOptions, estimate } from "../../../src/litmus/estimate.js";
import { compileLitmus } from "../../../src/litmus/module.js";
import type { FinalState, Operation, Program } from "../../../src/litmus/program.js";
import { equal, location, mb, program, read, register, wait, write } from "../../litmus/builder.js";

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await compileLitmus();
});

const values =
  (...wanted: number[]) =>
  (final: FinalState) =>
    `${final.values}` === `${wanted}`;

function sc(one: Program, accepts: (final: FinalState) => boolean, options: EstimateOptions = {}) {
  return estimate(module, one, "sc", accepts, options);
}

/** A writer that is half-way for a mean of `store`, a reader that may look then. */
const halfWay = program("half-way", 1, [[write(0, 1), write(0, 2)], [read(0, 0)]], [register(1, 0)]);

describe("closed forms", () => {
  it("Always: of two stores that take as long each comes last half of the time", () => {
    const { probability, low, high } = sc(program("race", 1, [[write(0, 1)], [write(0, 2)]], [location(0)]), values(1));
    expect(low).toBeLessThan(0.5);
    expect(high).toBeGreaterThan(0.5);
    expect(high - low).toBeLessThan(0.02);
    expect(probability).toBeGreaterThan(low);
  });

  // The reader's instant has a density of 1 / window all about the writer's; it is between the stores for a mean of `store`.
  it.each([
    [1e4, 5],
    [1e6, 5],
    [1e9, 5],
    [1e9, 1],
  ])("Always: a reader in a window of %d ns finds a gap of %d ns as often as their ratio says", (window, store) => {
    const { probability, low, high, effectiveHits, warning } = sc(halfWay, values(1), { window, means: { store } });
    const expected = store / window;
    expect(low).toBeLessThan(expected * 1.01);
    expect(high).toBeGreaterThan(expected * 0.99);
    expect(Math.abs(probability / expected - 1)).toBeLessThan(0.2);
    expect(effectiveHits).toBeGreaterThan(100);
    expect(warning).toBeNull();
  });

  it.each([0, 1e3, 1e5])("Always: the gap is longer by %d interruptions a second of a millisecond", (perSecond) => {
    const interruptions = { perSecond, meanNs: 1e6 };
    const { low, high, warning } = sc(halfWay, values(1), { window: 1e9, interruptions });
    const expected = (5 + 5e-9 * perSecond * 1e6) / 1e9;
    expect(low).toBeLessThan(expected * 1.01);
    expect(high).toBeGreaterThan(expected * 0.99);
    expect(high / low).toBeLessThan(1.5);
    expect(warning).toBeNull();
  });

  it("Always: intervals hold the truth about as often as they say", () => {
    const window = 1e6;
    const missed = Array.from({ length: 100 }, (_, n) =>
      sc(halfWay, values(1), { window, seed: BigInt(n), replicas: 10_000 }),
    ).filter(({ low, high }) => low > 5 / window || high < 5 / window);
    expect(missed.length).toBeLessThanOrEqual(12); // 5 expected; more than 12 once in seven hundred times
  });

  it("Always: under tso a store is unseen until it leaves the buffer", () => {
    const buffering = (between: Operation[]) =>
      program(
        "SB",
        2,
        [
          [write(0, 1), ...between, read(0, 1)],
          [write(1, 1), ...between, read(0, 0)],
        ],
        [register(0, 0), register(1, 0)],
      );
    const both = (between: Operation[]) => estimate(module, buffering(between), "tso", values(0, 0)).probability;
    expect(both([])).toBeGreaterThan(1e-5);
    expect(both([mb])).toBe(0);
  });
});

describe("what is counted", () => {
  it("Always: paths whose assumption fails are out of the ratio", () => {
    const assumed = [read(0, 0), { op: "assume", condition: equal(0, 1) } as Operation];
    const one = program("assume", 1, [assumed, [write(0, 1)], [write(0, 2)]], [location(0)]);
    const { probability } = sc(one, values(2), { window: 10 });
    expect(probability).toBeGreaterThan(0.3);
    expect(probability).toBeLessThan(1);
  });

  it("Always: a CPU that waits goes on a while after the store it waits for", () => {
    const one = program("wait", 1, [[wait(0, 0, 1)], [write(0, 1)]], [register(0, 0)]);
    expect(sc(one, values(1))).toMatchObject({ probability: 1, high: 1, warning: null });
  });

  it("Always: the same seed gives the same figures, another one others", () => {
    const once = sc(halfWay, values(1), { replicas: 1000 });
    expect(sc(halfWay, values(1), { replicas: 1000 })).toEqual(once);
    expect(sc(halfWay, values(1), { replicas: 1000, seed: 2n }).probability).not.toBe(once.probability);
  });
});

describe("limits, in words", () => {
  it("Always: no hits is no proof; the interval says how rare it may be, and a warning stands by", () => {
    const { probability, low, high, warning } = sc(halfWay, values(7), { replicas: 1000 });
    expect([probability, low]).toEqual([0, 0]);
    expect(high).toBeGreaterThan(0.003);
    expect(warning).toMatch(/^half-way: the estimate rests on 0.0 effective hits, fewer than 30; take more replicas$/);
  });

  it.each<[EstimateOptions, string]>([
    [{ replicas: 0 }, "replicas: expected more than 0 and at most 1000000000, got 0"],
    [{ replicas: 1.5 }, "replicas: expected a whole number, got 1.5"],
    [{ window: 0 }, "window, in ns: expected more than 0"],
    [{ means: { store: -1 } }, "mean of store, in ns: expected more than 0"],
  ])("Always: %o is refused", (options, message) => {
    expect(() => sc(halfWay, values(1), options)).toThrow(message);
  });
});
