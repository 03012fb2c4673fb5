// --out DIR of run, compare and sweep: the run's directory, made before the work, filled after it.

import { readdir } from "node:fs/promises";
import type { Command } from "commander";
import {
  abandonRun,
  beginRun,
  type Finished,
  finishRun,
  isFinished,
  readRecord,
  readRun,
  type StoredRun,
} from "../results/run-directory.js";
import { differences, type RecordedCommand, type RunRecord, recordOf } from "../results/run-record.js";
import type { Compiled } from "../scenario/index.js";
import { version } from "../version.js";
import { type Build, moduleSha256 } from "../wasm.js";
import { Failure } from "./failure.js";
import { UsageError } from "./usage-error.js";

export interface OutOptions {
  out?: string;
  force?: boolean;
}

const SHOWN_MAX = 6;

export function outOptions(command: Command): Command {
  return command
    .option("--out <directory>", "keep the run there, whole: see docs/run-directory.md")
    .option("--force", "run again what --out holds already, or put this run in place of another");
}

/** What a command does, and how that goes into a directory and comes out of one. */
export interface Kept<Whole> {
  record(): Promise<RunRecord>;
  work(): Promise<Whole>;
  finished(whole: Whole): Finished;
  restored(stored: StoredRun): Whole;
}

/**
 * What the work comes to, kept in the directory that `--out` names. A directory that holds this very run is read, and nothing is done.
 * @throws UsageError where the directory is another run's or somebody else's; what the work throws
 */
export async function kept<Whole>({ out, force }: OutOptions, command: Kept<Whole>): Promise<Whole> {
  if (out === undefined) {
    if (force) throw new UsageError("--force: needs --out");
    return command.work();
  }
  const record = await command.record();
  if (await holdsAlready(out, record, force === true)) {
    process.stderr.write(
      `klpsim: ${out} holds this ${record.command} already: nothing was run (--force runs it again)\n`,
    );
    return command.restored(await readRun(out));
  }
  const isNew = (await entries(out)).length === 0;
  await writing(out, () => beginRun(out, record));
  const whole = await command.work().catch(async (error) => {
    if (isNew) await abandonRun(out).catch(() => {});
    throw error;
  });
  await writing(out, () => finishRun(out, command.finished(whole)));
  return whole;
}

/** `options`: of the command, what its result depends on besides the scenario. */
export async function newRecord(
  command: RecordedCommand,
  compiled: Compiled,
  options: Record<string, unknown>,
  build: Build,
): Promise<RunRecord> {
  return recordOf(command, compiled, options, { version, wasmSha256: await moduleSha256("transition", build) });
}

async function holdsAlready(out: string, wanted: RunRecord, force: boolean): Promise<boolean> {
  const names = await entries(out);
  if (names.length === 0) return false;
  const found = await readRecord(out);
  if (found === null) throw new UsageError(`--out ${out}: not empty, and not the directory of a run`);
  if (force) return false;
  const different = differences(found, wanted);
  if (different.length > 0) throw new UsageError(otherRun(out, different));
  return isFinished(out);
}

/** Of a directory that is not there none. */
async function entries(out: string): Promise<string[]> {
  try {
    return await readdir(out);
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    throw new UsageError(`--out ${out}: ${code === "ENOTDIR" ? "not a directory" : message}`);
  }
}

function otherRun(out: string, different: string[]): string {
  const shown = different.slice(0, SHOWN_MAX).map((line) => `  ${line}`);
  if (different.length > SHOWN_MAX) shown.push(`  ... and ${different.length - SHOWN_MAX} more`);
  return `--out ${out}: holds another run (--force puts this one in its place):\n${shown.join("\n")}`;
}

/** Errors of the file system by the directory's name. */
async function writing(out: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Failure(`--out ${out}: cannot be written: ${message}`);
  }
}
