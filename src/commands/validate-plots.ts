// --plots: a picture of each cell and a page of all.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cellPlot, type Window } from "../report/cell-plot.js";
import { contactSheet } from "../report/contact-sheet.js";
import type { Policy } from "../scenario/index.js";
import type { Simulator } from "../validate/simulate.js";
import type { CellResult, PlannedCell, Validation } from "../validate/validate.js";
import { makeDirectory } from "./make-directory.js";

const TICKS_PER_MS = 1000;
const SECOND_MS = 1000;

/** Writes one SVG a cell and index.html to `directory`, over what is there. */
export async function writePlots(
  directory: string,
  validation: Validation,
  planned: readonly PlannedCell[],
  simulator: Simulator,
): Promise<void> {
  await makeDirectory(directory);
  const files = fileNames(validation.cells);
  for (const [i, { measured, plan }] of planned.entries()) {
    const { model, policies } = plan.compiled;
    const policy = policies[0];
    const simulated = await simulator.sample(plan);
    const capMs = model.horizon / TICKS_PER_MS;
    const gapMs = (model.host.enableGap + (policy.hookPatching === "calls" ? model.host.hookOn : 0)) / TICKS_PER_MS;
    const svg = cellPlot({
      result: validation.cells[i],
      measured,
      simulated,
      capMs,
      tryPeriodMs: policy.tryPeriod / TICKS_PER_MS,
      rounds: roundWindows(policy, gapMs, capMs),
    });
    await writeFile(join(directory, files[i]), svg);
  }
  await writeFile(join(directory, "index.html"), contactSheet(validation, files));
}

/** `FILE-CELL-DIRECTION.svg`, with a number where that is not enough. */
function fileNames(cells: readonly CellResult[]): string[] {
  const taken = new Map<string, number>();
  return cells.map(({ file, cell, direction }) => {
    const name = `${file.replace(/\.jsonl$/, "")}-${cell}-${direction}`.replace(/[^A-Za-z0-9._-]/g, "_");
    const earlier = taken.get(name) ?? 0;
    taken.set(name, earlier + 1);
    return earlier === 0 ? `${name}.svg` : `${name}.${earlier + 1}.svg`;
  });
}

/**
 * When automatic rounds are sent if tries cost nothing: try 1 at the gap, try 2 a rounded second later, which is 0.75 to
 * 1.75 s, the others at whole periods from there. None where a rounded period is not one second: those depend on the phase.
 */
function roundWindows(policy: Policy, gapMs: number, capMs: number): Window[] {
  const periodMs = policy.tryPeriod / TICKS_PER_MS;
  const rounded = policy.rounding === "round_jiffies";
  if (policy.signal !== "auto" || (rounded && periodMs !== SECOND_MS)) return [];
  const [early, late] = rounded ? [-SECOND_MS / 4, (3 * SECOND_MS) / 4] : [0, 0];
  const windows: Window[] = [];
  for (let n = 1; ; n++) {
    const atMs = gapMs + n * policy.signalEveryTries * periodMs;
    if (atMs + early > capMs) return windows;
    windows.push({ fromMs: atMs + early, toMs: atMs + late, label: `round ${n}` });
  }
}
