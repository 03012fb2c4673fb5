import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { ScenarioError, simulate } from "../../../src/index.js";
import { beginRun, FILES, finishRun, readRun } from "../../../src/results/run-directory.js";
import { type RunRecord, recordOf } from "../../../src/results/run-record.js";
import { histogramsOf } from "../../../src/results/tables.js";
import { compileRun, type Simulation, simulateWhole } from "../../../src/simulate.js";
import { workshop } from "../../spawned.js";
import { SMALL_SCENARIO } from "../execute/small-job.js";

const LASTING = [FILES.record, FILES.results, FILES.table, FILES.histograms];
const scenario = { ...SMALL_SCENARIO, policies: ["linux-5.13", "linux-6.1"], name: "small" };
const { directory: top, at } = workshop("directory");
let whole: Simulation;
let record: RunRecord;

async function write(directory: string, { result, latencies }: Simulation): Promise<string> {
  const path = at(directory);
  await beginRun(path, record);
  await finishRun(path, { result, histograms: histogramsOf(result, latencies) });
  return path;
}

const bytes = (directory: string) => LASTING.map((name) => readFileSync(join(directory, name), "latin1"));

beforeAll(async () => {
  whole = await simulateWhole({ scenario, workers: 0 });
  record = recordOf("run", compileRun({ scenario }), { until: undefined }, whole.result.engine);
});

describe("The directory of a run", () => {
  it("Always: holds the same bytes for the same run, on any number of workers, but for timing.json", async () => {
    const again = await simulateWhole({ scenario, workers: 2 });
    expect(bytes(await write("again", again))).toEqual(bytes(await write("once", whole)));
  });

  it("Never: tells host, path or date outside of timing.json, or leaves a partial file", async () => {
    const directory = await write("quiet", whole);
    expect(readdirSync(directory).sort()).toEqual([...LASTING, FILES.timing].sort());
    const year = String(new Date().getFullYear());
    for (const text of bytes(directory)) {
      expect([`"host": "${hostname()}"`, top, `${year}-`, "wallMs"].filter((told) => text.includes(told))).toEqual([]);
    }
  });

  it("is read back as it was: result, timing, and every bucket of the histograms", async () => {
    const { result, histograms } = await readRun(await write("back", whole));
    expect(result).toEqual(JSON.parse(JSON.stringify(whole.result)));
    expect(histograms.map(({ buckets }) => buckets)).toEqual(whole.latencies);
  });

  it("holds the scenario whole: run again from run.json it gives the same digests", async () => {
    const { record } = await readRun(await write("whole", whole));
    const again = await simulate({ scenario: record.scenario, workers: 0 });
    expect(again.scenario).toEqual(whole.result.scenario);
    expect(again.results).toEqual(whole.result.results);
  });

  it("is not finished before results.json is there", async () => {
    const directory = await write("unfinished", whole);
    await beginRun(directory, record);
    await expect(readRun(directory)).rejects.toThrow("this run is not finished: it has no results.json");
  });
});

describe("A directory that is not as a run leaves it is refused by file and field:", () => {
  const change = (name: string, from: string | RegExp, to: string) => (directory: string) =>
    writeFileSync(join(directory, name), readFileSync(join(directory, name), "utf8").replace(from, to));
  const remove = (name: string) => (directory: string) => rmSync(join(directory, name));

  it.each([
    ["no run.json", remove(FILES.record), "not the directory of a run"],
    ["no histograms", remove(FILES.histograms), "histograms.parquet: no such file"],
    ["no timing", remove(FILES.timing), "timing.json: no such file"],
    ["a file that is not JSON", change(FILES.results, "{", ""), "results.json: not valid JSON"],
    ["an empty histogram file", (at: string) => writeFileSync(join(at, FILES.histograms), ""), "not a Parquet file"],
    ["a wrong type", change(FILES.results, /"censored":\d+/, '"censored":"no"'), "results.json: results[0].censored"],
    [
      "an unknown command",
      change(FILES.record, '"run"', '"rum"'),
      'run.json: command: expected one of run, compare, sweep, got "rum"',
    ],
    ["a wrong scenario", change(FILES.record, '"cpus"', '"cpu"'), "run.json: scenario: host.cpu: unknown field"],
    ["another scenario's result", change(FILES.results, /"hash":"./, '"hash":"x'), "results.json: scenario.hash"],
    [
      "another kind of result",
      change(FILES.record, '"run"', '"sweep"'),
      "the result of a run, beside a run.json of a sweep",
    ],
    ["a policy too few", change(FILES.results, '"linux-6.1"', '"linux-6.2"'), "histograms.parquet: has linux-6.1"],
    [
      "a transition too many",
      change(FILES.results, /"replicas":300,"cen/, '"replicas":301,"cen'),
      "says that 301 completed",
    ],
  ])("%s", async (name, damage, message) => {
    const directory = await write(name.replaceAll(" ", "-"), whole);
    damage(directory);
    const refused = await readRun(directory).catch((error) => error);
    expect(refused).toBeInstanceOf(ScenarioError);
    expect(refused.message).toContain(message);
  });

  it("Never: does a damaged byte crash the reader", async () => {
    const directory = await write("damaged", whole);
    const files = [...LASTING, FILES.timing];
    const damage = fc.record({ name: fc.constantFrom(...files), at: fc.nat(), to: fc.nat(255), cut: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(damage, async ({ name, at, to, cut }) => {
        const intact = readFileSync(join(directory, name));
        const broken = Buffer.from(cut ? intact.subarray(0, at % intact.length) : intact);
        if (!cut) broken[at % intact.length] = to;
        writeFileSync(join(directory, name), broken);
        const ended = await readRun(directory).catch((error) => error);
        writeFileSync(join(directory, name), intact);
        return !(ended instanceof Error) || ended instanceof ScenarioError;
      }),
      { numRuns: 80, seed: 1 },
    );
  });
});
