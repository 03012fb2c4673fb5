import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Lines } from "../../../src/fit/lines.js";
import { Quality } from "../../../src/fit/quality.js";

const MIB = 2 ** 20;

function linesOf(chunks: readonly Uint8Array[]) {
  const quality = new Quality();
  const texts: string[] = [];
  const numbers: number[] = [];
  let cut: boolean | null = null;
  const reader = {
    line(text: string, number: number) {
      texts.push(text);
      numbers.push(number);
    },
    end: (how: boolean) => {
      cut = how;
    },
  };
  const lines = new Lines(reader, quality);
  for (const chunk of chunks) {
    lines.push(chunk);
    chunk.fill(0x21); // whoever made it may use it again
  }
  lines.end();
  return { texts, numbers, cut, quality };
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe("lines", () => {
  it("however the bytes are cut into chunks, the lines are the same", () => {
    const text = fc
      .array(fc.constantFrom("a", "\n", "é", "\u{1f600}", "xyz"), { maxLength: 40 })
      .map((all) => all.join(""));
    fc.assert(
      fc.property(text, fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 40 }), (whole, sizes) => {
        const all = bytes(whole);
        const chunks: Uint8Array[] = [];
        for (let at = 0, n = 0; at < all.length; n++) {
          const size = sizes[n % sizes.length]! + (n % 2);
          chunks.push(all.slice(at, at + size));
          at += size;
        }
        const { texts, numbers, cut, quality } = linesOf(chunks);
        const expected = whole.split("\n");
        const last = expected.pop()!;
        if (last !== "") expected.push(last);
        expect(texts).toEqual(expected);
        expect(numbers).toEqual(expected.map((_, n) => n + 1));
        expect([cut, quality.cut, quality.bytes, quality.lines]).toEqual([
          last !== "",
          last !== "",
          all.length,
          expected.length,
        ]);
      }),
      { numRuns: 300 },
    );
  });

  it("CR LF ends a line as LF does; a CR elsewhere stays", () => {
    expect(linesOf([bytes("a\r\nb\rc\r\n\r\nd\n")]).texts).toEqual(["a", "b\rc", "", "d"]);
  });

  it("bytes that are no UTF-8 spoil their own line alone", () => {
    const { texts } = linesOf([bytes("a\n"), new Uint8Array([0xff, 0x62, 0x0a]), bytes("c\n")]);
    expect(texts).toEqual(["a", "\ufffdb", "c"]);
  });

  it.each([
    ["in one chunk", (long: Uint8Array) => [long]],
    ["in many", (long: Uint8Array) => Array.from({ length: 40 }, (_, n) => long.slice(n * 65_536, (n + 1) * 65_536))],
  ])("a line of over 1 MiB, %s, is reported and not kept; the others are read", (_, chunksOf) => {
    const long = bytes(`first\n${"x".repeat(2 * MIB)}\nlast\n`);
    const { texts, numbers, quality } = linesOf(chunksOf(long));
    expect([texts, numbers]).toEqual([
      ["first", "last"],
      [1, 3],
    ]);
    expect(quality.examples).toEqual([{ line: 2, text: "x".repeat(200), why: "longer than 1 MiB" }]);
    expect([quality.lines, quality.unreadable, quality.cut]).toEqual([3, 1, false]);
  });

  it("a file that ends within such a line is cut", () => {
    const { quality, texts } = linesOf([bytes("x".repeat(2 * MIB)), bytes("y")]);
    expect([texts, quality.lines, quality.unreadable, quality.cut]).toEqual([[], 1, 1, true]);
  });
});
