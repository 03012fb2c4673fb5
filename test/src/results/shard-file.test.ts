import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { InProcessExecutor } from "../../../src/execute/in-process.js";
import { shardKeys } from "../../../src/execute/shard-keys.js";
import { decodeShard, encodeShard, ShardError } from "../../../src/results/shard-file.js";
import { contentHash, type ShardKey, shardName } from "../../../src/results/shard-key.js";
import type { ShardResult } from "../../../src/results/shard-store.js";
import { smallJob } from "../execute/small-job.js";

const COUNT = 12;
const shard = { variant: 0, first: 0, count: COUNT };
const wishes = [false, true, "prompts"] as const;
const shards: { key: ShardKey; result: ShardResult; bytes: Uint8Array }[] = [];

beforeAll(async () => {
  for (const outcomes of wishes) {
    const job = { ...smallJob(), replicas: COUNT, outcomes };
    const run = await new InProcessExecutor().run(job);
    const result = { counts: run.counts[0]!, ...(outcomes ? { outcomes: run.outcomes![0]! } : {}) };
    const key = (await shardKeys(job, "release"))(shard);
    shards.push({ key, result, bytes: encodeShard(key, result) });
  }
});

describe("A shard's bytes", () => {
  it("are read back as what they were made of, and are the same each time", () => {
    for (const { key, result, bytes } of shards) {
      expect(decodeShard(key, bytes)).toEqual(result);
      expect(encodeShard({ ...key }, result)).toEqual(bytes);
    }
  });

  it("Never: are taken with any bit flipped", () => {
    const { key, bytes } = shards[1]!;
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const flipped = Uint8Array.from(bytes);
        flipped[at]! ^= 1 << bit;
        expect(() => decodeShard(key, flipped)).toThrow(ShardError);
      }),
    );
  });

  it("Never: are taken with anything cut off or added", () => {
    const { key, bytes } = shards[1]!;
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (end) => {
        expect(() => decodeShard(key, bytes.subarray(0, end))).toThrow(ShardError);
      }),
    );
    expect(() => decodeShard(key, Uint8Array.from([...bytes, 0]))).toThrow(ShardError);
  });

  it("Never: are taken for another shard's, whatever of its key differs", () => {
    const { key, bytes } = shards[0]!;
    for (const name of Object.keys(key) as (keyof ShardKey)[]) {
      const other = { ...key, [name]: typeof key[name] === "number" ? key[name] + 1 : "another" };
      expect(() => decodeShard(other, bytes)).toThrow(`of another shard: ${name} is ${key[name]}, not ${other[name]}`);
    }
  });

  it.each<[string, (result: ShardResult) => ShardResult, string]>([
    [
      "words out of order",
      ({ counts }) => ({ counts: { ...counts, index: counts.index.toReversed() } }),
      "not in order",
    ],
    ["more words than values", ({ counts }) => ({ counts: { ...counts, value: counts.value.slice(1) } }), "words have"],
    [
      "another's count",
      ({ counts }) => ({ counts: { ...counts, value: counts.value.map(() => 7n) } }),
      "counts 7 replicas",
    ],
    [
      "another's replicas",
      ({ counts }) => ({ counts: { ...counts, worst: [{ replica: COUNT, ticks: 1 }] } }),
      `names replica ${COUNT}`,
    ],
    [
      "a word no engine has",
      ({ counts: { index, value, ...rest } }) => ({
        counts: {
          ...rest,
          index: Uint32Array.from([...index, 2 ** 31]),
          value: BigUint64Array.from([...value, 1n]),
        },
      }),
      "has a word 2147483648",
    ],
    ["a time that is none", ({ counts }) => ({ counts: { ...counts, latencyMin: -1 } }), "counts.latencyMin"],
  ])("Never: are taken with a right sum over %s", (_, change, message) => {
    const { key, result } = shards[0]!;
    expect(() => decodeShard(key, encodeShard(key, change(result)))).toThrow(message);
  });

  it("Never: are taken where outcomes are asked for and there are none, too few or too short ones", () => {
    const { key, result } = shards[1]!;
    const { counts, outcomes } = result;
    const short = { ...outcomes!, tries: outcomes!.tries.slice(1) };
    expect(() => decodeShard(key, encodeShard(key, { counts }))).toThrow("has 0 columns");
    expect(() =>
      decodeShard({ ...key, outcomes: "prompts" }, encodeShard({ ...key, outcomes: "prompts" }, result)),
    ).toThrow("columns of");
    expect(() => decodeShard(key, encodeShard(key, { counts, outcomes: short }))).toThrow(
      "a column of 48 bytes has 44",
    );
  });

  it("Never: make it throw anything else, whatever they are", () => {
    const { key } = shards[0]!;
    const sealed = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(sealed, (bytes) => {
        expect(() => decodeShard(key, bytes)).toThrow(ShardError);
      }),
    );
  });
});

describe("A shard's name", () => {
  it("is another for each range, variant, model, seed and wish for outcomes, and is fit for files and queues", () => {
    const { key } = shards[0]!;
    const changes = [
      {},
      { first: 1 },
      { count: 1 },
      { seed: "1" },
      { model: "b" },
      { variant: "c" },
      { outcomes: true },
    ];
    const names = [...changes.map((change) => shardName({ ...key, ...change })), shardName(shards[2]!.key)];
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9-]+$/);
  });

  it("tells models apart that were made of one another and carry its hash", () => {
    const { model } = smallJob();
    expect(contentHash({ ...model, horizon: model.horizon + 1 })).not.toBe(contentHash(model));
    expect(contentHash({ ...model, admin: [{ at: 1, do: "force" }] })).not.toBe(contentHash(model));
    expect(contentHash(smallJob().model)).toBe(contentHash(model));
  });
});
