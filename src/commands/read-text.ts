// A file's text or bytes, from its path, a pipe or stdin; whatever cannot be text is refused before anything parses it.

import { open } from "node:fs/promises";
import { UsageError } from "./usage-error.js";

const MIB = 2 ** 20;
const REASONS: Record<string, string> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EACCES: "not allowed to read it",
};

/** What a file is for, as messages say it, and how large it may be. */
interface Kind {
  what: string;
  bytesMax: number;
}

/** The text of a scenario, `-` for stdin. @throws UsageError */
export function readScenario(path: string): Promise<string> {
  return readText(path, { what: "scenario", bytesMax: 8 * MIB });
}

/** The text of a policy in a file of its own. @throws UsageError */
export function readPolicy(path: string): Promise<string> {
  return readText(path, { what: "policy", bytesMax: 8 * MIB });
}

/** The text of a file of measurements, `-` for stdin. @throws UsageError */
export function readMeasurements(path: string): Promise<string> {
  return readText(path, { what: "file of measurements", bytesMax: 256 * MIB });
}

/** The text of a litmus test, `-` for stdin. @throws UsageError */
export function readLitmus(path: string): Promise<string> {
  return readText(path, { what: "litmus test", bytesMax: MIB });
}

/** The text of a result in JSON, `-` for stdin. @throws UsageError */
export function readResultText(path: string): Promise<string> {
  return readText(path, { what: "result", bytesMax: 256 * MIB });
}

/** How messages call the file at `path`. */
export function nameOfInput(path: string): string {
  return path === "-" ? "stdin" : path;
}

async function readText(path: string, kind: Kind): Promise<string> {
  const name = nameOfInput(path);
  const bytes = path === "-" ? await collect(process.stdin, name, kind) : await readBytes(path, kind);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) throw new UsageError(`${name}: compressed with gzip: unpack it first`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${name}: not a text file (its bytes are not UTF-8)`);
  }
  if (text.includes("\0")) throw new UsageError(`${name}: not a text file (it holds NUL bytes)`);
  return text;
}

/** @throws UsageError */
export async function readBytes(path: string, kind: Kind): Promise<Uint8Array> {
  try {
    const file = await open(path);
    try {
      const found = await file.stat();
      if (found.isDirectory()) throw new UsageError(`${path}: is a directory, not a ${kind.what}`);
      if (!found.isFile() && !found.isFIFO()) throw new UsageError(`${path}: neither a file nor a pipe`);
      return await collect(file.createReadStream({ autoClose: false }), path, kind);
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw code === undefined ? error : new UsageError(`${path}: ${REASONS[code] ?? message}`);
  }
}

/** All of a stream. @throws UsageError where that is more than such a thing may have */
export async function collect(
  stream: AsyncIterable<Uint8Array>,
  name: string,
  { what, bytesMax }: Kind,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > bytesMax) throw new UsageError(`${name}: larger than ${bytesMax / MIB} MiB, too large for a ${what}`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
