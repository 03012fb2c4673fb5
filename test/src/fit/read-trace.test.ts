import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { openTrace } from "../../../src/fit/open-trace.js";
import { readTrace } from "../../../src/fit/read-trace.js";
import { TraceError } from "../../../src/fit/trace-error.js";
import type { TraceEvent } from "../../../src/fit/trace-event.js";

const folder = mkdtempSync(join(tmpdir(), "klpsim-trace-"));
const LINES = 20_000;
const TEXT = Array.from(
  { length: LINES },
  (_, n) =>
    `  sh-${100 + (n % 7)}  [00${n % 4}] d..2. ${5 + Math.floor(n / 1000)}.${String(n % 1000).padStart(6, "0")}: sys_enter: NR 0 (0)\n`,
).join("");
const PLAIN = Buffer.from(TEXT);

async function* chunks(bytes: Uint8Array, size = 10_000) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Uint8Array, options = {}) {
  const events: TraceEvent[] = [];
  const sink = { event: (event: TraceEvent) => void events.push(event), sum: () => {}, name: () => {}, gap: () => {} };
  return { ...(await readTrace(chunks(bytes), sink, options)), events };
}

const refused = (bytes: Uint8Array | string, options = {}) =>
  read(typeof bytes === "string" ? Buffer.from(bytes) : bytes, options).then(
    () => "read",
    (error: Error) => (error instanceof TraceError ? error.message : error),
  );

const hasXz = spawnSync("xz", ["--version"]).status === 0;

/** Empty where there is no xz. */
function xz(bytes: Uint8Array): Buffer {
  if (!hasXz) return Buffer.alloc(0);
  return execFileSync("xz", ["-c"], { input: bytes, maxBuffer: 2 ** 28 });
}

describe("readTrace", () => {
  it("tells the format, the window, the clock's steps and how far it is", async () => {
    const progress: number[] = [];
    const { format, window, resolution, quality } = await read(PLAIN, {
      onProgress: (bytes: number) => progress.push(bytes),
    });
    expect([format.name, window, resolution]).toEqual(["ftrace", { from: 0, to: 19e9 + 999_000 }, 1000]);
    expect([quality.lines, quality.events, quality.bytes, quality.cut, quality.broken]).toEqual([
      LINES,
      LINES,
      PLAIN.length,
      false,
      null,
    ]);
    expect([progress.at(-1), progress.length]).toEqual([PLAIN.length, Math.ceil(PLAIN.length / 10_000)]);
  });

  const half = PLAIN.length >> 1;
  it.each([
    ["gzip", gzipSync(PLAIN)],
    ["gzip of two members", Buffer.concat([gzipSync(PLAIN.subarray(0, half)), gzipSync(PLAIN.subarray(half))])],
    ["xz", xz(PLAIN)],
    ["xz of two streams", Buffer.concat([xz(PLAIN.subarray(0, half)), xz(PLAIN.subarray(half))])],
  ])("%s is unpacked (xz: where xz-utils are)", async (_, packed) => {
    if (packed.length === 0) return;
    const { quality, events } = await read(packed);
    expect([quality.events, quality.unreadable, quality.bytes, quality.broken]).toEqual([LINES, 0, PLAIN.length, null]);
    expect(events.length).toBe(LINES);
  });

  const spoilt = (packed: Buffer) => Buffer.from(packed).fill(0x55, packed.length >> 1, (packed.length >> 1) + 100);
  it.each([
    ["cut gzip", "gzip", gzipSync(PLAIN).subarray(0, gzipSync(PLAIN).length >> 1)],
    ["damaged gzip", "gzip", spoilt(gzipSync(PLAIN))],
    ["cut xz", "xz", xz(PLAIN).subarray(0, xz(PLAIN).length >> 1)],
    ["damaged xz", "xz", spoilt(xz(PLAIN))],
  ])("a %s stream is told, and what came before is kept (xz: where xz-utils are)", async (_, name, packed) => {
    if (packed.length === 0) return;
    const { quality } = await read(packed);
    expect(quality.broken).toMatch(new RegExp(`^its ${name} stream is cut or damaged \\(.+\\)$`));
    expect(quality.events).toBeGreaterThan(LINES / 10);
    expect(quality.events).toBeLessThan(LINES);
  });

  it("trouble of the source itself is not taken for a damaged stream", async () => {
    async function* failing() {
      yield gzipSync(PLAIN).subarray(0, 2000);
      throw new Error("disk on fire");
    }
    const sink = { event() {}, sum() {}, name() {}, gap() {} };
    await expect(readTrace(failing(), sink)).rejects.toThrow("disk on fire");
  });

  it("a last line that was cut is told", async () => {
    const { quality } = await read(PLAIN.subarray(0, PLAIN.length - 20));
    expect([quality.lines, quality.cut]).toEqual([LINES, true]);
  });

  it.each([
    ["perf.data", "PERFILE2\0\0", "perf.data is binary: give the output of `perf script -i FILE --ns`"],
    ["trace.dat", "\x17\x08\x44tracing6\0", "trace.dat is binary: give the output of `trace-cmd report -i FILE`"],
    ["any other binary", "abc\0def", "binary, not text: give what the recorder's own tool prints of it"],
    ["an empty file", "", "empty: nothing was recorded"],
    ["comments alone", "# tracer: nop\n#\n", "nothing but comments: no event was recorded"],
  ])("%s is refused with what to do", async (_, bytes, words) => {
    expect(await refused(Buffer.from(bytes, "latin1"))).toBe(words);
  });

  it("a CTF stream, a tar archive and other compressions are refused with the tool that reads them", async () => {
    const tar = Buffer.alloc(512);
    tar.write("ustar", 257);
    expect(await refused(new Uint8Array([0xc1, 0x1f, 0xfc, 0xc1, 0]))).toContain("babeltrace2 DIR");
    expect(await refused(gzipSync(tar))).toContain("tar archive");
    expect(await refused(new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0]))).toContain("zstd -d");
  });

  it("text in no known format is refused with the formats that were tried; a forced one is taken", async () => {
    expect(await refused("Dear diary,\ntoday nothing was scheduled.\n")).toMatch(
      /^not in a format that is known: tried ftrace, trace-cmd, .*; say --format if it is one$/,
    );
    expect(await refused("x\n", { format: "ftraze" })).toMatch(/^--format: expected one of ftrace, .*, got ftraze$/);
    const { quality, format } = await read(Buffer.from("Dear diary,\n"), { format: "perf-script" });
    expect([format.name, quality.unreadable]).toEqual(["perf-script", 1]);
  });
});

describe("openTrace", () => {
  const words = (path: string) =>
    openTrace(path).then(
      () => "open",
      ({ message }: Error) => message,
    );

  it("reads a file, and knows its size", async () => {
    const path = join(folder, "t.txt");
    writeFileSync(path, PLAIN);
    const { bytes, size, close } = await openTrace(path);
    const { quality } = await readTrace(bytes, { event() {}, sum() {}, name() {}, gap() {} });
    await close();
    expect([size, quality.events]).toEqual([PLAIN.length, LINES]);
  });

  it("says what is wrong with a path", async () => {
    const empty = join(folder, "empty");
    writeFileSync(empty, "");
    expect(await words(join(folder, "none"))).toBe("no such file");
    expect(await words(folder)).toBe("a directory: if it is a CTF trace, give the output of `babeltrace2 DIR`");
    expect(await words(empty)).toBe("empty: nothing was recorded");
    expect(await words(join(empty, "x"))).toBe("no such file");
  });
});
