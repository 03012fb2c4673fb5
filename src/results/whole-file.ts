// Files that are there whole or not at all, whenever their writer ends: written beside their place, brought to disk, then renamed. A network
// file system may do a rename and report an error all the same, if the answer was lost and the question came twice (NFS).

import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { isAlive } from "./process-identity.js";

let begun = 0;

/** A name for what is written before it gets its own; of a process that died over it, it is known by it. */
export function partialOf(directory: string, name: string): string {
  return join(directory, `.${name}@${hostname()}@${process.pid}-${begun++}.partial`);
}

/** Replaces what is there. @throws what the file system reports; then what was there is there still */
export async function writeWhole(directory: string, name: string, content: string | Uint8Array): Promise<void> {
  const partial = partialOf(directory, name);
  try {
    await writeSynced(partial, content);
    await moveTo(join(directory, name), partial, content);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {});
    throw error;
  }
  await syncDirectory(directory);
}

/** Never through a link that somebody has put in its place. */
async function writeSynced(path: string, content: string | Uint8Array): Promise<void> {
  await rm(path, { force: true });
  const file = await open(path, "wx");
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function moveTo(path: string, partial: string, content: string | Uint8Array): Promise<void> {
  try {
    await rename(partial, path);
  } catch (error) {
    if (!(await readFile(path).catch(() => undefined))?.equals(Buffer.from(content))) throw error;
    await rm(partial, { force: true });
  }
}

/** So that the new name outlasts a power failure; where directories cannot be synced the file system sees to that itself, or nobody does. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r").catch(() => undefined);
  await directory?.sync().catch(() => {});
  await directory?.close();
}

const PARTIAL = /^\..+@([^@]+)@(\d+)-\d+\.partial$/;

/** Whether a name is one of partialOf(). */
export function isPartial(name: string): boolean {
  return PARTIAL.test(name);
}

/** Removes what writers of this host began and died over. Of a directory that is not there nothing. */
export async function removeLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(directory).catch(() => [])) {
    const [, host, pid] = PARTIAL.exec(name) ?? [];
    const isOwn = Number(pid) === process.pid; // of an earlier process of that number: this one has not written yet
    if (host === hostname() && (isOwn || !isAlive(Number(pid)))) await rm(join(directory, name), { force: true });
  }
}

/** As `mkdir -p`. Node's own tries for ever where a directory can be looked into but not added to, as /proc. */
export async function makeDirectories(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && dirname(path) !== path) {
      await makeDirectories(dirname(path));
      await mkdir(path).catch((again) => unlessDirectory(path, again));
    } else await unlessDirectory(path, error);
  }
}

async function unlessDirectory(path: string, error: unknown): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) throw error;
}
