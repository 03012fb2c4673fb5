// Threads that die, disks that are full or not to be written, clocks that jump, more shards than usual: what the user is told, and that
// it ends in the same bytes.

import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT, workshop } from "../spawned.js";
import { expectWhole, filesOf, prepare, RUN, uninterrupted, type Whole } from "./kept-run.js";

const shop = workshop("faults");
const { at, klpsim, start } = shop;
let whole: Whole;

beforeAll(async () => {
  prepare(shop);
  whole = await uninterrupted(shop);
});

const preloaded = (file: string, env: Record<string, string> = {}) => ({
  env: { NODE_OPTIONS: `--require ${ROOT}test/services/${file}`, ...env },
});

describe("A worker thread that dies", () => {
  const dying = (directory: string, env: Record<string, string>) => {
    mkdirSync(at(`deaths-${directory}`));
    const surroundings = preloaded("dying-threads.cjs", { DEATHS_IN: at(`deaths-${directory}`), ...env });
    return start([...RUN, "--out", directory], surroundings).ended;
  };

  const DEATHS = "2"; // three over the same replicas end a run, and two lanes a thread can bring that about
  it.each([1, 2, 3, 4, 5, 6, 7, 8])("by exiting is replaced and told of, at any instant (%i)", async (seed) => {
    const ended = await dying(`exit-${seed}`, { DEATH: "exit", DEATHS, DEATH_SEED: `${seed}`, LIVES: "8" });
    expect(ended.stderr).toContain(
      "klpsim: a worker thread died: it exited with code: 9; its replicas are run again on a fresh one\n",
    );
    expectWhole(whole, ended, at(`exit-${seed}`));
  });

  it("out of memory is replaced and told of", async () => {
    const ended = await dying("memory", { DEATH: "memory", DEATHS: "1", DEATH_SEED: "3", LIVES: "8" });
    expect(ended.stderr).toMatch(
      /klpsim: a worker thread died: it terminated due to reaching memory limit.*; its replicas are run again/i,
    );
    expectWhole(whole, ended, at("memory"));
  });

  it("as all that follow it do fails the run, which says why and how to go on; what was finished is kept", async () => {
    const ended = await dying("all", { DEATH: "exit", DEATHS: "1000", DEATH_SEED: "1", LIVES: "3" });
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain(
      "worker threads died one after the other over the same replicas: it exited with code: 9",
    );
    expect(ended.stderr).toMatch(/\n\d+ shards? (are|is) kept: klpsim resume all goes on\n$/);
    expectWhole(whole, await klpsim("resume", "all"), at("all"));
  });
});

const mounts = process.getuid?.() === 0 && spawnSync("mount", ["--version"]).status === 0;
const mount = (...args: string[]) => spawnSync("mount", args, { encoding: "utf8" });
const why = mounts ? "" : " (left out: only root can mount)";

describe.skipIf(!mounts)(`A disk of its own${why}`, () => {
  beforeAll(() => {
    mkdirSync(at("disk"));
    const { status, stderr } = mount("-t", "tmpfs", "-o", "size=300k", "tmpfs", at("disk"));
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
  afterAll(() => spawnSync("umount", [at("disk")]));

  it("that is full stops the run, which says how much is kept; once there is room it goes on", async () => {
    const full = await klpsim(...RUN, "--out", "disk/run");
    expect({ status: full.status, stdout: full.stdout }).toEqual({ status: 1, stdout: "" });
    expect(full.stderr).toMatch(
      /^klpsim: --out disk\/run: cannot be written: ENOSPC: no space left on device, .*\n\d+ shards are kept: klpsim resume disk\/run goes on\n$/,
    );
    const kept = filesOf(at("disk/run"));
    expect(Object.keys(kept).length).toBeGreaterThan(3);
    for (const [name, content] of Object.entries(kept)) expect(content === whole.files[name], name).toBe(true);
    const still = await klpsim("resume", "disk/run");
    expect(still.status).toBe(1);
    expect(still.stderr).toContain("ENOSPC");
    mount("-o", "remount,size=64m", at("disk"));
    expectWhole(whole, await klpsim("resume", "disk/run"), at("disk/run"));
  });

  it("that is full when the results are to be written keeps all shards", async () => {
    await klpsim(...RUN, "--out", "disk/late");
    for (const name of readdirSync(at("disk/late"))) if (/results|histograms/.test(name)) rmSync(at("disk/late", name));
    mount("-o", "remount,size=1k", at("disk"));
    spawnSync("dd", ["if=/dev/zero", `of=${at("disk/filler")}`, "bs=1k"]);
    const full = await klpsim("resume", "disk/late");
    expect(full.stderr).toMatch(/ENOSPC.*\n?.*/);
    expect(full.status).toBe(1);
    mount("-o", "remount,size=64m", at("disk"));
    rmSync(at("disk/filler"), { force: true });
    expectWhole(whole, await klpsim("resume", "disk/late"), at("disk/late"));
  });

  it("that can only be read is refused before anything is run", async () => {
    mkdirSync(at("disk/readonly"));
    mount("-o", "remount,ro", at("disk"));
    for (const directory of ["disk/readonly", "disk/new"]) {
      const { status, stdout, stderr } = await klpsim(...RUN, "--out", directory);
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toMatch(
        new RegExp(`^klpsim: --out ${directory}: cannot be written: EROFS: read-only file system, .*\n$`),
      );
    }
    mount("-o", "remount,rw", at("disk"));
  });
});

describe("Whatever else happens", () => {
  it("a clock that jumps changes nothing", async () => {
    const ended = await start([...RUN, "--out", "clock"], preloaded("jumping-clock.cjs")).ended;
    expectWhole(whole, ended, at("clock"));
  });

  it("10,000 shards come to the same, and are gone on with in a heap of 64 MB", async () => {
    const many = RUN.map((arg) => (arg === "20" ? "5000" : arg));
    const { status, stdout } = await klpsim(...many, "--out", "many");
    expect({ status, stdout }).toEqual({ status: 0, stdout: whole.ended.stdout });
    const names = readdirSync(at("many/shards"));
    expect(names).toHaveLength(10_000);
    for (const name of ["results.json", ...names.slice(0, 5).map((name) => `shards/${name}`)]) rmSync(at("many", name));
    const again = await start(["resume", "many"], { env: { NODE_OPTIONS: "--max-old-space-size=64" } }).ended;
    expect({ status: again.status, stdout: again.stdout }).toEqual({ status: 0, stdout });
    expect(readdirSync(at("many/shards")).sort()).toEqual(names.sort());
  });
});
