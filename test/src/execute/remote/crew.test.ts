import { expect, it } from "vitest";
import { Crew } from "../../../../src/execute/remote/crew.js";

const ours = { version: "0.1.0", modules: "aaaaaaaaaaaa" };
const fit = { id: "new:1", threads: 4, ...ours };
const old = { id: "old:1", threads: 8, version: "0.0.9", modules: "bbbbbbbbbbbb" };
const changed = { id: "odd:1", threads: 8, version: "0.1.0", modules: "bbbbbbbbbbbb" };

function crew() {
  const told: string[] = [];
  return { told, crew: new Crew(ours, "start one", (line) => told.push(line)) };
}

it("Always: a worker of another version or module is told of once, with what it has and what is wanted, and counts for nothing", () => {
  const { crew: seen, told } = crew();
  for (let now = 0; now < 60_000; now += 5000) seen.seen([fit, old, changed], now);
  expect(told).toEqual([
    "old:1 has klpsim 0.0.9 (modules bbbbbbbbbbbb), this run wants klpsim 0.1.0 (modules aaaaaaaaaaaa): it refuses, others get its shards",
    "odd:1 has klpsim 0.1.0 (modules bbbbbbbbbbbb), this run wants klpsim 0.1.0 (modules aaaaaaaaaaaa): it refuses, others get its shards",
  ]);
  expect(seen.threads).toBe(4);
  expect(seen.note()).toBe("1 worker, 4 threads");
});

it("Always: a run whose workers all refuse ends, and says why", () => {
  const { crew: seen } = crew();
  seen.seen([old, changed], 0);
  seen.seen([old, changed], 14_000);
  expect(() => seen.seen([old, changed], 15_000)).toThrow(
    "all 2 workers refuse: they have klpsim 0.0.9 (modules bbbbbbbbbbbb); klpsim 0.1.0 (modules bbbbbbbbbbbb), this run wants klpsim 0.1.0 (modules aaaaaaaaaaaa); install that there, or run this where theirs is",
  );
});

it("Always: a run without workers waits, and says how to start one whenever the last has gone", () => {
  const { crew: seen, told } = crew();
  for (const [now, workers] of [
    [0, []],
    [5000, []],
    [90_000, []],
    [95_000, [fit]],
    [100_000, []],
    [103_000, []],
  ] as const)
    seen.seen(workers, now);
  expect(told).toEqual(["no worker is there: start one", "no worker is there: start one"]);
});
