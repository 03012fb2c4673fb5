// klpsim export, in processes of their own.

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportCommand } from "../../../src/commands/export.js";
import { UsageError } from "../../../src/commands/usage-error.js";
import { ScenarioError } from "../../../src/scenario/index.js";
import { SMALL_SCENARIO } from "../execute/small-job.js";
import { refusal } from "./refusal.js";

const cli = fileURLToPath(new URL("../../../dist/cli.js", import.meta.url));
let directory: string;
let json: string;

interface Ended {
  status: number | string | null | undefined;
  stdout: string;
  stderr: string;
}

function klpsim(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, ...args], { cwd: directory }, (error, stdout, stderr) => {
      resolve({ status: error ? error.code : 0, stdout, stderr });
    });
  });
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "klpsim-export-"));
  writeFileSync(join(directory, "small.json"), JSON.stringify(SMALL_SCENARIO));
  json = (await klpsim("run", "small.json", "--workers", "0", "--out", "kept", "--json")).stdout;
  writeFileSync(join(directory, "result.json"), json);
});

afterAll(() => rmSync(directory, { recursive: true }));

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
    expect(readFileSync(join(directory, "table.parquet"))).toEqual(
      readFileSync(join(directory, "kept", "results.parquet")),
    );
  });

  it("tells of each policy in a row: replicas, quantiles with intervals, costs, digest", async () => {
    const file = new Uint8Array(readFileSync(join(directory, "kept", "results.parquet"))).buffer;
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
    const refused = await refusal(exportCommand, "export", join(directory, given!), ...options);
    expect(refused).toSatisfy((error) => error instanceof UsageError || error instanceof ScenarioError);
    expect(refused.message).toContain(message);
  });
});
