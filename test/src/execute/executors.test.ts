import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { Progress } from "../../../src/execute/executor.js";
import { InProcessExecutor } from "../../../src/execute/in-process.js";
import { PoolExecutor } from "../../../src/execute/pool.js";
import { COUNTERS } from "../../../src/results/counts.js";
import { joinOutcomes } from "../../../src/results/outcomes.js";
import { type ShardKey, shardName } from "../../../src/results/shard-key.js";
import { MemoryStore } from "./memory-store.js";
import { smallJob } from "./small-job.js";

const job = smallJob();
const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

for (const [name, executor] of [
  ["in process", new InProcessExecutor()],
  ["on a pool", new PoolExecutor({ workers: 2 })],
] as const) {
  describe(`A run ${name}`, () => {
    afterAll(() => executor.close());

    it("returns each variant's counts, all replicas in them", async () => {
      const { counts, layout } = await executor.run(job);
      const replicas = counts.map(({ index, value }) => value[index.indexOf(layout.replicas)]);
      expect(replicas).toEqual([300n, 300n]);
    });

    it("gives the same counts again, and after a run of another job", async () => {
      const first = await executor.run(job);
      const other = await executor.run({ ...job, seed: 12n, variants: [job.variants[1]], replicas: 7 });
      expect(other.counts).toHaveLength(1);
      expect(await executor.run(job)).toEqual(first);
    });

    it("tells what each replica came to where the job asks, and counts the same", async () => {
      const { outcomes, ...whole } = await executor.run({ ...job, outcomes: true });
      expect(whole).toEqual(await executor.run(job));
      const sum = (column: ArrayLike<number>) => Array.from(column).reduce((total, value) => total + value, 0);
      for (const [i, { index, value }] of whole.counts.entries()) {
        const word = (at: number) => Number(value[index.indexOf(at)] ?? 0n);
        const { complete, tries, counters } = outcomes![i]!;
        expect(complete).toHaveLength(300);
        expect(complete.filter((ticks) => ticks < 0)).toHaveLength(word(whole.layout.censored));
        expect(sum(complete.filter((ticks) => ticks >= 0))).toBe(word(whole.layout.latency.sum));
        expect(sum(tries)).toBe(word(whole.layout.tries));
        COUNTERS.forEach((name, n) => {
          expect(sum(counters[name])).toBe(word(whole.layout.counters + n));
        });
      }
    });

    it("continues where another ended: two ranges are the whole", async () => {
      const { outcomes } = await executor.run({ ...job, outcomes: true });
      const head = await executor.run({ ...job, outcomes: true, replicas: 123 });
      const tail = await executor.run({ ...job, outcomes: true, first: 123, replicas: 177 });
      expect(outcomes!.map((_, i) => joinOutcomes([head.outcomes![i]!, tail.outcomes![i]!]))).toEqual(outcomes);
    });

    it("reports progress up to the last transition", async () => {
      const seen: Progress[] = [];
      await executor.run(job, { onProgress: (progress) => seen.push(progress) });
      expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).sort((a, b) => a - b));
      expect(seen.at(-1)).toMatchObject({ done: 600, total: 600, etaMs: 0 });
      expect(seen.at(-1)?.rate).toBeGreaterThan(0);
    });

    it.each([false, true, "prompts"] as const)(
      "comes to the same with a store, empty, half full or full (outcomes: %s)",
      async (outcomes) => {
        const wanted = { ...job, outcomes };
        const plain = await executor.run(wanted);
        const store = new MemoryStore();
        expect(await executor.run(wanted, { store, shards: 7 })).toEqual(plain);
        const whole = new Map(store.shards);
        expect(whole.size).toBe(14);
        for (const name of [...whole.keys()].filter((_, i) => i % 2)) store.shards.delete(name);
        expect(await executor.run(wanted, { store, shards: 7 })).toEqual({ ...plain, kept: expect.any(Number) });
        expect(new Map([...store.shards].sort())).toEqual(new Map([...whole].sort()));
        expect(await executor.run(wanted, { store, shards: 7 })).toEqual({ ...plain, kept: 600 });
      },
    );

    it("runs what the store has not, and nothing else", async () => {
      const store = new MemoryStore();
      await executor.run(job, { store, shards: 7 });
      const names = [...store.shards.keys()];
      for (const name of [names[3]!, names[9]!]) store.shards.delete(name);
      const written: string[] = [];
      const seen: Progress[] = [];
      const watched = { read: store.read, write: async (key: ShardKey) => void written.push(shardName(key)) };
      const { kept } = await executor.run(job, {
        store: watched,
        shards: 7,
        onProgress: (progress) => seen.push(progress),
      });
      expect(written.sort()).toEqual([names[3]!, names[9]!].sort());
      expect(seen.at(-1)).toMatchObject({ done: 600, total: 600 });
      expect(kept).toBe(seen.at(-1)!.kept);
      expect(kept).toBeGreaterThan(500);
    });

    it("drained, ends with the shards that had begun, all of them kept", async () => {
      const store = new MemoryStore();
      const drain = new AbortController();
      const run = executor.run(
        { ...job, replicas: 1e6 },
        { store, shards: 1e4, drain: drain.signal, onProgress: () => drain.abort(new Error("drained")) },
      );
      await expect(run).rejects.toThrow("drained");
      expect(store.shards.size).toBeGreaterThan(0);
      expect(store.shards.size).toBeLessThan(10);
    });

    it("fails where a shard cannot be kept", async () => {
      const write = () => Promise.reject(new Error("no space"));
      await expect(executor.run(job, { store: { read: async () => undefined, write } })).rejects.toThrow("no space");
    });

    it("stops when aborted, with the signal's reason, and works again afterwards", async () => {
      const controller = new AbortController();
      const reason = new Error("enough");
      const run = executor.run(
        { ...job, replicas: 1e9 },
        { signal: controller.signal, onProgress: () => controller.abort(reason) },
      );
      await expect(run).rejects.toBe(reason);
      expect((await executor.run({ ...job, replicas: 5 })).counts).toHaveLength(2);
    });

    it("stops when aborted while it starts", async () => {
      const controller = new AbortController();
      const run = executor.run({ ...job, replicas: 1e9 }, { signal: controller.signal });
      controller.abort("at once");
      await expect(run).rejects.toBe("at once");
    });

    it("does not begin when aborted before", async () => {
      await expect(executor.run(job, { signal: AbortSignal.abort("no") })).rejects.toBe("no");
    });

    it("passes on what the progress callback throws", async () => {
      const run = executor.run(job, {
        onProgress: () => {
          throw new Error("callback");
        },
      });
      await expect(run).rejects.toThrow("callback");
    });
  });
}

describe("A pool whose worker", () => {
  it.each([
    ["throws", "worker-throws.cjs", "the engine is on fire"],
    ["exits", "worker-exits.cjs", "exited with code: 7"],
    ["does not load", "worker-does-not-load.cjs", "cannot even load"],
    ["is not there", "no-such-worker.cjs", "no-such-worker.cjs"],
  ])("%s fails the run, and does not hang it", async (_, worker, message) => {
    const pool = new PoolExecutor({ workers: 2, workerFile: file(worker) });
    await expect(pool.run(job)).rejects.toThrow(message);
    await pool.close();
  });
});
