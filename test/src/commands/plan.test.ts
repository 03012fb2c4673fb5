// klpsim plan: what it says of a run before there is one.

import { describe, expect, it } from "vitest";
import type { WorkPlan } from "../../../src/results/work-plan.js";
import { workshop } from "../../spawned.js";
import { SMALL_SCENARIO } from "../execute/small-job.js";

const { klpsim, file } = workshop("plan");
file("small.json", JSON.stringify(SMALL_SCENARIO));
file("rseq.yaml", "experiment: rseq\n");

async function plan(...args: string[]): Promise<WorkPlan> {
  const { status, stdout } = await klpsim("plan", "small.json", "--json", ...args);
  expect(status).toBe(0);
  return JSON.parse(stdout);
}

describe("klpsim plan", () => {
  it("says the same twice, but for what it measures", async () => {
    const [{ timing, ...one }, { timing: _, ...other }] = await Promise.all([
      plan("--shards", "7"),
      plan("--shards", "7"),
    ]);
    expect(one).toEqual(other);
    expect(one).toMatchObject({
      command: "run",
      points: 1,
      replicas: 300,
      shards: 14,
      policies: [{ policy: "linux-6.1", shards: 7, fewest: 42, most: 43 }, {}],
    });
    expect(timing.policies.every(({ shardMs }) => shardMs.value! > 0)).toBe(true);
  });

  it("gives the whole at the cores that are asked for", async () => {
    const { timing } = await plan("--shards", "30", "--cores", "5");
    expect(timing.cores).toBe(5);
    expect(timing.byCores.at(-1)).toEqual({ cores: 5, ms: timing.wholeMs.value });
    expect(timing.byCores[0]!.ms).toBeCloseTo(timing.workMs.value!, 6);
    expect(timing.wholeMs.value! * (1 + 1e-9)).toBeGreaterThanOrEqual(timing.workMs.value! / 5);
  });

  it("counts the shards of a sweep at all its points", async () => {
    const found = await plan("--for", "sweep", "--vary", "workload.reader.count=2,4,8", "--shards", "2");
    expect(found).toMatchObject({ command: "sweep", points: 3, shards: 12, policies: [{ shards: 6, most: 150 }, {}] });
  });

  it("tells people in tables and a sentence", async () => {
    const { stdout } = await klpsim("plan", "small.json", "--cores", "4", "--shards", "3");
    expect(stdout).toMatch(/^small {2}300 transitions under each of 2 policies: 6 shards of about \d/);
    expect(stdout).toMatch(
      /On 4 cores the whole takes [\d.]+ m?s \(95%: [^)]+\), as measured on one\s+core of this\s+machine/,
    );
  });

  it.each([
    ["an option of another command", ["small.json", "--vary", "host.cpus=1,2"], "--vary: only with --for sweep"],
    [
      "a comparison of one policy",
      ["small.json", "--for", "compare", "--policy", "linux-6.1"],
      "expected two at least to compare",
    ],
    ["what is not parted", ["rseq.yaml"], "rseq.yaml is about rseq"],
    ["no cores", ["small.json", "--cores", "0"], "Expected a whole number from 1 to 1000000"],
  ])("refuses %s with status 2", async (_, args, message) => {
    const { status, stdout, stderr } = await klpsim("plan", ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});
