// The directory that an option names for pictures.

import { mkdir } from "node:fs/promises";
import { UsageError } from "./usage-error.js";

/** Makes it where it is not there. @throws UsageError */
export async function makeDirectory(directory: string, option = "--plots"): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (["EEXIST", "ENOTDIR", "EACCES", "EROFS"].includes(code))
      throw new UsageError(`${option} ${directory}: not a directory that can be written to`);
    throw error;
  }
}
