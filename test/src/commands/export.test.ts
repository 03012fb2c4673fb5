// klpsim export, in processes of their own.

import { readFileSync } from "node:fs";
import { parquetReadObjects } from "hyparquet";
import { beforeAll, describe, expect, it } from "vitest";
import { exportCommand } from "../../../src/commands/export.js";
import { UsageError } from "../../../src/commands/usage-error.js";
import { ScenarioError } from "../../../src/scenario/index.js";
import { workshop } from "../../spawned.js";
import { SMALL_SCENARIO } from "../execute/small-job.js";
import { refusal } from "./refusal.js";

const { at, file, klpsim } = workshop("export");
let json: string;

beforeAll(async () => {
  file("small.json", JSON.stringify(SMALL_SCENARIO));
  json = (await klpsim("run", "small.json", "--workers", "0", "--out", "kept", "--json")).stdout;
  file("result.json", json);
});

describe("klpsim export", () => {
  it("gives the same of a directory and of the JSON that was printed", async () => {
    for (const format of ["csv", "markdown"]) {
      const [kept, file] = await Promise.all([
        klpsim("export", "kept", "--format", format),
        klpsim("export", "result.json", "--format", format),
      ]);
      expect(kept).toMatchObject({ status: 0, stderr: "" });
      expect(file.stdout).toBe(kept.stdout);
    }
    expect((await klpsim("export", "kept", "--format", "json")).stdout).toBe(json);
  });

  it("writes the table that the directory has, by the extension of -o", async () => {
    await klpsim("export", "kept", "-o", "table.parquet");
    expect(readFileSync(at("table.parquet"))).toEqual(readFileSync(at("kept", "results.parquet")));
  });

  it("tells of each policy in a row: replicas, quantiles with intervals, costs, digest", async () => {
    const file = new Uint8Array(readFileSync(at("kept", "results.parquet"))).buffer;
    const rows = await parquetReadObjects({ file });
    const { results } = JSON.parse(json);
    for (const [i, { policy, latencyMs, disturbance, exceed, digest }] of results.entries()) {
      const p99 = latencyMs.quantiles.find(({ p }: { p: number }) => p === 0.99);
      expect(rows[i]).toMatchObject({
        scenario: "small",
        seed: "11",
        policy,
        replicas: 300n,
        latency_p99_ms: p99.value,
        latency_p99_ms_low: p99.low,
        latency_p99_ms_high: p99.high,
        exceed_15s: exceed[1].probability,
        guest_exits: disturbance.guestExits,
        digest,
      });
    }
  });

  it("adds up to all completed transitions in the table of buckets, and to one policy's where that is asked for", async () => {
    const { stdout } = await klpsim("export", "kept", "--table", "histogram", "--policy", "linux-6.1");
    const [names, ...rows] = stdout.trimEnd().split("\r\n");
    expect(names).toBe("point,policy,count,mean_us");
    expect(rows.every((row) => row.startsWith("0,linux-6.1,"))).toBe(true);
    expect(rows.reduce((sum, row) => sum + Number(row.split(",")[2]), 0)).toBe(300);
  });

  it.each([
    [
      "a histogram of a printed result",
      ["result.json", "-o", "x.hlog"],
      "has no histograms; the directory of a run has",
    ],
    ["an unknown extension", ["kept", "-o", "x.xlsx"], "which format?"],
    ["a table as a histogram", ["kept", "--format", "hlog", "--table", "policies"], "--table: hlog is no table"],
    ["two histograms in a .hgrm", ["kept", "-o", "x.hgrm"], "say which of linux-6.1, linux-4.12"],
    ["an unknown policy", ["kept", "--policy", "linux-6.2"], "did you mean linux-6.1?"],
    ["a point too far", ["kept", "--point", "1"], "kept has 1 (0 to 0)"],
    ["a comparison of a run", ["kept", "--table", "comparisons"], "kept is no comparison"],
    ["a scenario", ["small.json"], "small.json: "],
    ["nothing", ["nowhere"], "nowhere: no such file"],
  ])("refuses %s", async (_, [given, ...options], message) => {
    const refused = await refusal(exportCommand, "export", at(given!), ...options);
    expect(refused).toSatisfy((error) => error instanceof UsageError || error instanceof ScenarioError);
    expect(refused.message).toContain(message);
  });
});
