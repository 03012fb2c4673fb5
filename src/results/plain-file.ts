// Files of a run's directory, which may be anybody's: a pipe there would be waited for, a device read without end.

import { constants } from "node:fs";
import { open } from "node:fs/promises";

/** More than any run leaves in one file, less than memory. */
const BYTES_MAX = 2 ** 30;

/** All of a file that is one, or a link to one. @throws what the file system reports, and Error for a pipe, a device, or too many bytes */
export async function readPlain(path: string): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const found = await file.stat();
    if (found.isDirectory()) throw new Error("is a directory");
    if (!found.isFile()) throw new Error("neither a file nor a link to one");
    if (found.size > BYTES_MAX) throw new Error(`larger than ${BYTES_MAX / 2 ** 30} GiB`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

export async function readPlainText(path: string): Promise<string> {
  return (await readPlain(path)).toString("utf8");
}
