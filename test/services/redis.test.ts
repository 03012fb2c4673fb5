// Runs whose shards go through a real Redis server to worker processes: whatever is killed, the same bytes; whatever is put into the queue,
// the workers live.

import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Queue } from "bullmq";
import fc from "fast-check";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ownEngine, RedisKeys } from "../../src/execute/remote/redis-keys.js";
import { type Ended, ROOT, type Started, workshop } from "../spawned.js";
import { damaged } from "../src/execute/remote/malformed.js";
import { RedisServer, whyNoRedis } from "./redis-server.js";

const why = whyNoRedis();
const { at, start, klpsim } = workshop("redis");
const SCENARIO = join(ROOT, "examples/busy-vcpus.yaml");
const SHARDS = 40; // a policy, of which there are four
const RUN = ["run", SCENARIO, "--replicas", "24000", "--shards", `${SHARDS}`, "--json", "--out"];
const PASSWORD = "kenn%wort-7f3a";
const RESULTS = ["results.json", "results.parquet", "histograms.parquet"];

/** All processes that a test has started, with what they print. */
class Fleet {
  readonly #started: Started[] = [];

  constructor(readonly server: RedisServer) {}

  worker(...more: string[]): Started {
    return this.start("worker", this.server.url, "--workers", "1", "--lock", "1", ...more);
  }

  planner(directory: string): Started {
    return this.start(...RUN, directory, "--executor", this.server.url);
  }

  resumed(directory: string): Started {
    return this.start("resume", directory, "--json", "--executor", this.server.url);
  }

  start(...args: string[]): Started {
    const started = start(args);
    this.#started.push(started);
    return started;
  }

  /** Ends all of them, and looks whether any has told the password. */
  async end(): Promise<Ended[]> {
    for (const { child } of this.#started) child.kill("SIGTERM");
    const all = await Promise.all(this.#started.map(({ ended }) => ended));
    await this.server.kill();
    for (const { stdout, stderr } of all) expect(stdout + stderr).not.toMatch(/kenn|wort-7f3a/);
    return all;
  }
}

async function fleet(name: string): Promise<Fleet> {
  return new Fleet(await RedisServer.start(at(name), PASSWORD));
}

function shardsIn(directory: string): string[] {
  const shards = at(directory, "shards");
  return existsSync(shards) ? readdirSync(shards).filter((name) => !name.startsWith(".")) : [];
}

async function until(what: () => boolean): Promise<void> {
  for (const giveUp = Date.now() + 60_000; !what(); await sleep(20))
    if (Date.now() > giveUp) throw new Error(`not yet: ${what}`);
}

/** The bytes of a local run. */
function expectLocal(directory: string): void {
  expect(shardsIn(directory).sort()).toEqual(shardsIn("local").sort());
  for (const name of [...RESULTS, ...shardsIn("local").map((shard) => join("shards", shard))])
    expect(readFileSync(at(directory, name)).equals(readFileSync(at("local", name))), name).toBe(true);
}

describe.skipIf(why !== undefined)(
  `A run through a real Redis server${why === undefined ? "" : ` (left out: ${why})`}`,
  () => {
    beforeAll(async () => {
      const { status } = await klpsim(...RUN, "local");
      expect(status).toBe(0);
      expect(shardsIn("local")).toHaveLength(4 * SHARDS);
    });

    it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
      "comes to the bytes of a local run when a worker and the server are killed at any instant (%i)",
      async (seed) => {
        const random = xoroshiro128plus(seed);
        const instants = [uniformInt(random, 1, SHARDS), uniformInt(random, 1, 2 * SHARDS)];
        const ours = await fleet(`server-${seed}`);
        const workers = [ours.worker(), ours.worker()];
        const planner = ours.planner(`run-${seed}`);
        const kept = () => shardsIn(`run-${seed}`).length;
        await Promise.all([
          until(() => kept() >= instants[0]!).then(() => workers[0]!.child.kill("SIGKILL")),
          until(() => kept() >= instants[1]!)
            .then(() => ours.server.kill())
            .then(() => ours.server.restart()),
        ]);
        const { status, stderr } = await planner.ended;
        expect(status, stderr).toBe(0);
        expect(stderr).toContain(`${ours.server.shown} is back`);
        expectLocal(`run-${seed}`);
        await ours.end();
      },
    );

    it("is gone on with when its planner is killed: what workers did meanwhile is found", async () => {
      const ours = await fleet("server-planner");
      const planner = ours.planner("planner");
      await until(() => existsSync(at("planner/shards")));
      await sleep(1500); // all shards are in the queue
      planner.child.kill("SIGKILL");
      await planner.ended;
      const kept = shardsIn("planner").length;
      ours.worker();
      const client = ours.server.client();
      const results = async () => (await client.keys("klpsim-result:*")).length;
      while ((await results()) < 20) await sleep(50);
      const { status, stderr } = await ours.resumed("planner").ended;
      expect(status, stderr).toBe(0);
      expect(kept).toBe(0);
      expectLocal("planner");
      expect(await results()).toBe(0);
      client.disconnect();
      await ours.end();
    });

    it("takes back what waits when it is told to end, keeps what was under way, and goes on later", async () => {
      const ours = await fleet("server-drain");
      const worker = ours.worker();
      const planner = ours.planner("drain");
      await until(() => shardsIn("drain").length > 5);
      planner.child.kill("SIGINT");
      const { status, stderr } = await planner.ended;
      expect(status).toBe(130);
      expect(stderr).toMatch(/interrupted; \d+ shards are kept: klpsim resume drain goes on/);
      const client = ours.server.client();
      const keys = new RedisKeys("klpsim", await ownEngine());
      expect(await client.llen(`klpsim:${keys.lane}:wait`)).toBe(0);
      client.disconnect();
      worker.child.kill("SIGTERM");
      expect((await worker.ended).status).toBe(0);
      ours.worker();
      expect((await ours.resumed("drain").ended).status).toBe(0);
      expectLocal("drain");
      await ours.end();
    });

    it("is refused by a worker of another version, told of once, and ends where all refuse", async () => {
      const other = at("other-klpsim");
      for (const part of ["dist", "build"]) cpSync(join(ROOT, part), join(other, part), { recursive: true });
      symlinkSync(join(ROOT, "node_modules"), join(other, "node_modules"));
      const packageJson = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
      writeFileSync(join(other, "package.json"), JSON.stringify({ ...packageJson, version: "0.0.9" }));
      const ours = await fleet("server-version");
      const old = start(["worker", ours.server.url, "--workers", "1"], { program: join(other, "dist/cli.js") });
      const alone = await ours.planner("refused").ended;
      expect(alone.status).toBe(1);
      expect(alone.stderr).toMatch(
        /all 1 worker refuse: they have klpsim 0\.0\.9 \(modules [0-9a-f]{12}\), this run wants klpsim /,
      );
      ours.worker();
      const { status, stderr } = await ours.resumed("refused").ended;
      expect(status, stderr).toBe(0);
      expect(stderr.match(/has klpsim 0\.0\.9/g)).toHaveLength(1);
      expectLocal("refused");
      old.child.kill("SIGTERM");
      expect((await old.ended).stderr).not.toMatch(/^klpsim: shard /m);
      await ours.end();
    });

    it("Never: one of 300 malformed jobs in the queue keeps workers from the others", async () => {
      const ours = await fleet("server-malformed");
      const keys = new RedisKeys("klpsim", await ownEngine());
      const client = ours.server.client();
      const queue = new Queue(keys.lane, { connection: client, prefix: keys.prefix });
      const message = { order: "0".repeat(64), variant: 0, first: 0, count: 100 };
      const malformed = fc.sample(fc.oneof(damaged(message), fc.anything()), { numRuns: 300, seed: 7 });
      await queue.addBulk(
        malformed.map((data, n) => ({ name: "shard", data, opts: { jobId: `bad-${n}`, attempts: 1000 } })),
      );
      // What only somebody who writes there by hand leaves: fields that are no JSON.
      for (const [field, value] of [
        ["data", "{"],
        ["opts", "{"],
        ["rjk", "x:y"],
        ["data", "x".repeat(1 << 20)],
      ] as const)
        await client.hset(queue.toKey("bad-7"), field, value);
      const worker = ours.worker();
      const { status, stderr } = await ours.planner("malformed").ended;
      expect(status, stderr).toBe(0);
      expectLocal("malformed");
      await queue.close();
      client.disconnect();
      const ended = await ours.end();
      expect(worker.child.exitCode).toBe(0);
      const told = ended.flatMap((one) => one.stderr.match(/^klpsim: shard bad-\d+: .+$/gm) ?? []);
      const names = new Set(told.map((one) => one.split(/[ :]+/)[2]));
      // BullMQ itself cannot read the seventh, which it fetches in the same step in which the sixth ends.
      const untold = malformed.flatMap((_, n) => (names.has(`bad-${n}`) ? [] : [n]));
      expect([[7], [6, 7]]).toContainEqual(untold);
      expect(ended.some((one) => /^klpsim: .*JSON/m.test(one.stderr))).toBe(true);
    });

    it("Never: the password is in what processes are called", async () => {
      const ours = await fleet("server-title");
      const worker = ours.worker();
      const planner = ours.planner("title");
      await until(() => shardsIn("title").length > 0);
      for (const { child } of [worker, planner]) {
        const name = readFileSync(`/proc/${child.pid}/cmdline`, "utf8");
        expect(name).toMatch(/^klpsim/);
        expect(name).not.toMatch(/kenn|wort-7f3a/);
      }
      expect((await planner.ended).status).toBe(0);
      expect(readFileSync(at("title/run.json"), "utf8")).not.toMatch(/kenn|redis/);
      await ours.end();
    });

    it.each([
      ["no password", {}, "NOAUTH"],
      ["a wrong password", { KLPSIM_REDIS_PASSWORD: "falsch" }, "WRONGPASS"],
    ])("ends at once with %s, and says so", async (_, env, reason) => {
      const server = await RedisServer.start(at(`server-${reason}`), "richtig");
      for (const args of [
        ["worker", server.shown],
        [...RUN, `out-${reason}`, "--executor", server.shown],
      ]) {
        const { status, stderr } = await start(args, { env }).ended;
        expect(status).toBe(1);
        expect(stderr).toContain(`cannot use ${server.shown}: ${reason}`);
        expect(stderr).not.toContain("falsch");
      }
      await server.kill();
    });
  },
);

afterAll(() => sleep(100)); // processes that were told to end are gone before their directory is
