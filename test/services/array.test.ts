// klpsim shard and merge, and klpsim plan --out before them: a run in parts. slurm.test.ts has a real array.

import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { workshop } from "../spawned.js";
import { SMALL_SCENARIO } from "../src/execute/small-job.js";

const { at, file, klpsim, start } = workshop("array");
file("small.json", JSON.stringify(SMALL_SCENARIO));

const SAME = ["run.json", "results.json", "results.parquet", "histograms.parquet"];
const bytes = (directory: string) => SAME.map((name) => readFileSync(at(directory, name), "latin1"));

type Change = (record: { options: object; engine: object; scenario: { run: object } }) => object;

/** The directory of a run of which nothing is done, from that of one that is; `change`: what to write otherwise. */
function begin(from: string, name: string, change: Change = () => ({})): void {
  mkdirSync(at(name));
  const record = JSON.parse(readFileSync(at(from, "run.json"), "utf8"));
  writeFileSync(at(name, "run.json"), `${JSON.stringify({ ...record, ...change(record) }, null, 2)}\n`);
}

const part = (directory: string, index: number, of: number) =>
  klpsim("shard", directory, "--index", `${index}`, "--of", `${of}`, "--workers", "0");

beforeAll(async () => {
  await klpsim("run", "small.json", "--shards", "4", "--workers", "0", "--out", "whole");
});

describe("klpsim shard and klpsim merge", () => {
  it("make of three parts what a run makes alone, begun by klpsim plan", async () => {
    expect(await klpsim("plan", "small.json", "--shards", "4", "--out", "three")).toMatchObject({ status: 0 });
    const env = (index: number) => ({ AWS_BATCH_JOB_ARRAY_INDEX: `${index}`, AWS_BATCH_JOB_ARRAY_SIZE: "3" });
    const told: string[] = [];
    for (const index of [2, 0, 1])
      told.push((await start(["shard", "three", "--workers", "0"], { env: env(index) }).ended).stdout);
    expect(told[1]).toBe("three, part 0 of 3: 3 shards, of which 0 were there already\n");
    const merged = await klpsim("merge", "three", "--json");
    const { timing, ...result } = JSON.parse(merged.stdout);
    expect({ status: merged.status, result: `${JSON.stringify(result)}\n` }).toEqual({
      status: 0,
      result: bytes("whole")[1],
    });
    expect(timing.transitionsPerSecond).toBe(0); // nothing was run
    expect(bytes("three")).toEqual(bytes("whole"));
  });

  it.each([
    ["comparison", ["compare", "small.json", "--fail-if", "p99 B > p99 A"]],
    ["sweep", ["sweep", "small.json", "--replicas", "60", "--vary", "workload.spin.count=1,2,3"]],
  ])("part a %s as well", async (name, args) => {
    const alone = await klpsim(...args, "--shards", "2", "--workers", "0", "--out", name);
    begin(name, `${name}-parts`);
    for (const index of [0, 1]) await part(`${name}-parts`, index, 2);
    const merged = await klpsim("merge", `${name}-parts`);
    expect([merged.status, merged.stdout]).toEqual([alone.status, alone.stdout]);
    expect(bytes(`${name}-parts`)).toEqual(bytes(name));
  });

  it("say which parts are missing, as an array takes them", async () => {
    begin("whole", "missing");
    await part("missing", 1, 5);
    const { status, stdout, stderr } = await klpsim("merge", "missing", "--of", "5", "--json");
    expect(status).toBe(1);
    expect(stderr).toBe("klpsim: missing: 6 of 8 shards are missing; to be done again: --array=0,2-4\n");
    expect(JSON.parse(stdout)).toEqual({ schemaVersion: 1, shards: 8, missing: { shards: 6, of: 5, tasks: "0,2-4" } });
    expect((await klpsim("merge", "missing")).stderr).toContain("--of N says which of N parts they are of");
  });

  it("skip what is there, and make again what is broken", async () => {
    cpSync(at("whole", "run.json"), at("broken", "run.json"), { recursive: true });
    cpSync(at("whole", "shards"), at("broken", "shards"), { recursive: true });
    const victim = readdirSync(at("broken", "shards")).sort()[3]!;
    const content = readFileSync(at("broken", "shards", victim));
    content[200]! ^= 1;
    writeFileSync(at("broken", "shards", victim), content);
    const again = await part("broken", 0, 1);
    expect(again.stdout).toContain("8 shards, of which 7 were there already");
    expect(again.stderr).toContain(`shards/${victim}: cut short or changed`);
    await klpsim("merge", "broken");
    expect(bytes("broken")).toEqual(bytes("whole"));
  });

  it("finish the shards under way when asked to stop, and end with 130", async () => {
    begin("whole", "stopped", ({ scenario }) => ({
      shards: 400,
      scenario: { ...scenario, run: { ...scenario.run, replicas: 400_000 } },
    }));
    const { child, ended } = start(["shard", "stopped", "--index", "0", "--of", "1", "--workers", "0"]);
    const names = () => {
      try {
        return readdirSync(at("stopped", "shards")).filter((name) => !name.startsWith("."));
      } catch {
        return [];
      }
    };
    while (names().length === 0 && child.exitCode === null) await sleep(20);
    child.kill("SIGTERM");
    const { status, stderr } = await ended;
    expect(status).toBe(130);
    expect(stderr).toContain("finishing the shards under way");
    expect(stderr).toContain("what was finished is kept: doing the task again goes on");
    expect(names().length).toBeLessThan(800);
    expect((await klpsim("merge", "stopped", "--json")).stdout).toContain(
      `"missing":{"shards":${800 - names().length}}`,
    );
  });

  it.each<[string, Change, string]>([
    ["what decides as it goes", () => ({ options: { until: ["p99 ci < 1%"] } }), "--until decides by what was found"],
    ["what explains as it goes", () => ({ options: { blame: {} } }), "--blame decides by what was found"],
    ["another version", ({ engine }) => ({ engine: { ...engine, version: "0.0.0" } }), "cannot be gone on with here"],
  ])("refuse %s", async (title, change, message) => {
    const name = title.replaceAll(" ", "-");
    begin("whole", name, change);
    for (const command of ["shard", "merge"]) {
      const { status, stderr } = await klpsim(
        command,
        name,
        ...(command === "shard" ? ["--index", "0", "--of", "2"] : []),
      );
      expect({ status, told: stderr.includes(message) ? message : stderr }).toEqual({ status: 2, told: message });
    }
  });

  it("refuse a task that nobody numbered, and a directory of nothing", async () => {
    expect(await klpsim("shard", "whole")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("--index and --of: missing"),
    });
    expect(await part("nowhere", 0, 2)).toMatchObject({
      status: 2,
      stderr: "klpsim: nowhere: not the directory of a run: it has no run.json\n",
    });
  });
});
