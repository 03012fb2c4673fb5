// What is in the directory that --out names, before anything is put there.

import { readdir } from "node:fs/promises";
import { LOCK } from "../results/directory-lock.js";
import { isFinished, readRecord } from "../results/run-directory.js";
import { differences, type RunRecord } from "../results/run-record.js";
import { isPartial } from "../results/whole-file.js";
import { UsageError } from "./usage-error.js";

const SHOWN_MAX = 6;

/** Nothing; this run, finished or begun; or, where that is allowed, any run. */
export type State = "empty" | "finished" | "begun" | "to be replaced";

/** `resume`: the directory is one to go on in. @throws UsageError for anything but a State */
export async function stateOf(
  out: string,
  wanted: RunRecord,
  { force, resume }: { force?: boolean; resume?: boolean },
): Promise<State> {
  if ((await entries(out)).length === 0) return "empty";
  const found = await readRecord(out);
  if (found === null) throw new UsageError(`--out ${out}: not empty, and not the directory of a run`);
  if (force) return "to be replaced";
  if (resume && (await isFinished(out))) return "finished";
  const different = differences(found, wanted);
  if (different.length > 0) throw new UsageError(otherRun(out, different, resume === true));
  return (await isFinished(out)) ? "finished" : "begun";
}

/** But for locks and what is written just now, or was when its writer died. Of a directory that is not there none. */
async function entries(out: string): Promise<string[]> {
  try {
    return (await readdir(out)).filter((name) => !name.startsWith(LOCK) && !isPartial(name));
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    throw new UsageError(`--out ${out}: ${code === "ENOTDIR" ? "not a directory" : message}`);
  }
}

/** Each difference a line. */
export function otherRun(out: string, different: string[], isResume: boolean): string {
  const shown = different.slice(0, SHOWN_MAX).map((line) => `  ${line}`);
  if (different.length > SHOWN_MAX) shown.push(`  ... and ${different.length - SHOWN_MAX} more`);
  const head = isResume
    ? `${out}: cannot be gone on with here: what is there and what would be made differ:`
    : `--out ${out}: holds another run (--force puts this one in its place):`;
  return `${head}\n${shown.join("\n")}`;
}
