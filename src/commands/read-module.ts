// A livepatch module's file: .ko, or what modules_install makes of it where the kernel has CONFIG_MODULE_COMPRESS.

import type { Transform } from "node:stream";
import zlib from "node:zlib";
import { decompress } from "../fit/decompress.js";
import { Quality } from "../fit/quality.js";
import { TraceError } from "../fit/trace-error.js";
import { ElfError } from "../patch/elf.js";
import { type LivepatchModule, readLivepatch } from "../patch/livepatch.js";
import { collect, readBytes } from "./read-text.js";
import { UsageError } from "./usage-error.js";

/** Also of what is in a packed one. */
const KIND = { what: "kernel module", bytesMax: 64 * 2 ** 20 };
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];
/** Node has it from 22.15 on. */
const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Transform };

/** @throws UsageError */
export async function readModule(file: string): Promise<LivepatchModule> {
  const quality = new Quality();
  try {
    const packed = await readBytes(file, KIND);
    const bytes = await collect(unpacked(packed, quality), file, KIND);
    if (quality.broken !== null) throw new UsageError(`${file}: ${quality.broken}`);
    return readLivepatch(bytes, file);
  } catch (error) {
    if (error instanceof TraceError) throw new UsageError(`${file}: ${error.message}`);
    throw error instanceof ElfError ? new UsageError(error.message) : error;
  }
}

function unpacked(bytes: Uint8Array, quality: Quality): AsyncGenerator<Uint8Array> {
  const isZstd = ZSTD.every((byte, i) => bytes[i] === byte);
  return isZstd && createZstdDecompress !== undefined
    ? unzstd(createZstdDecompress(), bytes, quality)
    : decompress(whole(bytes), quality);
}

/** Of a stream that is cut, Node tells nothing: no more comes of it. */
async function* unzstd(transform: Transform, bytes: Uint8Array, quality: Quality): AsyncGenerator<Uint8Array> {
  let any = false;
  try {
    for await (const chunk of transform.end(bytes)) {
      any = true;
      yield chunk;
    }
    if (!any) quality.broken = "its zstd stream is cut";
  } catch (error) {
    quality.broken = `its zstd stream is cut or damaged (${(error as Error).message})`;
  }
}

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
