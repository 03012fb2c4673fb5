// A file of results, whatever it turns out to be.

import { recogniseReplay } from "../../../src/replay/recognise.js";
import { checkResult, type Result } from "../../../src/results/recognise.js";
import type { RunResult } from "../../../src/results/result.js";
import type { Loaded, RunView } from "../protocol.js";
import type { Handler } from "./handler.js";
import { keep } from "./replays.js";
import { policyViews } from "./view.js";

const SIZE_MAX = 256 * 2 ** 20;
/** results.json of a run's directory has none: it holds what follows from the scenario alone. */
const NO_TIMING = { wallMs: 0, transitionsPerSecond: 0, workers: 0 };

export const load: Handler<"load"> = async ({ name, file }) => {
  if (file.size > SIZE_MAX)
    throw new Error(`${name}: expected at most ${SIZE_MAX / 2 ** 20} MiB, got ${mebibytes(file)}`);
  const value = parsed(await file.text(), name);
  if ("events" in value) return { kind: "replay", replay: keep(recogniseReplay(value, name)) };
  return loadedOf(checkResult("timing" in value ? value : { ...value, timing: NO_TIMING }, name), name);
};

function mebibytes({ size }: Blob): string {
  return `${Math.ceil(size / 2 ** 20)} MiB`;
}

function parsed(text: string, name: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch (error) {
    throw new Error(`${name}: no JSON: ${(error as Error).message}`);
  }
  throw new Error(`${name}: expected a result or a replay of klpsim as JSON`);
}

function loadedOf({ kind, result }: Result, name: string): Loaded {
  if (kind === "experiment") return { kind, result };
  if (kind === "sweep") throw new Error(`${name}: a sweep, which klpsim report draws; expected a run or a comparison`);
  return { kind: "run", result, view: viewOf(result) };
}

/** As far as its quantiles and exceedances say. */
function viewOf(result: RunResult): RunView {
  const total = result.replicas * result.results.length;
  return { result, policies: policyViews(result), horizonSeconds: null, total, done: true };
}
