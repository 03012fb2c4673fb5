import { describe, expect, it } from "vitest";
import { parse } from "../../../src/litmus/parse.js";
import { listing } from "./listing.js";

/** What P0 does, with x, y and p shared, r, s and t its own. */
function steps(body: string): string[] {
  const text = `C t\n{}\nP0(int *x, int *y, int **p) { int r, s, *t;\n${body}\n}\nexists (x=0)`;
  return listing(parse(text).programs[0]!);
}

describe("expressions", () => {
  it.each([
    ["r = 1 + 2 * 3;", "(1 + (2 * 3))"],
    ["r = 1 - 2 - 3;", "((1 - 2) - 3)"],
    ["r = (1 + 2) * 3;", "((1 + 2) * 3)"],
    ["r = 1 | 2 ^ 3 & 4;", "(1 | (2 ^ (3 & 4)))"],
    ["r = s == 1 && s < 2 || !s;", "(((s == 1) && (s < 2)) || !s)"],
    ["r = 1 << 2 > s;", "((1 << 2) > s)"],
    ["r = -s + ~1 - -1;", "((-s + ~1) - -1)"],
    ["r = 0x10 + 010 + 7UL;", "((16 + 8) + 7)"],
    ["r = (int)s + (unsigned long)(s >> 1);", "(s + (s >> 1))"],
    ["r = x == (int *)s;", "(&x == s)"],
    ["r = 4294967295;", "-1"],
  ])("Always: %s is %s", (body, value) => {
    expect(steps(body)).toEqual([`r = ${value}`]);
  });

  it.each([
    ["*x = 1;", ["store plain &x, 1"]],
    ["r = *x;", ["r = load plain &x"]],
    ["*x = *y + 1;", [".0 = load plain &y", "store plain &x, (.0 + 1)"]],
    ["**p = 2;", [".0 = load plain &p", "store plain .0, 2"]],
    ["*x += 2;", [".0 = load plain &x", "store plain &x, (.0 + 2)"]],
    ["r <<= 2; r++; --r;", ["r = (r << 2)", "r = (r + 1)", "r = (r - 1)"]],
    ["r = s = READ_ONCE(*x);", ["s = load once &x", "r = s"]],
    ["t = y; r = *t;", ["t = &y", "r = load plain t"]],
    ["*x;", [".0 = load plain &x"]],
  ])("Always: %s", (body, expected) => {
    expect(steps(body)).toEqual(expected);
  });

  it("Always: what an expression loads is loaded before it, from left to right", () => {
    expect(steps("WRITE_ONCE(*y, READ_ONCE(*x) + xchg(x, *y));")).toEqual([
      ".0 = load once &x",
      ".1 = load plain &y",
      ".2 = xchg full &x, .1",
      "store once &y, (.0 + .2)",
    ]);
  });

  it("Never: the right side of && or || happens where the left one decides", () => {
    expect(steps("r = s && READ_ONCE(*x);")).toEqual([
      ".0 = (s != 0)",
      "unless .0 goto 4",
      ".1 = load once &x",
      ".0 = (.1 != 0)",
      "r = .0",
    ]);
    expect(steps("r = s || READ_ONCE(*x);")[1]).toBe("unless (.0 == 0) goto 4");
  });

  it("Always: a register for an intermediate result serves again in the next statement", () => {
    expect(steps("*x = *y; *x = *y;").filter((line) => line.startsWith(".0"))).toHaveLength(2);
  });

  it("Never: a value that a word uses several times grows from call to call", () => {
    const nested = Array.from({ length: 20 }).reduce<string>((inner) => `setwork(x, ${inner}, 1)`, "1");
    const longest = Math.max(...steps(`r = ${nested};`).map((line) => line.length));
    expect(longest).toBeLessThan(5000);
  });
});

describe("statements", () => {
  it("Always: if and else go their own ways, nested ones too", () => {
    expect(steps("if (r) { *x = 1; } else if (s) *x = 2; else { if (r) ; *x = 3; } *y = 1;")).toEqual([
      "unless r goto 3",
      "store plain &x, 1",
      "goto 8",
      "unless s goto 6",
      "store plain &x, 2",
      "goto 8",
      "unless r goto 7",
      "store plain &x, 3",
      "store plain &y, 1",
    ]);
  });

  it("Always: a variable of an inner block is the CPU's register of that name", () => {
    expect(steps("if (r) { int a = *x; } else { int a = *y; }")).toEqual([
      "unless r goto 3",
      "a = load plain &x",
      "goto 4",
      "a = load plain &y",
    ]);
  });

  it("Always: a break leaves the innermost loop", () => {
    expect(steps("loop { loop { *x = 1; break; } *y = 1; if (r) break; }")).toEqual([
      "store plain &x, 1",
      "goto 3",
      "goto 0",
      "store plain &y, 1",
      "unless r goto 6",
      "goto 7",
      "goto 0",
    ]);
  });
});

describe("the source of a step", () => {
  const text = `C t
{}
P0(int *x, int *y)
{
	int r = READ_ONCE(*x); // why
	if (READ_ONCE(*y) == 1) WRITE_ONCE(
		*x, /* what */ r);
}
exists (x=0)`;

  it("Always: a step says where it stands, and the words that stand there without comments", () => {
    expect(parse(text).programs[0]!.cpus[0]!.instructions.map(({ source }) => source)).toEqual([
      { line: 5, column: 6, text: "r = READ_ONCE(*x)" },
      { line: 6, column: 6, text: "READ_ONCE(*y)" },
      { line: 6, column: 2, text: "if (READ_ONCE(*y) == 1)" },
      { line: 6, column: 26, text: "WRITE_ONCE( *x, r)" },
    ]);
  });
});
