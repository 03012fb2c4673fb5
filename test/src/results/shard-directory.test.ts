import { readdirSync, rmSync, writeFileSync } from "node:fs";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { InProcessExecutor } from "../../../src/execute/in-process.js";
import { shardKeys } from "../../../src/execute/shard-keys.js";
import { ShardDirectory } from "../../../src/results/shard-directory.js";
import { type ShardKey, shardName } from "../../../src/results/shard-key.js";
import type { ShardResult } from "../../../src/results/shard-store.js";
import { workshop } from "../../spawned.js";
import { smallJob } from "../execute/small-job.js";

const { at, directory } = workshop("shards");
const told: string[] = [];
const open = () => ShardDirectory.open(directory, (file, reason) => told.push(`${file}: ${reason}`));
let key: ShardKey;
let result: ShardResult;

beforeAll(async () => {
  const job = { ...smallJob(), replicas: 5 };
  const { counts } = await new InProcessExecutor().run(job);
  result = { counts: counts[0]! };
  key = (await shardKeys(job, "release"))({ variant: 0, first: 0, count: 5 });
});

beforeEach(async () => {
  told.length = 0;
  rmSync(at("shards"), { recursive: true, force: true });
  await (await open()).write(key, result);
});

const file = () => at("shards", shardName(key));

describe("The directory of shards", () => {
  it("has what was written, for whoever opens it, and nothing else", async () => {
    const store = await open();
    expect([store.size, await store.read(key)]).toEqual([1, result]);
    expect(await store.read({ ...key, first: 5 })).toBeUndefined();
    expect(told).toEqual([]);
  });

  it("is written once more without a trace", async () => {
    const store = await open();
    await store.write(key, result);
    expect([store.size, readdirSync(at("shards"))]).toEqual([1, [shardName(key)]]);
  });

  it.each<[string, () => void, string]>([
    ["changed", () => writeFileSync(file(), "not a shard at all, but longer than a sum is"), "cut short or changed"],
    ["empty", () => writeFileSync(file(), ""), "cut short: 0 bytes"],
    ["gone", () => rmSync(file()), "ENOENT"],
  ])("tells once of a file that is %s, has it no more, and takes a new one", async (_, change, message) => {
    const store = await open();
    change();
    expect([await store.read(key), await store.read(key), store.size]).toEqual([undefined, undefined, 0]);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(`${file()}: ${message}`);
    await store.write(key, result);
    expect(await store.read(key)).toEqual(result);
  });

  it("looks again where a file has been replaced from another machine meanwhile (NFS)", async () => {
    const { readFile } = fs;
    let stale = 1;
    const failing = (...args: Parameters<typeof readFile>) =>
      stale-- > 0 ? Promise.reject(Object.assign(new Error("stale"), { code: "ESTALE" })) : readFile(...args);
    const store = await open();
    Object.assign(fs, { readFile: failing });
    syncBuiltinESMExports();
    expect(await store.read(key)).toEqual(result);
    Object.assign(fs, { readFile });
    syncBuiltinESMExports();
  });
});
