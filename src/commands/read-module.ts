// A livepatch module's file: .ko, or what modules_install makes of it where the kernel has CONFIG_MODULE_COMPRESS.

import type { Transform } from "node:stream";
import zlib from "node:zlib";
import { ElfError } from "../patch/elf.js";
import { type LivepatchModule, readLivepatch } from "../patch/livepatch.js";
import { collect, readBytes } from "./read-text.js";
import { UsageError } from "./usage-error.js";

/** Also of what is in a packed one. */
const KIND = { what: "kernel module", bytesMax: 64 * 2 ** 20 };

/** A way to pack, told by how a file begins. */
interface Packing {
  name: string;
  magic: number[];
  unpack(bytes: Uint8Array, file: string): Promise<AsyncIterable<Uint8Array>>;
}

const PACKINGS: Packing[] = [
  { name: "gzip", magic: [0x1f, 0x8b], unpack: async (bytes) => through(zlib.createGunzip(), bytes) },
  { name: "xz", magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], unpack: unxz },
  { name: "zstd", magic: [0x28, 0xb5, 0x2f, 0xfd], unpack: unzstd },
];

/** @throws UsageError */
export async function readModule(file: string): Promise<LivepatchModule> {
  const bytes = await unpacked(await readBytes(file, KIND), file);
  try {
    return readLivepatch(bytes, file);
  } catch (error) {
    throw error instanceof ElfError ? new UsageError(error.message) : error;
  }
}

async function unpacked(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  const packing = PACKINGS.find(({ magic }) => magic.every((byte, i) => bytes[i] === byte));
  if (packing === undefined) return bytes;
  try {
    return await collect(await packing.unpack(bytes, file), file, KIND);
  } catch (error) {
    if (error instanceof UsageError) throw error; // too large, or not with this Node
    throw new UsageError(
      `${file}: cut short or damaged, cannot be unpacked with ${packing.name}: ${(error as Error).message}`,
    );
  }
}

async function unxz(bytes: Uint8Array): Promise<AsyncIterable<Uint8Array>> {
  const { default: xz } = await import("xz-decompress");
  const stream: unknown = new xz.XzReadableStream(new Blob([bytes as BlobPart]).stream());
  return stream as AsyncIterable<Uint8Array>; // Node's streams are, the browser's types are not
}

/** Node has it from 22.15 on. */
async function unzstd(bytes: Uint8Array, file: string): Promise<AsyncIterable<Uint8Array>> {
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Transform };
  if (createZstdDecompress !== undefined) return through(createZstdDecompress(), bytes);
  const { node } = process.versions;
  throw new UsageError(`${file}: packed with zstd, which Node ${node} cannot unpack and 22.15 can: unzstd it first`);
}

function through(transform: Transform, bytes: Uint8Array): AsyncIterable<Uint8Array> {
  transform.end(bytes);
  return transform;
}
