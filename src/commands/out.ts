// --out DIR of run, compare and sweep: the run's directory, made before the work, filled during and after it.

import type { Command } from "commander";
import type { ExecuteOptions } from "../execute/executor.js";
import { ThreadError } from "../execute/thread-error.js";
import { LockedError, lockDirectory } from "../results/directory-lock.js";
import {
  abandonRun,
  beginRun,
  type Finished,
  finishRun,
  readRecord,
  readRun,
  type StoredRun,
} from "../results/run-directory.js";
import { type RecordedCommand, type RunRecord, recordOf } from "../results/run-record.js";
import type { ShardDirectory } from "../results/shard-directory.js";
import type { ShardStore } from "../results/shard-store.js";
import { makeDirectories, removeLeftovers } from "../results/whole-file.js";
import { type Compiled, ScenarioError } from "../scenario/index.js";
import { version } from "../version.js";
import { type Build, moduleSha256 } from "../wasm.js";
import { wholeNumber } from "./arguments.js";
import { type ExecutorOptions, executorOptions } from "./executor-options.js";
import { Failure } from "./failure.js";
import { Interrupted, untilDrained } from "./interrupt.js";
import { type State, stateOf } from "./out-state.js";
import { tell } from "./tell.js";
import { UsageError } from "./usage-error.js";

export interface OutOptions extends ExecutorOptions {
  out?: string;
  force?: boolean;
  shards?: number;
  /** The directory is one to go on in: as klpsim resume takes it. */
  resume?: boolean;
}

const SHARDS_MAX = 1e6;

export function outOptions(command: Command): Command {
  const keeping = command
    .option("--out <directory>", "keep the run there, whole, part by part as it goes: see docs/run-directory.md")
    .option("--force", "run again what --out holds already, or put this run in place of another")
    .option(
      "--shards <n>",
      "with --out: parts in which each policy's replicas are kept (default: about a second's work each)",
      wholeNumber(1, SHARDS_MAX),
    );
  return executorOptions(keeping);
}

/** How shards are kept; nothing where they are not. */
export type Keeping = Pick<ExecuteOptions, "store" | "shards" | "drain">;

/** What a command does, and how that goes into a directory and comes out of one. */
export interface Kept<Whole> {
  record(): Promise<RunRecord>;
  work(keeping: Keeping): Promise<Whole>;
  finished(whole: Whole): Finished;
  restored(stored: StoredRun): Whole;
}

/**
 * What the work comes to, kept in the directory that `--out` names. A directory that holds this very run is read, and nothing is done; one
 * in which it was begun is gone on with.
 * @throws UsageError where the directory is another run's, somebody else's, or being written to; what the work throws
 */
export async function kept<Whole>(options: OutOptions, command: Kept<Whole>): Promise<Whole> {
  const { out } = options;
  if (out === undefined) {
    for (const name of ["force", "shards", "executor"] as const)
      if (options[name] !== undefined) throw new UsageError(`--${name}: needs --out`);
    return command.work({});
  }
  const record = { ...(await command.record()), shards: options.shards };
  if ((await stateOf(out, record, options)) === "finished") return restored(out, options, command);
  return untilDrained((drain) => underLock(out, record, options, command, drain));
}

async function underLock<Whole>(
  out: string,
  record: RunRecord,
  options: OutOptions,
  command: Kept<Whole>,
  drain: AbortSignal,
): Promise<Whole> {
  await writing(out, () => makeDirectories(out));
  const release = await locked(out);
  await removeLeftovers(out);
  let state: State | undefined;
  try {
    state = await stateOf(out, record, options); // now that nobody else writes
    if (state === "finished") return await restored(out, options, command);
    return await filled(out, state, record, command, drain);
  } catch (error) {
    release();
    if (isMistake(error) && state === "empty") await abandonRun(out).catch(() => {});
    throw error;
  } finally {
    release();
  }
}

/** Begins a run for others to make its shards; one that is there already stays as it is. @throws UsageError as kept() */
export async function begun(out: string, record: RunRecord): Promise<void> {
  await writing(out, () => makeDirectories(out));
  const release = await locked(out);
  try {
    const state = await stateOf(out, record, {});
    if (state === "empty") await writing(out, () => beginRun(out, record));
    else tell(`${out} ${state === "finished" ? "holds this run already" : "was begun already, and stays as it is"}`);
  } finally {
    release();
  }
}

/** `options`: of the command, what its result depends on besides the scenario. */
export async function newRecord(
  command: RecordedCommand,
  compiled: Pick<Compiled, "scenario" | "model" | "policies" | "seed">,
  options: Record<string, unknown>,
  build: Build,
): Promise<RunRecord> {
  return recordOf(command, compiled, options, { version, wasmSha256: await moduleSha256("transition", build) });
}

async function restored<Whole>(out: string, { resume }: OutOptions, command: Kept<Whole>): Promise<Whole> {
  const stored = await readRun(out);
  const again = resume ? "" : " (--force runs it again)";
  tell(`${out} holds this ${stored.record.command} already: nothing was run${again}`);
  return command.restored(stored);
}

/** Begins the run, or goes on with it, and finishes it. */
async function filled<Whole>(
  out: string,
  state: State,
  record: RunRecord,
  command: Kept<Whole>,
  drain: AbortSignal,
): Promise<Whole> {
  const begun = state === "begun" ? await readRecord(out) : null;
  if (begun === null) await writing(out, () => beginRun(out, record));
  const shards = begun === null ? record.shards : begun.shards;
  if (record.shards !== undefined && record.shards !== shards)
    tell(`--shards ${record.shards}: ${out} was begun with ${shards ?? "as many as are worthwhile"}, which stays`);
  const store = await openStore(out);
  try {
    const whole = await command.work({ store: guarded(out, store), shards, drain });
    await writing(out, () => finishRun(out, command.finished(whole)));
    return whole;
  } catch (error) {
    throw isMistake(error) ? error : withWayOn(error, out, store.size);
  }
}

/** Loaded here: without --out nobody needs it. */
export async function openStore(out: string): Promise<ShardDirectory> {
  const { ShardDirectory } = await import("../results/shard-directory.js");
  return writing(out, () =>
    ShardDirectory.open(out, (file, reason) => tell(`${file}: ${reason}: not used, its replicas are run again`)),
  );
}

/** Tells of a full disk by the name that the caller knows. */
export function guarded(out: string, store: ShardDirectory): ShardStore {
  return {
    read: (key) => store.read(key),
    write: (key, result) => writing(out, () => store.write(key, result)),
  };
}

function isMistake(error: unknown): boolean {
  return error instanceof ScenarioError || error instanceof UsageError;
}

/** What the caller can do after a run that did not come to its end. */
function withWayOn(error: unknown, out: string, shards: number): unknown {
  const done = `${shards} ${shards === 1 ? "shard is" : "shards are"} kept`;
  const way = `${done}: klpsim resume ${out} goes on`;
  if (error instanceof Interrupted) return new Interrupted(`interrupted; ${way}`);
  if (error instanceof Failure || error instanceof ThreadError) return new Failure(`${error.message}\n${way}`);
  tell(way);
  return error;
}

async function locked(out: string): Promise<() => void> {
  try {
    return await writing(out, () =>
      lockDirectory(out, ({ pid }) =>
        tell(`${out}: process ${pid}, which had begun to write to it, has ended: going on`),
      ),
    );
  } catch (error) {
    throw error instanceof LockedError ? new UsageError(error.message) : error;
  }
}

/** Errors of the file system by the directory's name. */
async function writing<T>(out: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Failure(`--out ${out}: cannot be written: ${message}`);
  }
}
