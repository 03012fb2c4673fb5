// klpsim compare as a user meets it: the built dist/cli.js in a process of its own.

import { describe, expect, it } from "vitest";
import { workshop } from "../../spawned.js";
import { SMALL_SCENARIO } from "../execute/small-job.js";

const { file, klpsim } = workshop("compare");
file("small.json", JSON.stringify(SMALL_SCENARIO));
file("rseq.yaml", "experiment: rseq\n");

describe("klpsim compare", () => {
  it("answers in words first", async () => {
    const { status, stdout } = await klpsim("compare", "small.json", "--replicas", "60", "--workers", "0");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^linux-6\.1 .* linux-4\.12/);
    expect(stdout).toContain("linux-4.12 against linux-6.1");
  });

  it("prints one JSON document, and ends with 3 where a condition holds", async () => {
    const conditions = ["--fail-if", "p50 linux-6.1 > 1us", "--fail-if", "censored B > 2"];
    const { status, stdout } = await klpsim("compare", "small.json", "--json", "--replicas", "20", ...conditions);
    const result = JSON.parse(stdout);
    expect(status).toBe(3);
    expect(result).toMatchObject({ schemaVersion: 1, replicas: 20, verdict: expect.any(String) });
    expect(result.comparisons[0].quantilesMs.map(({ p }: { p: number }) => p)).toEqual([0.5, 0.9, 0.95, 0.99, 0.999]);
    expect(result.failIf.map(({ holds }: { holds: boolean }) => holds)).toEqual([true, false]);
  });

  it("says what was compared where a condition holds, and ends with 0 where none does", async () => {
    const [holds, not] = await Promise.all([
      klpsim("compare", "small.json", "--replicas", "20", "--fail-if", "p50 A > 1us"),
      klpsim("compare", "small.json", "--replicas", "20", "--fail-if", "p50 A > 1h"),
    ]);
    expect(holds.status).toBe(3);
    expect(holds.stdout).toMatch(/FAILED {2}p50 A > 1us\n {8}p50 A = [\d.]+ m?s /);
    expect(not.status).toBe(0);
  });

  it.each([
    ["one policy", ["--policy", "linux-6.1"], "policies: expected two at least to compare, got linux-6.1 alone"],
    [
      "a condition on nobody",
      ["--fail-if", "p99 linux-6.11 > 1s"],
      "column 5: no policy of this run is called linux-6.11; did you mean linux-6.1?",
    ],
    ["too many replicas to keep", ["--replicas", "1e8"], "run.replicas: expected at most 10000000"],
  ])("refuses %s with status 2", async (_, options, message) => {
    const { status, stdout, stderr } = await klpsim("compare", "small.json", ...options);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  it("refuses an experiment with variants", async () => {
    const { status, stderr } = await klpsim("compare", "rseq.yaml");
    expect({ status, told: stderr.includes("rseq.yaml is about rseq") }).toEqual({ status: 2, told: true });
  });
});
