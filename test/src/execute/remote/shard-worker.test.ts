import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Job, openEngine } from "../../../../src/execute/executor.js";
import { MessageError, type Order, shardOf, writeOrder } from "../../../../src/execute/remote/messages.js";
import { type ShardRunner, ShardWorker } from "../../../../src/execute/remote/shard-worker.js";
import { runBatch } from "../../../../src/execute/run-batch.js";
import { decodeShard } from "../../../../src/results/shard-file.js";
import { shardName } from "../../../../src/results/shard-key.js";
import { compileModule } from "../../../../src/wasm.js";
import { smallJob } from "../small-job.js";
import { damaged, damagedText } from "./malformed.js";
import { ADDRESS, ORDER, TEXT } from "./small-order.js";

const MESSAGE = { order: ADDRESS, variant: 1, first: 40, count: 20 };
const KEY = shardOf(ORDER, MESSAGE);
const NAME = shardName(KEY);

/** Simulates on this thread; counts the jobs that it was given. */
class Runner implements ShardRunner<{ job: Job; module: WebAssembly.Module }> {
  loads = 0;
  runs = 0;

  async load(job: Job) {
    this.loads++;
    return { job, module: await compileModule("transition") };
  }

  async run({ job, module }: { job: Job; module: WebAssembly.Module }, shard: typeof MESSAGE) {
    this.runs++;
    const { counts, outcomes } = runBatch(openEngine(module, job), job, shard);
    return { counts, ...(outcomes && { outcomes }) };
  }
}

function worker(orders: Record<string, string> = { [ADDRESS]: TEXT }) {
  const runner = new Runner();
  return { runner, worker: new ShardWorker(runner, async (address) => orders[address]) };
}

/** An order as somebody would write it who knows how addresses are made. */
function addressed(text: string): { address: string; text: string } {
  return { address: createHash("sha256").update(text).digest("hex"), text };
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(MessageError);
  expect(error.message).toMatch(/^[^\p{C}]{1,400}$/u);
  return error.message;
}

describe("A worker", () => {
  it("returns the shard that a message asks for, and opens its order once", async () => {
    const { worker: one, runner } = worker();
    const bytes = await Promise.all([one.work(NAME, MESSAGE), one.work(NAME, MESSAGE)]);
    const { model, variants, seed } = smallJob();
    const engine = openEngine(await compileModule("transition"), { ...smallJob(), model, variants });
    expect(decodeShard(KEY, bytes[0]).counts).toEqual(engine.run(1, seed, 40, 20));
    expect(bytes[0]).toEqual(bytes[1]);
    expect(runner.loads).toBe(1);
  });

  it.each<[string, Partial<Order>, RegExp]>([
    ["of another version", { version: "0.0.9" }, /^wants klpsim 0\.0\.9 with the module [0-9a-f]{12}; this one is/],
    [
      "of another module",
      { wasmSha256: "0".repeat(64) },
      /^wants klpsim \S+ with the module 000000000000; this one is/,
    ],
    ["of another model", { model: "0".repeat(64) }, /^its scenario is another one here/],
    ["of another policy", { variants: [ORDER.variants[0]!, "0".repeat(64)] }, /^its scenario is another one here/],
    [
      "of a scenario that is none",
      { scenario: { host: { cpus: 0 } } },
      /^scenario: host\.cpus: expected a whole number/,
    ],
    [
      "whose policy is a file",
      { scenario: { ...ORDER.scenario, policies: ["/etc/passwd"] } },
      /^scenario: policies\[0\]/,
    ],
    [
      "whose policy extends a file",
      { scenario: { ...ORDER.scenario, policies: [{ extends: "./a.yaml" }] } },
      /^scenario: /,
    ],
    ["of another experiment", { experiment: "rseq" as never }, /^experiment: /],
    ["of a seed beyond 64 bits", { seed: "18446744073709551616" }, /^seed: /],
  ])("refuses an order %s", async (_, change, message) => {
    const { address, text } = writeOrder({ ...ORDER, ...change });
    const { worker: one, runner } = worker({ [address]: text });
    expect(await refusal(one.work(NAME, { ...MESSAGE, order: address }))).toMatch(message);
    expect(runner.loads).toBe(0);
  });

  it("refuses shards without bounds, under other names, and orders that are gone or changed", async () => {
    const { worker: one, runner } = worker({ [ADDRESS]: TEXT, ["0".repeat(64)]: TEXT });
    expect(await refusal(one.work(NAME, { ...MESSAGE, count: 1e9 + 1 }))).toMatch(/^count: /);
    expect(await refusal(one.work(NAME, { ...MESSAGE, count: 0 }))).toMatch(/^count: /);
    expect(await refusal(one.work(NAME, { ...MESSAGE, first: 2 ** 53 - 1 }))).toBe("first: beyond all replicas");
    expect(await refusal(one.work(NAME, { ...MESSAGE, variant: 2 }))).toBe("variant: expected one below 2, got 2");
    expect(await refusal(one.work(NAME, { ...MESSAGE, first: 41 }))).toMatch(/^asks for shard \S+ under another name$/);
    expect(await refusal(one.work(NAME, { ...MESSAGE, order: "1".repeat(64) }))).toBe(
      "its order is not there any more",
    );
    expect(await refusal(one.work(NAME, { ...MESSAGE, order: "0".repeat(64) }))).toBe(
      "order: not the one that was asked for",
    );
    const each = writeOrder({ ...ORDER, outcomes: true });
    const { worker: two } = worker({ [each.address]: each.text });
    expect(await refusal(two.work(NAME, { ...MESSAGE, order: each.address, count: 2 ** 21 + 1 }))).toMatch(/^count: /);
    expect(runner.runs).toBe(0);
  });

  it("Never: one of 10,000 malformed jobs makes it crash, say more than a line, or leave what is not the shard of that name", async () => {
    const orders = new Map<string, string>();
    const bytes = await worker().worker.work(NAME, MESSAGE);
    const known: ShardRunner<null> = { load: async () => null, run: async () => decodeShard(KEY, bytes) };
    const one = new ShardWorker(known, async (address) => orders.get(address));
    let refused = 0;
    const send = async (data: unknown) => {
      const left = await one.work(NAME, data).catch(async (error) => {
        await refusal(Promise.reject(error));
        refused++;
      });
      if (left !== undefined) expect(left).toEqual(bytes); // some damage is none: a default in place of itself
      orders.clear();
    };
    const sendOrder = (text: string) => {
      const { address } = addressed(text);
      orders.set(address, text);
      return send({ ...MESSAGE, order: address });
    };
    const check = <T>(sent: fc.Arbitrary<T>, act: (value: T) => Promise<void>) =>
      fc.assert(fc.asyncProperty(sent, act), { numRuns: 2700, seed: 7 });
    await check(fc.anything(), send);
    await check(damaged(MESSAGE), send);
    await check(fc.oneof(fc.string({ unit: "binary" }), fc.json(), damagedText(TEXT)), sendOrder);
    await check(damaged(ORDER), (order) => sendOrder(JSON.stringify(order)));
    expect(refused).toBeGreaterThanOrEqual(10_000);
  });
});
