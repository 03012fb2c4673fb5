// A scenario's text from a file, a pipe or stdin; whatever cannot be one is refused before anything reads it as YAML.

import { open } from "node:fs/promises";
import { UsageError } from "./usage-error.js";

const BYTES_MAX = 16 * 2 ** 20;
const REASONS: Record<string, string> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EACCES: "not allowed to read it",
  EISDIR: "is a directory, not a scenario file",
};

/** The text of `path`, `-` for stdin. @throws UsageError */
export async function readScenario(path: string): Promise<string> {
  const name = path === "-" ? "stdin" : path;
  const bytes = path === "-" ? await collect(process.stdin, name) : await readPath(path);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${name}: not a text file (its bytes are not UTF-8)`);
  }
  if (text.includes("\0")) throw new UsageError(`${name}: not a text file (it holds NUL bytes)`);
  return text;
}

async function readPath(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path);
    try {
      const found = await file.stat();
      if (found.isDirectory()) throw new UsageError(`${path}: ${REASONS.EISDIR}`);
      if (!found.isFile() && !found.isFIFO()) throw new UsageError(`${path}: neither a file nor a pipe`);
      return await collect(file.createReadStream({ autoClose: false }), path);
    } finally {
      await file.close();
    }
  } catch (error) {
    const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ""];
    throw reason ? new UsageError(`${path}: ${reason}`) : error;
  }
}

async function collect(stream: AsyncIterable<Uint8Array>, name: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > BYTES_MAX)
      throw new UsageError(`${name}: larger than ${BYTES_MAX / 2 ** 20} MiB, too large for a scenario`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
