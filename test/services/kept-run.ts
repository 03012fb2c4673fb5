// A run of one to two seconds in some 40 shards, and what it leaves when nothing happens to it.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Ended, Workshop } from "../spawned.js";
import { SMALL_SCENARIO } from "../src/execute/small-job.js";

export const RUN = ["run", "small.json", "--replicas", "8000", "--shards", "20", "--workers", "2"];

/** Puts the scenario there. */
export function prepare({ file }: Workshop): void {
  file("small.json", JSON.stringify(SMALL_SCENARIO));
}

/** A run that nothing happened to. */
export interface Whole {
  ended: Ended;
  ms: number;
  files: Record<string, string>;
}

export async function uninterrupted({ at, klpsim }: Workshop): Promise<Whole> {
  const started = performance.now();
  const ended = await klpsim(...RUN, "--out", "whole");
  expect(ended.status).toBe(0);
  return { ended, ms: performance.now() - started, files: filesOf(at("whole")) };
}

/** Every file of a run's directory but the one that tells of time and place. */
export function filesOf(directory: string): Record<string, string> {
  const names = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "timing.json")
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(directory, name), "latin1")]));
}

/** Asserts that a directory holds, and a command printed, what they do when nothing happens. */
export function expectWhole(whole: Whole, ended: Ended, directory: string): void {
  expect({ status: ended.status, stdout: ended.stdout }).toEqual({ status: 0, stdout: whole.ended.stdout });
  const found = filesOf(directory);
  expect(Object.keys(found)).toEqual(Object.keys(whole.files));
  for (const [name, content] of Object.entries(whole.files)) expect(found[name] === content, name).toBe(true);
}
