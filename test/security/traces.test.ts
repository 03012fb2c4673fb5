// Recorded traces made to be slow to read, large to unpack, or to bring more than names to a terminal or a scenario.

import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decompress } from "../../src/fit/decompress.js";
import { FORMATS } from "../../src/fit/formats/index.js";
import { Lines } from "../../src/fit/lines.js";
import { Quality } from "../../src/fit/quality.js";
import { workshop } from "../spawned.js";
import { SAMPLES } from "../src/fit/formats/mutated-lines.js";
import { readLines, stored } from "../src/fit/formats/read.js";

const { file, klpsim } = workshop("traces");

/** A tenth of the longest line that is read: what takes its square takes minutes of it. */
const LENGTH = 100_000;
/** What takes its length takes milliseconds; a busy machine is given more. */
const MS_MAX = 5000;
const PIECES = [" ", "1", "a", " a", "[1] ", "a:", "a=1 ", "(", ", "];

/** Lines of different shapes, and the places between their words. */
function shapesOf(format: string): [string, number[]][] {
  const shapes = new Map<string, string>();
  for (const line of SAMPLES[format]!()) {
    const shape = line.replace(/[A-Za-z_0-9.]+/g, "w").replace(/ +/g, " ");
    if (!shapes.has(shape)) shapes.set(shape, line);
  }
  return [...shapes.values()].slice(0, 3).map((line) => [line, placesIn(line).slice(0, 14)]);
}

function placesIn(line: string): number[] {
  return [0, ...[...line.matchAll(/[A-Za-z_]+|\d+|\s+|./g)].map((word) => word.index + word[0].length)];
}

describe("A line of 100 kB", () => {
  it.each(FORMATS.map(({ name }) => name))(
    "Never: of %s, blown up at any place, takes the square of its length",
    (name) => {
      const { recognise } = FORMATS.find((format) => format.name === name)!;
      for (const [line, places] of shapesOf(name))
        for (const at of places)
          for (const piece of PIECES)
            for (const tail of [line.slice(at), "\0"]) {
              const text = line.slice(0, at) + piece.repeat(LENGTH / piece.length) + tail;
              const before = performance.now();
              readLines(name, [text]);
              recognise([text]);
              const ms = performance.now() - before;
              if (ms > MS_MAX) throw new Error(`${ms} ms: ${line.slice(0, at)}${piece}...`);
            }
    },
  );
});

describe("A file that unpacks to a thousand times its size", () => {
  it("Never: is held in memory: what is a line is counted, what is none is dropped", async () => {
    const bomb = gzipSync(new Uint8Array(2 ** 28));
    expect(bomb.length).toBeLessThan(2 ** 19);
    const quality = new Quality();
    let lines = 0;
    const reader = { line: () => lines++, end: () => {} };
    const all = new Lines(reader, quality);
    const before = process.memoryUsage.rss();
    for await (const chunk of decompress(once(bomb), quality)) all.push(chunk);
    all.end();
    expect({ lines, unreadable: quality.unreadable, bytes: quality.bytes }).toEqual({
      lines: 0,
      unreadable: 1,
      bytes: 2 ** 28,
    });
    expect(process.memoryUsage.rss() - before).toBeLessThan(2 ** 27);
  });
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

describe("Names of tasks that mean ill", () => {
  const HOSTILE = ["\x1b]0;x\x07", "<img src=x>", "a: &b", "__proto__", '"', "{{7*7}}", "../../x", "=1+1", "\u202ecod"];

  it("Never: reach terminal, page or scenario as more than text", async () => {
    const lines = stored("own-sh-2cpu.perf-timehist.txt.gz").slice(0, 400);
    const names = [...new Set(lines.flatMap((line) => /\] +(\S+)\[\d/.exec(line)?.[1] ?? []))].filter(
      (one) => one !== "<idle>",
    );
    expect(names.length).toBeGreaterThan(0);
    const text = names.reduce(
      (whole, name, i) => whole.replaceAll(` ${name}[`, ` ${HOSTILE[i % HOSTILE.length]}[`),
      `${lines.join("\n")}\n`,
    );
    const { status, stdout, stderr } = await klpsim(
      "fit",
      file("hostile.txt", text),
      "-o",
      "-",
      "--fit-report",
      "fit.html",
      "--force",
    );
    expect({ status, ...(status === 0 ? {} : { stderr }) }).toEqual({ status: 0 });
    expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n\t]|\u202e/u);
    expect(await klpsim("explain", file("hostile.yaml", stdout))).toMatchObject({ status: 0 });
  });
});
