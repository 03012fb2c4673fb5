// Bytes as programs have them: a file of a page, a stream, or whatever gives one piece after another.

import type { Bytes } from "./decompress.js";

export type AnyBytes = Bytes | Blob | ReadableStream<Uint8Array>;

/** Not every browser can iterate over a stream. */
export async function* piecesOf(bytes: AnyBytes): AsyncGenerator<Uint8Array, void> {
  if (!(bytes instanceof Blob) && !(bytes instanceof ReadableStream)) return yield* bytes;
  const reader = (bytes instanceof Blob ? bytes.stream() : bytes).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => {}); // of one who wants no more
  }
}
