import { describe, expect, it } from "vitest";
import type { Fragment } from "../../../src/litmus/fragments.js";
import { parse } from "../../../src/litmus/parse.js";
import { listing } from "./listing.js";
import { refusal } from "./refusal.js";

const update: Fragment = {
  name: "update",
  parameters: ["flag", "state"],
  body: "int r = READ_ONCE(*flag);\nif (r) { WRITE_ONCE(*state, READ_ONCE(*G)); }\nreturn r + 1;",
};

function program(body: string, ...fragments: Fragment[]) {
  return parse(`C t\n{ T=1; S=0; G=1; }\nP0() {\n${body}\n}\nexists (S=1)`, { fragments }).programs[0]!;
}

describe("fragments", () => {
  it("Always: a fragment is written out where it is called, its variables kept from the caller's", () => {
    expect(listing(program("int r = 5; int done = update(T, S); WRITE_ONCE(*S, r + done);", update))).toEqual([
      "r = 5",
      ".0 = load once &T",
      "unless .0 goto 5",
      ".1 = load once &G",
      "store once &S, .1",
      "done = (.0 + 1)",
      "store once &S, (r + done)",
    ]);
  });

  it("Always: its steps are shown as its own text, at the line and column of the call", () => {
    const [, load] = program("int r = 5;\n  update(T, S);", update).cpus[0]!.instructions;
    expect(load!.source).toEqual({ line: 5, column: 3, text: "r = READ_ONCE(*flag)" });
  });

  it("Always: an argument is worked out once", () => {
    const twice = { name: "twice", parameters: ["a"], body: "return a + a;" };
    expect(listing(program("int r = twice(READ_ONCE(*T) + 1);", twice))).toEqual([
      ".0 = load once &T",
      ".1 = (.0 + 1)",
      "r = (.1 + .1)",
    ]);
  });

  it("Always: fragments call fragments, and the outermost call is the place", () => {
    const outer = { name: "outer", parameters: [], body: "\n\nupdate(T, S);" };
    const { instructions } = program("outer();", update, outer).cpus[0]!;
    expect(new Set(instructions.map(({ source }) => `${source.line}:${source.column}`))).toEqual(new Set(["4:1"]));
  });

  it("Always: a variable without a value begins as 0 at each call", () => {
    const mark = { name: "mark", parameters: [], body: "int r; if (READ_ONCE(*T)) r = 1; return r;" };
    expect(listing(program("WRITE_ONCE(*S, mark());", mark))[0]).toBe(".0 = 0");
  });

  it("Always: a fragment sees what its caller sees before what the init block has", () => {
    const text = "C t\n{ S=1; }\nP0(int *x) { see(); }\nexists (x=0)";
    const see = { name: "see", parameters: [], body: "*x = *S;" };
    expect(listing(parse(text, { fragments: [see] }).programs[0]!)).toEqual([
      ".0 = load plain &S",
      "store plain &x, .0",
    ]);
  });

  it.each<[string, string, Fragment[], string]>([
    ["enter();", "unknown", [], "4:1: expected a word of the litmus format, got enter, which is not known"],
    [
      "updaet(T, S);",
      "misspelt",
      [update],
      "4:1: expected a word of the litmus format, got updaet, which is not known; did you mean update?",
    ],
    ["update(T);", "short of arguments", [update], "4:1: update takes 2 arguments, got 1"],
    ["int r = f();", "without a value", [{ name: "f", parameters: [], body: "smp_mb();" }], "4:9: f() has no value"],
    ["f();", "calling itself", [{ name: "f", parameters: [], body: "f();" }], "fragment f:1:1: f calls itself"],
    [
      "f(1);",
      "assigning to its parameter",
      [{ name: "f", parameters: ["a"], body: "\na = 1;" }],
      "fragment f:2:1: expected a variable, got a, a parameter or location; did you mean *a?",
    ],
    [
      "f();",
      "with return in the middle",
      [{ name: "f", parameters: [], body: "if (1) return 2;" }],
      "fragment f:1:8: expected a statement, got return: it can only end a fragment, at its outermost level",
    ],
    [
      "f();",
      "going on after return",
      [{ name: "f", parameters: [], body: "return 2; smp_mb();" }],
      "fragment f:1:11: expected the end of the fragment after return, got smp_mb",
    ],
    [
      "f();",
      "seeing the caller's variable",
      [{ name: "f", parameters: [], body: "return r;" }],
      "fragment f:1:8: r is not declared",
    ],
    [
      "",
      "named as a word",
      [{ name: "smp_mb", parameters: [], body: "" }],
      "fragment smp_mb:1:1: smp_mb is a word of the format already",
    ],
    ["", "there twice", [update, update], "fragment update:1:1: there is a fragment of that name already"],
    [
      "",
      "with a bad name",
      [{ name: "a b", parameters: [], body: "" }],
      'fragment a b:1:1: expected a name, got "a b"',
    ],
  ])("Never: %s is taken with a fragment %s", (body, _, fragments, message) => {
    expect(refusal(() => program(body, ...fragments))).toBe(message);
  });
});
