// The bytes of a trace in a file, a pipe or stdin. Runs in Node only.

import type { Stats } from "node:fs";
import { open } from "node:fs/promises";
import type { Bytes } from "./decompress.js";
import { TraceError } from "./trace-error.js";

const CHUNK = 1 << 18;
const REASONS: Record<string, string> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EACCES: "not allowed to read it",
};

export interface OpenTrace {
  bytes: Bytes;
  /** Of a file, as it is stored; null: a pipe does not say. */
  size: number | null;
  close(): Promise<void>;
}

/** `-` is stdin. @throws TraceError, without the path, if there is nothing to read */
export async function openTrace(path: string): Promise<OpenTrace> {
  if (path === "-") return { bytes: process.stdin, size: null, close: async () => {} };
  try {
    const file = await open(path);
    const found = await file.stat();
    const trouble = troubleOf(found);
    if (trouble !== null) {
      await file.close();
      throw new TraceError(trouble);
    }
    const bytes = file.createReadStream({ autoClose: false, highWaterMark: CHUNK });
    return { bytes, size: found.isFile() ? found.size : null, close: () => file.close() };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw code === undefined ? error : new TraceError(REASONS[code] ?? message);
  }
}

function troubleOf(found: Stats): string | null {
  if (found.isDirectory()) return "a directory: if it is a CTF trace, give the output of `babeltrace2 DIR`";
  if (!found.isFile() && !found.isFIFO() && !found.isCharacterDevice()) return "neither a file nor a pipe";
  return found.isFile() && found.size === 0 ? "empty: nothing was recorded" : null;
}
