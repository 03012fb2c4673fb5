// A run as a directory (docs/run-directory.md): what was run and what came of it, the same bytes for the same run; when, where and how
// fast is in timing.json alone. Each file is written whole, then renamed; results.json comes last: a run that has it is finished.

import { constants } from "node:fs";
import { access, rm, rmdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { type Compiled, compileScenario } from "../scenario/index.js";
import { fromParquet, toParquet } from "./parquet.js";
import { checked, fail, isObject, parseResult } from "./parse-result.js";
import { readPlain, readPlainText } from "./plain-file.js";
import type { Timing } from "./result.js";
import { timingSchema } from "./result-schema.js";
import { type RunRecord, runRecordSchema } from "./run-record.js";
import { SHARDS } from "./shard-store.js";
import { type AnyResult, type Histogram, histogramTable, pointsOf, policyTable } from "./tables.js";
import { makeDirectories, writeWhole } from "./whole-file.js";

export const FILES = {
  record: "run.json",
  results: "results.json",
  table: "results.parquet",
  histograms: "histograms.parquet",
  timing: "timing.json",
} as const;

/** What a run leaves behind; histograms in the order of the results, those of a sweep point by point. */
export interface Finished<Result extends AnyResult = AnyResult> {
  result: Result;
  histograms: Histogram[];
}

/** A finished run, read back and checked; its scenario compiled again. */
export interface StoredRun<Result extends AnyResult = AnyResult> extends Finished<Result> {
  directory: string;
  record: RunRecord;
  compiled: Compiled;
}

/** Makes the directory this run's: a run.json, and nothing of it yet. */
export async function beginRun(directory: string, record: RunRecord): Promise<void> {
  await makeDirectories(directory);
  await rm(join(directory, FILES.results), { force: true });
  await rm(join(directory, SHARDS), { recursive: true, force: true });
  await writeWhole(directory, FILES.record, `${JSON.stringify(record, null, 2)}\n`);
}

/** Takes back what beginRun() made of an empty directory, for a run that was not to be begun. */
export async function abandonRun(directory: string): Promise<void> {
  await rm(join(directory, FILES.record), { force: true });
  await rmdir(join(directory, SHARDS)).catch(() => {});
  await rmdir(directory);
}

/** Writes what came of a run to the directory that it began. */
export async function finishRun(directory: string, { result: whole, histograms }: Finished): Promise<void> {
  const { timing, ...result } = whole;
  const circumstances = { schemaVersion: 1, timing, finished: new Date().toISOString(), host: hostname(), ...MACHINE };
  await writeWhole(directory, FILES.histograms, await toParquet(histogramTable(histograms)));
  await writeWhole(directory, FILES.table, await toParquet(policyTable(whole)));
  await writeWhole(directory, FILES.timing, `${JSON.stringify(circumstances, null, 2)}\n`);
  await writeWhole(directory, FILES.results, `${JSON.stringify(result)}\n`);
}

const MACHINE = { platform: `${process.platform} ${process.arch}`, node: process.version };

/** What a directory says it is of; null where it has no run.json. @throws ScenarioError where that is not one */
export async function readRecord(directory: string): Promise<RunRecord | null> {
  const file = join(directory, FILES.record);
  const text = await readPlainText(file).catch((error) => (isMissing(error) ? null : fail(file, [], reason(error))));
  return text === null ? null : (checked(runRecordSchema, parseJson(text, file), file) as unknown as RunRecord);
}

/** Whether the run came to its end. */
export async function isFinished(directory: string): Promise<boolean> {
  return access(join(directory, FILES.results), constants.R_OK).then(
    () => true,
    () => false,
  );
}

/** @throws ScenarioError naming file and field where the directory is no finished run, or not a whole one */
export async function readRun(directory: string): Promise<StoredRun> {
  const record = await readRecord(directory);
  if (record === null) return fail(directory, [], `not the directory of a run: it has no ${FILES.record}`);
  const file = join(directory, FILES.results);
  if (!(await isFinished(directory)))
    fail(directory, [], `this ${record.command} is not finished: it has no ${FILES.results}`);
  const timing = await readTiming(directory);
  const result = parseResult({ ...(await readObject(file)), timing }, file);
  checkKind(record, result, file);
  const compiled = compileScenario(record.scenario, { file: `${join(directory, FILES.record)}: scenario` });
  return { directory, record, compiled, result, histograms: await readHistograms(directory, result) };
}

function checkKind({ command, hash, engine }: RunRecord, result: AnyResult, file: string): void {
  const found = "points" in result ? "sweep" : "comparisons" in result ? "compare" : "run";
  if (found !== command) fail(file, [], `the result of a ${found}, beside a run.json of a ${command}`);
  if (result.scenario.hash !== hash) fail(file, ["scenario", "hash"], `expected ${hash} as in run.json`);
  if (result.engine.wasmSha256 !== engine.wasmSha256)
    fail(file, ["engine", "wasmSha256"], `expected ${engine.wasmSha256} as in run.json`);
}

async function readTiming(directory: string): Promise<Timing> {
  const file = join(directory, FILES.timing);
  return checked(z.looseObject({ timing: timingSchema }), await readObject(file), file).timing;
}

const histogramRow = z.object({
  point: z.int().min(0),
  policy: z.string(),
  count: z.int().min(1),
  mean_us: z.number().min(0),
});

/** As the result's policies stand, one for each, and as many transitions in it as completed. */
async function readHistograms(directory: string, result: AnyResult): Promise<Histogram[]> {
  const file = join(directory, FILES.histograms);
  const bytes = await readPlain(file).catch((error) => fail(file, [], reason(error)));
  const rows = await fromParquet(bytes).catch(() => fail(file, [], "not a Parquet file, or not a whole one"));
  const histograms = pointsOf(result).flatMap(({ results }, point) =>
    results.map(({ policy }): Histogram => ({ point, policy, buckets: [] })),
  );
  const byName = new Map(histograms.map((histogram) => [keyOf(histogram), histogram]));
  for (const { point, policy, count, mean_us } of checked(z.array(histogramRow), rows, file)) {
    const histogram = byName.get(keyOf({ point, policy }));
    if (histogram === undefined) fail(file, [], `has ${policy} at point ${point}, which ${FILES.results} has not`);
    else histogram.buckets.push({ count, mean: mean_us });
  }
  checkTotals(histograms, result, file);
  return histograms;
}

function keyOf({ point, policy }: Pick<Histogram, "point" | "policy">): string {
  return `${point} ${policy}`;
}

function checkTotals(histograms: Histogram[], result: AnyResult, file: string): void {
  const results = pointsOf(result).flatMap((point) => point.results);
  for (const [i, { policy, replicas, censored }] of results.entries()) {
    const found = histograms[i]!.buckets.reduce((sum, { count }) => sum + count, 0);
    if (found !== replicas - censored)
      fail(
        file,
        [],
        `${policy}: ${found} transitions, but ${FILES.results} says that ${replicas - censored} completed`,
      );
  }
}

async function readObject(file: string): Promise<object> {
  const text = await readPlainText(file).catch((error) => fail(file, [], reason(error)));
  const value = parseJson(text, file);
  return isObject(value) ? value : fail(file, [], "expected an object");
}

/** @throws ScenarioError */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return fail(file, [], `not valid JSON: ${(error as Error).message}`);
  }
}

function isMissing(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
}

function reason(error: unknown): string {
  return isMissing(error) ? "no such file" : (error as Error).message;
}
