import { describe, expect, it } from "vitest";
import { ScenarioError } from "../../../src/scenario/errors.js";
import { readText } from "../../../src/scenario/source.js";

describe("reading", () => {
  it("Always: YAML and JSON of the same content give the same value", () => {
    const yaml = "host:\n  cpus: 4 # four\nlist: [1, 2.5, a]\n";
    const json = '{\n\t"host": {"cpus": 4},\n\t"list": [1, 2.5, "a"]\n}';
    expect(readText(yaml).value).toEqual({ host: { cpus: 4 }, list: [1, 2.5, "a"] });
    expect(readText(json).value).toEqual(readText(yaml).value);
  });

  it("Always: an integer too long for a number keeps its digits", () => {
    expect(readText("seed: 18446744073709551615").value).toEqual({ seed: "18446744073709551615" });
    expect(readText("seed: 9007199254740991").value).toEqual({ seed: 9007199254740991 });
  });

  it("Always: values, keys, list items and aliased values are found by line and column", () => {
    const { locate } = readText("a: &x { b: 1,\n  c: [7,\n  8] }\nd: *x\n", "f.yaml");
    expect(locate(["a", "b"])).toEqual({ file: "f.yaml", line: 1, column: 12 });
    expect(locate(["a", "b"], true)).toEqual({ file: "f.yaml", line: 1, column: 9 });
    expect(locate(["a", "c", 1])).toEqual({ file: "f.yaml", line: 3, column: 3 });
    expect(locate(["d", "b"])).toEqual({ file: "f.yaml", line: 1, column: 12 });
  });

  it("Always: what is missing is located by what is around it", () => {
    expect(readText("a:\n  b: 1\n").locate(["a", "z", "y"])).toEqual({ line: 2, column: 3 });
  });

  it("Always: a byte order mark and Windows line ends are no obstacle", () => {
    expect(readText("\ufeffa: 1\r\nb: 2\r\n").value).toEqual({ a: 1, b: 2 });
  });
});

describe("what is not one document of plain values", () => {
  it.each([
    ["an empty file", "", /empty/],
    ["a file of blanks", " \n\n ", /empty/],
    ["a file of comments", "# nothing\n", /empty/],
    ["a binary file", "\u007fELF\u0002\u0001\u0000", /not a text file/],
    ["bytes that are no UTF-8", "host: \ufffd\ufffd", /not a text file/],
    ["a duplicate key", "a: 1\nb: 2\na: 3", /^3:1: duplicate key/],
    ["a duplicate key in JSON", '{"a": {"b": 1, "b": 2}}', /duplicate key/],
    ["two documents", "a: 1\n---\nb: 2", /^2:1: more than one document/],
    ["broken brackets", "a: [1, 2\nb: 3", /^2:1: not valid YAML/],
    ["a tag of its own", "a: !secret 3", /^1:4: not valid YAML/],
    ["two names that a program cannot tell apart", '1: a\n"1": b', /^2:1: duplicate key/],
    ["a list as a name", "? [a, b]\n: 3", /^1:3: expected a name/],
    ["an alias of nothing", "a: 1\nb: *c", /^2:4: \*c stands for nothing/],
    ["a list that holds itself", "a: &a [*a]", /nested deeper/],
    ["a name that reaches into the language", "__proto__: { a: 1 }", /a name that cannot be used/],
  ])("Never: %s is read", (_, text, message) => {
    expect(() => readText(text)).toThrow(ScenarioError);
    expect(() => readText(text)).toThrow(message);
  });

  it("Never: brackets without end, or megabytes, are read", () => {
    expect(() => readText("[".repeat(100_000))).toThrow(/^1:[0-9]+: nested deeper than 64 levels$/);
    expect(() => readText("x".repeat((2 << 20) + 1))).toThrow(/^longer than/);
  });

  it("Always: fifty thousand names take a moment, not their square", () => {
    const before = performance.now();
    expect(readText(Array.from({ length: 50_000 }, (_, i) => `k${i}: 1\n`).join("")).value).toHaveProperty("k49999", 1);
    expect(performance.now() - before).toBeLessThan(20_000);
  });

  it("Never: a bomb of aliases explodes", () => {
    const levels = Array.from({ length: 12 }, (_, i) => {
      const inner = Array.from({ length: 10 }, () => (i === 0 ? "x" : `*a${i - 1}`)).join(",");
      return `a${i}: &a${i} [${inner}]`;
    });
    const before = performance.now();
    expect(() => readText(levels.join("\n"))).toThrow(ScenarioError);
    expect(performance.now() - before).toBeLessThan(5000);
  });

  it("Never: a bomb below the alias limit unfolds beyond a million values", () => {
    const wide = `a: &a [${"x,".repeat(3000)}x]\nb: [${"*a,".repeat(500)}*a]`;
    expect(() => readText(wide)).toThrow(ScenarioError);
  });
});
