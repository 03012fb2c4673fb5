import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { sha256 } from "../../../src/scenario/sha256.js";

it("Always: the empty text and 'abc' have the published digests", () => {
  expect(sha256("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

it("Always: every length around the block's borders agrees with Node", () => {
  for (let n = 0; n < 200; n++) expect(sha256("x".repeat(n))).toBe(node("x".repeat(n)));
});

it("Always: any text agrees with Node", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => sha256(text) === node(text)));
});

function node(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
