import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type RunResult, ScenarioError, simulate, version } from "../../src/index.js";
import { SMALL_SCENARIO } from "./execute/small-job.js";

const small = { scenario: SMALL_SCENARIO, workers: 0 };

describe("simulate", () => {
  it("returns the run's JSON: scenario, engine, a result for each policy, timing apart", async () => {
    const run: RunResult = await simulate(small);
    expect(run).toMatchObject({ schemaVersion: 1, scenario: { name: "small" }, seed: 11, replicas: 300 });
    expect(run.engine).toEqual({ version, wasmSha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(run.results.map(({ policy }) => policy)).toEqual(["linux-6.1", "linux-4.12"]);
    expect(run.timing).toMatchObject({ workers: 0 });
    expect(JSON.parse(JSON.stringify(run))).toEqual(run);
  });

  it("takes replicas, seed, policies and settings over the scenario's", async () => {
    const run = await simulate({ ...small, replicas: 5, seed: 2n ** 63n, policies: ["plain"], set: ["host.cpus=8"] });
    expect(run).toMatchObject({ replicas: 5, seed: "9223372036854775808" });
    expect(run.results.map(({ policy, replicas }) => [policy, replicas])).toEqual([["plain", 5]]);
    expect(run.scenario.hash).not.toBe((await simulate({ ...small, replicas: 5 })).scenario.hash);
  });

  it("reads a text as the object it holds", async () => {
    const fromText = await simulate({ ...small, scenario: JSON.stringify(SMALL_SCENARIO) });
    expect(fromText.results).toEqual((await simulate(small)).results);
  });

  it.each([
    [{ replicas: 0 }, "run.replicas"],
    [{ replicas: 1.5 }, "run.replicas"],
    [{ replicas: Number.NaN }, "run.replicas"],
    [{ seed: -1 }, "run.seed"],
    [{ policies: ["linux-9.9"] }, "linux-9.9"],
    [{ policies: [] }, "at least one policy"],
    [{ policies: [{ file: "mine.yaml", text: "signalEvryTries: 3" }] }, "mine.yaml:1:1: signalEvryTries"],
    [{ set: ["host.cpus=none"] }, "host.cpus"],
    [{ scenario: 7 as unknown as object }, "got 7"],
  ])("refuses %j", async (wrong, message) => {
    const run = simulate({ ...small, ...wrong });
    await expect(run).rejects.toThrow(ScenarioError);
    await expect(run).rejects.toThrow(message);
  });

  it.each([-1, 1.5, Number.NaN, 1025])("refuses %d workers", async (workers) => {
    await expect(simulate({ ...small, workers })).rejects.toThrow(RangeError);
  });

  it("refuses a build that there is not", async () => {
    await expect(simulate({ ...small, build: "fast" as "debug" })).rejects.toThrow(RangeError);
  });

  it("is what the package exports", () => {
    const { exports, bin, files } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect([exports["."].default, bin.klpsim]).toEqual(["./dist/index.js", "dist/cli.js"]);
    expect(files).toEqual(expect.arrayContaining(["dist/index.js", "dist/index.d.ts", "build/*.wasm", "examples"]));
  });
});
