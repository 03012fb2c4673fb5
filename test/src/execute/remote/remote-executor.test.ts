import { createHash } from "node:crypto";
import { encode } from "@msgpack/msgpack";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { beforeAll, describe, expect, it } from "vitest";
import type { Job, Outcome, Progress } from "../../../../src/execute/executor.js";
import { InProcessExecutor } from "../../../../src/execute/in-process.js";
import type { Clock } from "../../../../src/execute/remote/collection.js";
import { Crew } from "../../../../src/execute/remote/crew.js";
import { RemoteExecutor } from "../../../../src/execute/remote/remote-executor.js";
import { MemoryStore } from "../memory-store.js";
import { smallJob } from "../small-job.js";
import { type Fortune, type Luck, UnreliableQueue } from "./unreliable-queue.js";

const SHARDS = 50; // a variant
const OURS = { version: "0.1.0", modules: "aaaaaaaaaaaa" };
const CREW = [{ id: "w", threads: 4, ...OURS }];

const job = { ...smallJob(), outcomes: true };
const store = new MemoryStore();
let local: Outcome<unknown>;

beforeAll(async () => {
  local = await new InProcessExecutor().run(job, { store, shards: SHARDS });
});

/** Time passes when somebody waits. */
function clock(): Clock {
  let now = 0;
  const sleep = async (ms: number) => {
    now += ms;
  };
  return { now: () => now, sleep };
}

function remote(luck: Partial<Luck> = {}) {
  const queue = new UnreliableQueue({ bytes: (shard) => store.shards.get(shard)!, crew: CREW, ...luck });
  const told: string[] = [];
  const tell = (line: string) => void told.push(line);
  const crew = new Crew(OURS, "start one", tell);
  const options = {
    build: "release" as const,
    queue,
    crew,
    local: () => new InProcessExecutor(),
    tell,
    clock: clock(),
  };
  return { executor: new RemoteExecutor(options), queue, told };
}

const run = (executor: RemoteExecutor, more: object = {}, sent: Job = job) =>
  executor.run(sent, { store: new MemoryStore(), shards: SHARDS, ...more });

describe("A run on other machines", () => {
  it("comes to what a run here comes to, kept bytes included, and leaves nothing behind", async () => {
    const { executor, queue, told } = remote();
    const kept = new MemoryStore();
    expect(await run(executor, { store: kept })).toEqual(local);
    expect(kept.shards).toEqual(store.shards);
    expect([queue.waiting.size, queue.results.size]).toEqual([0, 0]);
    expect(told).toEqual([]);
    expect(executor.workers).toBe(4);
  });

  it.each<Fortune>(["failed", "stalled", "lost", "unheard", "twice"])(
    "comes to the same where shards are %s the first time",
    async (fortune) => {
      const { executor, queue } = remote({
        fortune: (shard) => (queue.begun.get(shard) === 1 ? fortune : "done"),
      });
      expect(await run(executor)).toEqual(local);
      expect(queue.results.size).toBe(0);
    },
  );

  it("comes to the same where all of that happens, whenever it happens", async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const random = xoroshiro128plus(seed);
      const fortunes: Fortune[] = ["done", "failed", "stalled", "lost", "unheard", "twice"];
      const { executor, queue } = remote({
        pace: 7,
        fortune: (shard) => (queue.begun.get(shard)! > 4 ? "done" : fortunes[uniformInt(random, 0, 5)]!),
      });
      expect(await run(executor)).toEqual(local);
    }
  });

  it("takes results that are there already, and asks for what the store has not alone", async () => {
    const { executor, queue } = remote();
    const names = [...store.shards.keys()];
    const kept = new MemoryStore();
    for (const name of names.slice(0, 10)) kept.shards.set(name, store.shards.get(name)!);
    for (const name of names.slice(10, 30)) queue.results.set(name, store.shards.get(name)!);
    expect(await run(executor, { store: kept })).toEqual({ ...local, kept: 60 });
    expect([...queue.begun.keys()].sort()).toEqual(names.slice(30).sort());
  });

  it("Never: one of 10,000 malformed results counts, and all of them are told of", async () => {
    const names = [...store.shards.keys()];
    const bad = new Map<string, number>();
    let sent = 0;
    const { executor, told } = remote({
      bytes: (shard) => {
        const times = bad.get(shard) ?? 0;
        bad.set(shard, times + 1);
        return times === 4 ? store.shards.get(shard)! : malformed(store.shards.get(shard)!, sent++, names, shard);
      },
    });
    const notes: string[] = [];
    for (let round = 0; round < 25; round++) {
      bad.clear();
      const onProgress = ({ note = "" }: Progress) => void notes.push(note);
      expect(await run(executor, { onProgress })).toEqual(local);
      expect(notes.at(-1)).toBe("1 worker, 4 threads, 400 failed");
    }
    expect(sent).toBe(10_000);
    expect(told.every((line) => /^a result: .+; such shards go to the others$/.test(line))).toBe(true);
  });

  it("Always: one shard that never comes right ends the run, with the reason, and what waits is taken back", async () => {
    const [first] = store.shards.keys();
    const { executor, queue } = remote({ pace: 3, fortune: (shard) => (shard === first ? "failed" : "done") });
    await expect(run(executor)).rejects.toThrow(`shard ${first} failed 5 times, the last time on w: out of luck`);
    expect([queue.waiting.size, queue.orders.size]).toEqual([0, 0]);
  });

  it("Always: an abort takes back what waits; a drain keeps what was under way first", async () => {
    for (const how of ["signal", "drain"]) {
      const ended = new AbortController();
      const { executor, queue } = remote({ pace: 5 });
      const onProgress = ({ done }: Progress) => done > 20 && ended.abort(new Error("enough"));
      await expect(run(executor, { [how]: ended.signal, onProgress })).rejects.toThrow("enough");
      expect([queue.waiting.size, queue.orders.size]).toEqual([0, 0]);
    }
  });

  it("simulates here what other machines cannot make from the scenario alone", async () => {
    const { executor, queue, told } = remote();
    const { source: _, ...changed } = job;
    expect(await run(executor, {}, changed)).toEqual(local);
    expect(queue.begun.size).toBe(0);
    expect(told).toHaveLength(1);
    await executor.close();
    expect(queue.closed).toBe(true);
  });
});

/** Bytes cut, changed, another shard's, or what nobody would send by mistake. */
function malformed(bytes: Uint8Array, number: number, names: string[], name: string): Uint8Array {
  const at = (number * 7919) % bytes.length;
  const flipped = Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ (1 << (number % 8)) : byte));
  const other = names.find((one) => one !== name)!;
  const junk = [
    () => bytes.subarray(0, at),
    () => flipped,
    () => store.shards.get(other)!,
    () => Uint8Array.from({ length: number % 500 }, (_, i) => (i * number) % 256),
    () => sealed(encode({ format: "klpsim shard 1", key: {}, counts: null, outcomes: null })),
    () => sealed(encode(Array.from({ length: number % 50 }, () => [[["x"]]]))),
    () => sealed(new Uint8Array(1 + (number % 200)).fill(0x91)),
    () => sealed(Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff)),
  ];
  return junk[number % junk.length]!();
}

/** With the sum that it should have. */
function sealed(content: Uint8Array): Uint8Array {
  return Buffer.concat([content, createHash("sha256").update(content).digest()]);
}
