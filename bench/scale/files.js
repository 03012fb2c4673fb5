// 100,000 shards as files: kept, 16 at a time, and merged again.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CountsSum } from "../../dist/results/merge.js";
import { ShardDirectory } from "../../dist/results/shard-directory.js";
import { printFigure } from "../csv.js";
import { clockMs, cpuMs, progress } from "../measure.js";
import { sampleOf } from "./sample.js";

const SHARDS = 100_000;
const AT_ONCE = 16; // as the planner does

const directory = mkdtempSync(join(tmpdir(), "klpsim-files-"));
try {
  const sample = await sampleOf("busy-vcpus", SHARDS);
  await timed("kept as files", () => keepAll(sample));
  await timed("merged from files", () => mergeAll(sample));
  printFigure("peak memory of both", "MiB", [process.resourceUsage().maxRSS / 1024]);
} finally {
  rmSync(directory, { recursive: true });
}

function open() {
  return ShardDirectory.open(directory, (file, reason) => {
    throw new Error(`${file}: ${reason}`);
  });
}

async function keepAll({ planned, result, keyOf }) {
  const store = await open();
  const left = planned.values();
  const lane = async () => {
    for (const shard of left) await store.write(keyOf(shard), result(shard));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

async function mergeAll({ planned, keyOf }) {
  const store = await open();
  const sum = new CountsSum();
  for (const shard of planned) sum.add((await store.read(keyOf(shard))).counts);
}

async function timed(what, work) {
  progress(`${SHARDS} shards ${what}`);
  const began = { clock: clockMs(), cpu: cpuMs() };
  await work();
  printFigure(`${SHARDS} shards ${what}`, "s", [(clockMs() - began.clock) / 1000]);
  printFigure(`${SHARDS} shards ${what}, CPU time`, "s", [(cpuMs() - began.cpu) / 1000]);
}
