// bench/peers as far as it needs no compiler and no Python: the JavaScript peer, and the command that compares.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Ended, ROOT, start, workshop } from "../spawned.js";

const { at } = workshop("peers");

const node = (program: string, ...args: (string | number)[]): Promise<Ended> =>
  start(args.map(String), { program: join(ROOT, "bench/peers", program) }).ended;

describe("the JavaScript peer", () => {
  it.each([
    { tasks: 16, replicas: 4000, mean: 6.8202, deviation: 2.5339, later15: 0.007074 },
    { tasks: 256, replicas: 200, mean: 12.3074, deviation: 2.5783, later15: 0.107368 },
  ])("Always: $tasks tasks follow the law of patch-lite", async ({ tasks, replicas, mean, deviation, later15 }) => {
    const { stdout } = await node("patch-lite.js", tasks, replicas, 7);
    const seen = JSON.parse(stdout);
    expect(Math.abs(seen.mean - mean)).toBeLessThan((4 * deviation) / Math.sqrt(replicas));
    expect(Math.abs(seen.later15 - later15)).toBeLessThan(4 * Math.sqrt((later15 * (1 - later15)) / replicas));
  });

  it("Always: the seed decides", async () => {
    const says = async (seed: number) => JSON.parse((await node("patch-lite.js", 16, 500, seed)).stdout).mean;
    const [first, again, other] = [await says(1), await says(1), await says(2)];
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });
});

describe("bench/peers/run.js", () => {
  it("Always: --help tells its options and measures nothing", async () => {
    const { status, stdout, stderr } = await node("run.js", "--help");
    expect(status).toBe(0);
    expect(stderr).toBe("");
    for (const option of ["--tasks", "--peers", "--rounds", "--seconds", "--out"]) expect(stdout).toContain(option);
  });

  it.each([
    ["--tasks", "16,0", "--tasks: expected a whole number in 1..4096, got 0"],
    ["--tasks", "4097", "--tasks: expected a whole number in 1..4096, got 4097"],
    ["--rounds", "1.5", "--rounds: expected a whole number in 1..1000, got 1.5"],
    ["--seconds", "0", "--seconds: expected a number above 0, 3600 at most, got 0"],
    ["--peers", "js-heap,toString", "--peers: no peer is called toString"],
    ["--peer", "js-heap", "Unknown option '--peer'"],
  ])("Never: %s %s", async (option, value, message) => {
    const { status, stdout, stderr } = await node("run.js", option, value);
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
    expect(stderr).toContain("usage: ");
  });

  it("Always: --out gets a CSV row for klpsim and one for each peer", async () => {
    const out = at("peers.csv");
    const quick = ["--tasks", 16, "--peers", "js-heap", "--rounds", 1, "--seconds", 0.001];
    const { stdout, stderr } = await node("run.js", ...quick, "--out", out);
    expect(stdout).toBe("");
    expect(stderr).toContain("16 tasks: mean 6.8202 s, P(T > 15 s) 0.0071");
    const [header, ...rows] = readFileSync(out, "utf8").trim().split("\n");
    expect(header).toBe("tasks,program,replicas,median,slowest,fastest,ratio,mean,deviation,later15");
    expect(rows.map((row) => row.split(",")[1])).toEqual(["klpsim", "js-heap"]);
    for (const row of rows) {
      const [tasks, , ...figures] = row.split(",").map(Number);
      expect(tasks).toBe(16);
      expect(figures).toHaveLength(8);
      for (const figure of figures) expect(figure).not.toBeNaN();
    }
  });
});
