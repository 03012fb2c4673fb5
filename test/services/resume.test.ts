// klpsim resume and --out in a begun directory, in processes of their own. kill.test.ts kills them for it.

import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { workshop } from "../spawned.js";
import { SMALL_SCENARIO } from "../src/execute/small-job.js";

const { at, file, klpsim, start } = workshop("resume");
file("small.json", JSON.stringify(SMALL_SCENARIO));
file("rare.json", JSON.stringify({ ...SMALL_SCENARIO, policies: ["linux-6.1"] }));
// A path into a default, and one into a policy that another extends: with defaults filled in and policies written out both mean something else.
const policies = [
  { name: "base", extends: "linux-6.1" },
  { name: "other", extends: "base" },
];
file("inherited.json", JSON.stringify({ ...SMALL_SCENARIO, policies }));
const INHERITED = ["--vary", "policies[0].signalEveryTries=2,15", "--set", "run.exceed[0]=2s"];

const SAME = ["results.json", "results.parquet", "histograms.parquet"];
const bytes = (directory: string) => SAME.map((name) => readFileSync(at(directory, name), "latin1"));

/** A copy as an interrupted run would leave it: with every other shard, without results. */
function interrupted(directory: string, copy: string): string[] {
  cpSync(at(directory), at(copy), { recursive: true });
  for (const name of [...SAME, "timing.json"]) rmSync(at(copy, name));
  const names = readdirSync(at(copy, "shards")).sort();
  const lost = names.filter((_, i) => i % 2);
  for (const name of lost) rmSync(at(copy, "shards", name));
  return names;
}

describe("klpsim resume", () => {
  it.each([
    ["run", ["run", "small.json", "--shards", "4"]],

    ["run --until", ["run", "small.json", "--until", "p99 ci < 20%", "--replicas", "9000"]],
    ["run --blame", ["run", "small.json", "--blame", "--shards", "3"]],
    ["run --rare", ["run", "rare.json", "--rare", "20s", "--rare-error", "100%"]],
    ["compare", ["compare", "small.json", "--all-pairs", "--fail-if", "p99 B > p99 A", "--shards", "3"]],
    ["compare --until", ["compare", "small.json", "--until", "p50 ci < 20%", "--shards", "2"]],
    ["sweep", ["sweep", "small.json", "--vary", "workload.spin.count=1,3", "--shards", "2"]],
    ["sweep over what policies inherit", ["sweep", "inherited.json", "--replicas", "60", ...INHERITED]],
  ])("ends a %s in the bytes, the words and the status of one that nobody interrupted", async (title, args) => {
    const whole = title.replaceAll(" ", "-");
    const first = await klpsim(...args, "--workers", "0", "--out", whole);
    const names = interrupted(whole, `${whole}-again`);
    expect(names.length).toBeGreaterThan(1);
    const second = await klpsim("resume", `${whole}-again`, "--workers", "0");
    expect([second.status, second.stdout]).toEqual([first.status, first.stdout]);
    expect(bytes(`${whole}-again`)).toEqual(bytes(whole));
    expect(readdirSync(at(`${whole}-again`, "shards")).sort()).toEqual(names);
  });

  it("reads and prints what is finished, and says so", async () => {
    const { stdout } = await klpsim("run", "small.json", "--out", "finished");
    const again = await klpsim("resume", "finished");
    expect(again).toEqual({
      status: 0,
      stdout,
      stderr: "klpsim: finished holds this run already: nothing was run\n",
    });
  });

  it("comes to the same where the same command is given again, whose --shards is not asked then", async () => {
    const run = ["run", "small.json", "--workers", "0", "--shards"];
    await klpsim(...run, "4", "--out", "command");
    interrupted("command", "command-again");
    const { status, stderr } = await klpsim(...run, "9", "--out", "command-again");
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: "klpsim: --shards 9: command-again was begun with 4, which stays\n",
    });
    expect(bytes("command-again")).toEqual(bytes("command"));
  });

  it("runs a shard again whose file is cut, flipped or another's, which it tells, and never merges it", async () => {
    await klpsim("run", "small.json", "--workers", "0", "--shards", "4", "--out", "hurt");
    cpSync(at("hurt"), at("hurt-again"), { recursive: true });
    rmSync(at("hurt-again", "results.json"));
    const [cut, flipped, other, another] = readdirSync(at("hurt", "shards")).map((name) => `hurt-again/shards/${name}`);
    const flip = readFileSync(at(flipped!));
    flip[100]! ^= 4;
    writeFileSync(at(cut!), readFileSync(at(cut!)).subarray(0, 500));
    writeFileSync(at(flipped!), flip);
    cpSync(at(another!), at(other!));
    const { status, stderr } = await klpsim("resume", "hurt-again", "--workers", "0");
    expect(status).toBe(0);
    for (const told of [
      `${cut}: cut short or changed`,
      `${flipped}: cut short or changed`,
      `${other}: of another shard`,
    ])
      expect(stderr).toContain(`klpsim: ${told}`);
    expect(stderr.split("\n")).toHaveLength(4);
    expect(bytes("hurt-again")).toEqual(bytes("hurt"));
    for (const name of readdirSync(at("hurt", "shards")))
      expect(readFileSync(at("hurt-again", "shards", name))).toEqual(readFileSync(at("hurt", "shards", name)));
  });

  it.each([
    ["of another version", { version: "0.0.9" }, /engine\.version: "0\.0\.9" there, "[0-9.]+" here/],
    ["of another module", { wasmSha256: "00" }, /engine\.wasmSha256: "00" there, "[0-9a-f]+\.\.\. here/],
  ])("refuses a directory %s, naming both", async (title, engine, message) => {
    const directory = title.replaceAll(" ", "-");
    await klpsim("run", "small.json", "--workers", "0", "--out", directory);
    interrupted(directory, `${directory}-again`);
    const record = JSON.parse(readFileSync(at(`${directory}-again`, "run.json"), "utf8"));
    Object.assign(record.engine, engine);
    file(`${directory}-again/run.json`, JSON.stringify(record));
    const { status, stdout, stderr } = await klpsim("resume", `${directory}-again`);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });

  it.each([
    ["nothing", "nowhere", "nowhere: not the directory of a run: it has no run.json"],
    ["a file", "small.json", "small.json: not the directory of a run"],
  ])("refuses %s", async (_, directory, message) => {
    const { status, stderr } = await klpsim("resume", directory);
    expect(status).toBe(2);
    expect(stderr).toContain(`klpsim: ${message}`);
  });
});

describe("A run with --out that is interrupted", () => {
  const LONG = ["run", "small.json", "--replicas", "1000000000", "--workers", "2", "--shards", "200000", "--out"];

  /** Waits until shards are kept. */
  async function shardsIn(directory: string): Promise<number> {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      try {
        const names = readdirSync(at(directory, "shards")).filter((name) => !name.startsWith("."));
        if (names.length > 1) return names.length;
      } catch {} // not yet
    }
  }

  it.each(["SIGINT", "SIGTERM"] as const)(
    "by %s finishes the shards under way, keeps them, says how to go on, and ends with 130",
    async (signal) => {
      const { child, ended } = start([...LONG, signal]);
      await shardsIn(signal);
      child.kill(signal);
      const { status, stderr } = await ended;
      const names = readdirSync(at(signal, "shards"));
      expect(status).toBe(130);
      expect(stderr).toContain("klpsim: finishing the shards under way; once more stops at once\n");
      expect(stderr).toContain(
        `klpsim: interrupted; ${names.length} shards are kept: klpsim resume ${signal} goes on\n`,
      );
      expect(readdirSync(at(signal)).sort()).toEqual(["run.json", "shards"]);
      expect(names.filter((name) => name.startsWith("."))).toEqual([]);
    },
  );

  it("twice stops at once, with 130", async () => {
    const oneShardOfMinutes = ["--shards", "20"];
    const { child, ended } = start([...LONG, "twice", ...oneShardOfMinutes]);
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (readdirSync(at()).includes("twice") && readdirSync(at("twice")).includes("shards")) break;
    }
    child.kill("SIGINT");
    await new Promise((resolve) => child.stderr!.once("data", resolve));
    child.kill("SIGINT");
    expect((await ended).status).toBe(130);
    expect(readdirSync(at("twice")).sort()).toEqual(["run.json", "shards"]);
  });

  it("keeps others out while it runs; killed, it no longer does, which is told", async () => {
    const { child, ended } = start([...LONG, "locked"]);
    await shardsIn("locked");
    for (const other of [
      ["resume", "locked"],
      [...LONG, "locked"],
    ]) {
      const { status, stderr } = await klpsim(...other);
      expect({ status, stderr }).toEqual({
        status: 2,
        stderr: `klpsim: locked: process ${child.pid} is writing to it: wait for it, or end it\n`,
      });
    }
    child.kill("SIGKILL");
    await ended;
    const again = start(["resume", "locked"]);
    const told = await new Promise((resolve) => again.child.stderr!.once("data", resolve));
    expect(told).toBe(`klpsim: locked: process ${child.pid}, which had begun to write to it, has ended: going on\n`);
    again.child.kill("SIGINT");
    expect((await again.ended).status).toBe(130);
  });

  it("is not gone on with while a process of another host may be writing", async () => {
    await klpsim("run", "small.json", "--workers", "0", "--out", "elsewhere");
    rmSync(at("elsewhere", "results.json"));
    file("elsewhere/lock", JSON.stringify({ host: `not-${hostname()}`, pid: 7, started: null, boot: null }));
    const refused = await klpsim("resume", "elsewhere");
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain(`process 7 of host not-${hostname()} is writing to it, as elsewhere/lock says`);
    expect(refused.stderr).toContain("delete that file");
    rmSync(at("elsewhere", "lock"));
    expect((await klpsim("resume", "elsewhere")).status).toBe(0);
  });
});
