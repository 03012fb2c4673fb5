import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { Progress } from "../../../src/execute/executor.js";
import { InProcessExecutor } from "../../../src/execute/in-process.js";
import { PoolExecutor } from "../../../src/execute/pool.js";
import { COUNTERS } from "../../../src/results/counts.js";
import { joinOutcomes } from "../../../src/results/outcomes.js";
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
