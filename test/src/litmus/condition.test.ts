import { describe, expect, it } from "vitest";
import { isTelling, unite, unsupported, verdict } from "../../../src/litmus/condition.js";
import { parse } from "../../../src/litmus/parse.js";
import type { Exploration } from "../../../src/litmus/program.js";

/** A test that observes x, y and 0:r in this order, whatever its clause. */
const test = (final: string) =>
  parse(`C t\n{ x=0; y=0; }\nP0() { int r; smp_mb(); }\nP1() { smp_mb(); }\nlocations [x; y; 0:r]\n${final}`);

/** Final states [x, y, r], with the CPUs blocked in them. */
const explored = (...states: [number[], number?][]): Exploration => ({
  states: 1,
  cycles: false,
  finals: states.map(([values, blocked = 0]) => ({ values, blocked, count: 1 })),
});

const ONE = explored([[1, 0, 0]]);
const BOTH = explored([[1, 0, 0]], [[2, 0, 0]]);
const NONE = explored();

describe("verdicts", () => {
  it.each([
    ["exists (x=1)", ONE, "Always"],
    ["exists (x=1)", BOTH, "Sometimes"],
    ["exists (x=3)", BOTH, "Never"],
    ["exists (x=1)", NONE, "Never"],
    ["~exists (x=3)", BOTH, "Never"],
    ["~exists (x=1)", BOTH, "Sometimes"],
    ["forall (x=1)", ONE, "Always"],
    ["forall (x=1)", BOTH, "Sometimes"],
    ["forall (x=3)", BOTH, "Never"],
    ["forall (x=1)", NONE, "Always"],
    ["filter (x=1) exists (x=1)", BOTH, "Always"],
    ["filter (x=2) exists (x=1)", BOTH, "Never"],
    ["filter (x=3) exists (x=1)", BOTH, "Never"],
  ] as const)("Always: %s of what is there is judged: %#", (final, exploration, expected) => {
    expect(verdict(test(final), [exploration])).toBe(expected);
  });

  it.each<[string, number[], boolean]>([
    ["x=1 /\\ y=2", [1, 2, 0], true],
    ["x=1 /\\ y=2", [1, 1, 0], false],
    ["x=1 \\/ y=2 /\\ x=3", [1, 0, 0], true],
    ["(x=1 \\/ y=2) /\\ x=3", [1, 0, 0], false],
    ["~x=1", [1, 0, 0], false],
    ["~(x=1 /\\ y=2)", [1, 1, 0], true],
    ["not (x=1)", [2, 0, 0], true],
    ["x!=1", [1, 0, 0], false],
    ["x<>1", [2, 0, 0], true],
    ["x==1", [1, 0, 0], true],
    ["[x]=[y]", [4, 4, 0], true],
    ["x=0:r", [4, 0, 4], true],
    ["0:r=-1", [0, 0, -1], true],
    ["0:r=x", [0, 0, 0x40000000], true],
    ["0:r=&y", [0, 0, 0x40000001], true],
    ["x=1 => y=1", [1, 0, 0], false],
    ["x=1 => y=1", [2, 0, 0], true],
    ["true", [0, 0, 0], true],
    ["true /\\ false", [0, 0, 0], false],
    ["x=1 /\\ (* why *) y=2", [1, 2, 0], true],
  ])("Always: %s of %j is %j", (condition, values, expected) => {
    expect(verdict(test(`exists (${condition})`), [explored([values])])).toBe(expected ? "Always" : "Never");
  });

  it("Always: a clause may ask which CPU is blocked", () => {
    const finals = explored([[0, 0, 0], 0b10], [[0, 0, 0]]);
    expect(verdict(test("exists (1:blocked=1)"), [finals])).toBe("Sometimes");
    expect(verdict(test("exists (0:blocked=1)"), [finals])).toBe("Never");
  });

  it("Always: a cycle in one of the programs is Sometimes", () => {
    const cycling = { ...NONE, cycles: true };
    expect(verdict(test("cycle (x=1)"), [NONE, cycling])).toBe("Sometimes");
    expect(verdict(test("cycle (x=1)"), [NONE])).toBe("Never");
  });
});

describe("a test of several programs", () => {
  it("Always: final states are united, counted and in order", () => {
    const a = explored([[2, 0, 0]], [[1, 0, 0], 1]);
    const b = explored([[1, 0, 0]], [[2, 0, 0]]);
    expect(unite(test("exists (x=1)"), [a, b])).toEqual([
      { values: [1, 0, 0], blocked: 0, count: 1 },
      { values: [1, 0, 0], blocked: 1, count: 1 },
      { values: [2, 0, 0], blocked: 0, count: 2 },
    ]);
  });

  it("Never: an interrupt that was sent is left behind, unless interrupts stayed off", () => {
    const text = "C t\n{ x=0; }\nP0() { ipi(1); }\nP1() { smp_mb(); }\nirq P1() {}\nexists (x=1)";
    const finals = explored([[1, 0, 0]], [[2, 1, 0]], [[3, 1, 1]]); // x, pending, off
    expect(unite(parse(text), [finals]).map(({ values }) => values)).toEqual([[1], [3]]);
  });
});

describe("what a witness shows", () => {
  it("Always: exists shows what it asks for, forall what it denies, both only what counts", () => {
    const [one, two] = BOTH.finals;
    expect([one, two].map((final) => isTelling(test("exists (x=1)"), final!))).toEqual([true, false]);
    expect([one, two].map((final) => isTelling(test("forall (x=1)"), final!))).toEqual([false, true]);
    expect(isTelling(test("filter (y=1) exists (x=1)"), one!)).toBe(false);
  });
});

describe("what has no verdict", () => {
  it("Never: lkmm is asked about loops and cycles", () => {
    const loop = parse("C t\n{ x=0; }\nP0() { loop { smp_mb(); } }\nexists (x=1)");
    expect(unsupported(loop, "tso")).toBeNull();
    expect(unsupported(loop, "lkmm")).toContain("loop");
    expect(unsupported(test("cycle (x=1)"), "lkmm")).toContain("cycle");
  });
});
