// A stored trace as fit() takes it.

import { createReadStream } from "node:fs";
import type { TraceInput } from "../../../src/fit/fit.js";

export function storedPath(name: string): string {
  return new URL(`../../data/traces/${name}`, import.meta.url).pathname;
}

export function storedTrace(name: string): TraceInput {
  return { name, bytes: createReadStream(storedPath(name)) };
}

/** Lines as a trace. */
export function written(name: string, text: string | Uint8Array): TraceInput {
  async function* bytes() {
    yield typeof text === "string" ? new TextEncoder().encode(text) : text;
  }
  return { name, bytes: bytes() };
}
