import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { directSum, type SimulatedRun, simulatedRun } from "./simulated-run.js";
import { BACK_MS, type Misfortune, type SimulatedFleet } from "./simulated-workers.js";

/** Until a worker that died or fell silent is missed: its lock runs out, then somebody looks. */
const MISSED_MS = 60e3;

/** All workers at work to the end, which is one shard away when the last one is taken. */
function boundMs(fleet: SimulatedFleet, workers: number): number {
  return (fleet.busyMs + fleet.deaths * BACK_MS) / workers + fleet.longestMs;
}

describe("100,000 shards on 10,000 workers, of which some die, fall silent or are broken; the server forgets all, the planner is killed", () => {
  const shards = 100_000;
  const workers = 10_000;
  const misfortune: Misfortune = {
    deathMs: 3600e3,
    silent: 1e-3,
    unheard: 1e-3,
    twice: 1e-2,
    wrong: 1e-3,
    broken: 10,
    others: 100,
    lossesMs: [60e3],
  };
  let ran: Awaited<ReturnType<typeof simulatedRun>>;

  beforeAll(async () => {
    ran = await simulatedRun({ seed: 1, shards, workers, shardMs: 20e3, spread: 0.25, misfortune, killsMs: [120e3] });
  });

  it("Always: each shard is kept once, and the sum is that of all shards", () => {
    expect(ran.store.writes).toBe(shards);
    expect(ran.counts).toEqual(directSum(shards));
  });

  it("Always: a shard takes the planner three requests at most, of whatever size the queue", () => {
    expect(ran.fleet.requests / ran.fleet.begun).toBeLessThan(3);
  });

  it("Never: workers wait while shards do, or the end is further away than a few shards that were missed and done again", () => {
    expect(ran.fleet.waitedMs / workers).toBeLessThan(0.01 * ran.fleet.now);
    expect(ran.fleet.now).toBeLessThan(boundMs(ran.fleet, workers) + MISSED_MS + ran.fleet.longestMs);
  });
});

const DAY: SimulatedRun = { seed: 3, shards: 2000, workers: 200, shardMs: 5000, spread: 0.25 };
const sum = directSum(DAY.shards);

interface Day {
  what: string;
  misfortune: Misfortune;
  /** What it costs beside work that is done again: some shards begin so late. */
  lateMs: number;
}

const DAYS: Day[] = [
  { what: "nothing goes wrong", misfortune: {}, lateMs: 0 },
  { what: "workers die", misfortune: { deathMs: 600e3 }, lateMs: 2 * MISSED_MS },
  { what: "workers are silent for two minutes", misfortune: { silent: 0.01 }, lateMs: MISSED_MS },
  { what: "a tenth is not told of", misfortune: { unheard: 0.1 }, lateMs: 0 },
  { what: "half is told of twice", misfortune: { twice: 0.5 }, lateMs: 0 },
  { what: "results are changed on the way", misfortune: { wrong: 0.02 }, lateMs: 10e3 },
  { what: "workers are broken", misfortune: { broken: 6 }, lateMs: 30e3 },
  { what: "workers of another klpsim are there", misfortune: { others: 30 }, lateMs: 0 },
  { what: "the server forgets all, twice", misfortune: { lossesMs: [10e3, 40e3] }, lateMs: 10e3 },
  { what: "the server refuses for half a minute", misfortune: { fullMs: 20e3 }, lateMs: 30e3 },
];

it.each(DAYS)("Always: each shard is kept once, and as soon as can be, where $what", async ({ misfortune, lateMs }) => {
  const { fleet, counts, store } = await simulatedRun({ ...DAY, misfortune });
  expect(counts).toEqual(sum);
  expect(store.writes).toBe(DAY.shards);
  expect(fleet.now).toBeLessThan(boundMs(fleet, DAY.workers) + lateMs + 1000);
});

it("Always: each shard takes the planner its time, so that more workers than shard time / that time are of no use", async () => {
  const resultMs = 1;
  const { fleet } = await simulatedRun({ ...DAY, shardMs: 100, requestMs: 0, resultMs });
  expect(fleet.now / (DAY.shards * resultMs)).toBeGreaterThan(0.99);
  expect(fleet.now / (DAY.shards * resultMs)).toBeLessThan(1.1);
});

it("Always: each shard is kept once, whatever goes wrong, and however often the planner is killed", async () => {
  const share = (max: number) => fc.double({ min: 0, max, noNaN: true });
  const some = fc.record({
    seed: fc.integer({ min: 1 }),
    killsMs: fc.array(fc.integer({ min: 0, max: 100e3 }), { maxLength: 3 }).map((all) => all.sort((a, b) => a - b)),
    misfortune: fc.record({
      deathMs: fc.integer({ min: 60e3, max: 1000e3 }),
      silent: share(0.05),
      unheard: share(0.5),
      twice: share(1),
      wrong: share(0.03),
      broken: fc.integer({ min: 0, max: 2 }),
      others: fc.integer({ min: 0, max: 5 }),
      lossesMs: fc.array(fc.integer({ min: 0, max: 100e3 }), { maxLength: 3 }),
      fullMs: fc.integer({ min: 0, max: 100e3 }),
    }),
  });
  const shards = 300;
  const expected = directSum(shards);
  const property = fc.asyncProperty(some, async (chance) => {
    const { counts, store } = await simulatedRun({ ...DAY, shards, workers: 60, ...chance });
    expect(counts).toEqual(expected);
    expect(store.writes).toBe(shards);
  });
  await fc.assert(property, { numRuns: 12, seed: 7 });
});
