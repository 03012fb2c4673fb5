// DIR/lock: at most one process writes a run's directory at a time. The lock appears whole (a hard link, which fails where one is) and
// names its process, so that one of a process that has ended can be taken over. Shards need no lock: whoever writes one writes the same.

import { randomUUID } from "node:crypto";
import { readFileSync, unlinkSync } from "node:fs";
import { link, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { readPlainText } from "./plain-file.js";
import { hasEnded, ownIdentity, type ProcessIdentity } from "./process-identity.js";
import { partialOf } from "./whole-file.js";

export const LOCK = "lock";
const TRIES_MAX = 20;
const PAUSE_MS = 10;
/** What file systems without hard links answer. */
const NO_LINKS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"];

/** Somebody else has it; the message says who, and what to do. */
export class LockedError extends Error {
  override name = "LockedError";
}

const holderSchema = z.looseObject({
  host: z.string(),
  pid: z.int().min(1),
  started: z.string().nullable(),
  boot: z.string().nullable(),
});

/** Resolves with what gives the lock back; a process that exits gives it back as well. @throws LockedError */
export async function lockDirectory(
  directory: string,
  onTakeOver: (ended: ProcessIdentity) => void,
): Promise<() => void> {
  const file = join(directory, LOCK);
  const own = JSON.stringify({ ...ownIdentity(), id: randomUUID() });
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    if (await create(file, own)) {
      if (!(await somebodyElseIn(directory))) return releaseOnExit(file, own);
      remove(file, own);
      await pause(PAUSE_MS);
      continue;
    }
    const found = await textOf(file);
    if (found === undefined) continue;
    const holder = holderOf(found);
    if (holder === undefined || !hasEnded(holder)) throw new LockedError(refusal(directory, holder));
    if (await putAside(file, found)) onTakeOver(holder);
  }
  throw new LockedError(`${directory}: others are about to write to it as well: try again`);
}

async function create(file: string, own: string): Promise<boolean> {
  const whole = partialOf(dirname(file), LOCK);
  try {
    await writeFile(whole, own, { flag: "wx" });
    return await linked(whole, file, own);
  } finally {
    await rm(whole, { force: true }).catch(() => {});
  }
}

async function linked(whole: string, file: string, own: string): Promise<boolean> {
  try {
    await link(whole, file).catch((error) =>
      NO_LINKS.includes(error.code) ? writeFile(file, own, { flag: "wx" }) : Promise.reject(error),
    );
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return (await textOf(file)) === own; // NFS: done, though the answer came twice
  }
}

/**
 * Out of the way with the lock of a process that has ended. Between the look and the rename another may have done so and locked anew: its
 * lock goes back, and who finds one aside meanwhile waits.
 */
async function putAside(file: string, ended: string): Promise<boolean> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
  const isIt = (await textOf(aside)) === ended;
  for (let tries = 0; !isIt && tries < TRIES_MAX; tries++) {
    const isBack = await link(aside, file).then(
      () => true,
      () => false,
    );
    if (isBack) break;
    await pause(PAUSE_MS);
  }
  await rm(aside, { force: true });
  return isIt;
}

/** Whose lock is aside just now. */
async function somebodyElseIn(directory: string): Promise<boolean> {
  const names = (await readdir(directory)).filter((name) => name.startsWith(`${LOCK}.`));
  for (const file of names.map((name) => join(directory, name))) {
    const holder = holderOf((await textOf(file)) ?? "");
    if (holder !== undefined && !hasEnded(holder)) return true;
    await rm(file, { force: true });
  }
  return false;
}

function holderOf(text: string): ProcessIdentity | undefined {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function refusal(directory: string, holder: ProcessIdentity | undefined): string {
  const file = join(directory, LOCK);
  if (holder === undefined) return `${file}: names no process: delete it if nobody writes to ${directory}`;
  if (holder.host === ownIdentity().host)
    return `${directory}: process ${holder.pid} is writing to it: wait for it, or end it`;
  return `${directory}: process ${holder.pid} of host ${holder.host} is writing to it, as ${file} says: wait for it; if it or its host is no more, delete that file`;
}

function releaseOnExit(file: string, own: string): () => void {
  const release = () => {
    process.removeListener("exit", release);
    remove(file, own);
  };
  process.on("exit", release);
  return release;
}

/** At once: an exiting process waits for nothing. */
function remove(file: string, own: string): void {
  try {
    if (readFileSync(file, "utf8") === own) unlinkSync(file);
  } catch {
    // Not there, or not to be removed: who finds it sees that its process has ended.
  }
}

function textOf(file: string): Promise<string | undefined> {
  return readPlainText(file).catch((error) => {
    if (error.code === "ENOENT" || error.code === "ESTALE") return undefined;
    throw error;
  });
}
