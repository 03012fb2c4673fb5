// A file that is not to be written over unless somebody says so.

import { writeFile } from "node:fs/promises";
import { Failure } from "./failure.js";
import { UsageError } from "./usage-error.js";

/** @throws UsageError where it is there already and `force` is not given, Failure where it cannot be written */
export async function writeNew(file: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(file, text, { flag: force ? "w" : "wx" });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw new UsageError(`${file}: there already; --force writes over it, -o elsewhere`);
    throw new Failure(`${file}: cannot be written: ${message}`);
  }
}
