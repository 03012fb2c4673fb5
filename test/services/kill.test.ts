// Runs that are killed with -9 at any instant from their start to their end, then gone on with.

import { existsSync, readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { beforeAll, describe, expect, it } from "vitest";
import { workshop } from "../spawned.js";
import { expectWhole, prepare, RUN, uninterrupted, type Whole } from "./kept-run.js";

const KILLS = 50;
const shop = workshop("kill");
const { at, klpsim, start } = shop;
const random = xoroshiro128plus(7);
let whole: Whole;

beforeAll(async () => {
  prepare(shop);
  whole = await uninterrupted(shop);
});

/** Ends it after `ms`, if it has not ended by itself. */
async function killedAfter(ms: number, args: string[]): Promise<void> {
  const { child, ended } = start(args);
  await Promise.race([pause(ms), ended]);
  child.kill("SIGKILL");
  await ended;
}

function shardsIn(directory: string): number {
  if (!existsSync(at(directory, "shards"))) return 0;
  return readdirSync(at(directory, "shards")).filter((name) => !name.startsWith(".")).length;
}

describe("A run that is killed with -9", () => {
  it(`ends in the same bytes when it is gone on with: ${KILLS} instants, from its start to its end`, async () => {
    const kept: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const directory = `killed-${kill}`;
      await killedAfter(whole.ms * uniformFloat64(random), [...RUN, "--out", directory]);
      kept.push(shardsIn(directory));
      const begun = existsSync(at(directory, "run.json"));
      const ended = await klpsim(...(begun ? ["resume", directory] : [...RUN, "--out", directory]));
      expectWhole(whole, ended, at(directory));
    }
    // It was met before its first shard, between two, and after its last.
    expect(Math.min(...kept)).toBe(0);
    expect(new Set(kept).size).toBeGreaterThan(5);
  });

  it("again and again gets there: what is finished is never lost", async () => {
    const args = [...RUN, "--out", "again"];
    let before = 0;
    for (let kill = 0; kill < 8 && !existsSync(at("again", "results.json")); kill++) {
      await killedAfter(whole.ms * (0.5 + 0.4 * uniformFloat64(random)), args);
      const after = shardsIn("again");
      expect(after).toBeGreaterThanOrEqual(before);
      before = after;
    }
    expectWhole(whole, await klpsim(...args), at("again"));
  });
});
