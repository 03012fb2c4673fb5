// Recorders keep binary files; what is read here is the text that their own tools make of them.

import { TraceError } from "./trace-error.js";

interface BinaryKind {
  /** What its first bytes are, from `offset` on. */
  magic: readonly number[];
  offset: number;
  words: string;
}

const KINDS: readonly BinaryKind[] = [
  { magic: ascii("PERFILE2"), offset: 0, words: "perf.data is binary: give the output of `perf script -i FILE --ns`" },
  {
    magic: [0x17, 0x08, 0x44, ...ascii("tracing")],
    offset: 0,
    words: "trace.dat is binary: give the output of `trace-cmd report -i FILE`",
  },
  {
    magic: [0xc1, 0x1f, 0xfc, 0xc1],
    offset: 0,
    words: "a stream of a CTF trace is binary: give the output of `babeltrace2 DIR`",
  },
  {
    magic: [0x57, 0x1d, 0x1d, 0x75],
    offset: 0,
    words: "metadata of a CTF trace: give the output of `babeltrace2 DIR`",
  },
  {
    magic: [0xd1, 0x1d, 0x1d, 0x75],
    offset: 0,
    words: "metadata of a CTF trace: give the output of `babeltrace2 DIR`",
  },
  { magic: [0x7f, ...ascii("ELF")], offset: 0, words: "an ELF file, not a trace" },
  {
    magic: ascii("ustar"),
    offset: 257,
    words: "a tar archive: unpack it first (a CTF trace in it: give the output of `babeltrace2 DIR`)",
  },
];

/** @throws TraceError if these, a file's first bytes, are not of a text. */
export function refuseBinary(head: Uint8Array): void {
  const kind = KINDS.find(({ magic, offset }) => magic.every((byte, i) => head[offset + i] === byte));
  if (kind !== undefined) throw new TraceError(kind.words);
  if (head.includes(0)) throw new TraceError("binary, not text: give what the recorder's own tool prints of it");
}

function ascii(word: string): number[] {
  return [...word].map((letter) => letter.charCodeAt(0));
}
