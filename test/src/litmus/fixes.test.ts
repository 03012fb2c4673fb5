import { describe, expect, it } from "vitest";
import { fixes } from "../../../src/litmus/fixes.js";
import { compileLitmus } from "../../../src/litmus/module.js";
import { parse } from "../../../src/litmus/parse.js";
import type { MemoryModel } from "../../../src/litmus/program.js";

const module = await compileLitmus();

function fixesOf(text: string, model: MemoryModel): string[] {
  return fixes(module, parse(text), model);
}

const messagePassing = (wmb: string, rmb: string) => `C MP
{}
P0(int *x, int *y) {
  WRITE_ONCE(*x, 1); ${wmb}
  WRITE_ONCE(*y, 1);
}
P1(int *x, int *y) {
  int a; int b;
  a = READ_ONCE(*y); ${rmb}
  b = READ_ONCE(*x);
}
exists (1:a=1 /\\ 1:b=0)`;

const storeBuffering = (mb: string) => `C SB
{}
P0(int *x, int *y) {
  int a;
  WRITE_ONCE(*x, 1); smp_mb();
  a = READ_ONCE(*y);
}
P1(int *x, int *y) {
  int b;
  WRITE_ONCE(*y, 1); ${mb}
  b = READ_ONCE(*x);
}
exists (0:a=0 /\\ 1:b=0)`;

describe("A fix", () => {
  it("Always: is the reader's barrier or acquire where only the writer has one", () => {
    expect(fixesOf(messagePassing("smp_wmb();", ""), "lkmm")).toEqual([
      "P1: a = READ_ONCE(*y), line 9, as acquire",
      "P1: smp_rmb() before b = READ_ONCE(*x), line 10",
    ]);
  });

  it("Always: is the writer's barrier or release where only the reader has one", () => {
    expect(fixesOf(messagePassing("", "smp_rmb();"), "lkmm")).toEqual([
      "P0: WRITE_ONCE(*y, 1), line 5, as release",
      "P0: smp_wmb() before WRITE_ONCE(*y, 1), line 5",
    ]);
  });

  it("Never: exists where both sides lack one", () => {
    expect(fixesOf(messagePassing("", ""), "lkmm")).toEqual([]);
  });

  it("Never: is asked of what cannot happen", () => {
    expect(fixesOf(messagePassing("smp_wmb();", "smp_rmb();"), "lkmm")).toEqual([]);
    expect(fixesOf(messagePassing("", ""), "tso")).toEqual([]);
  });

  it("Always: is a full barrier between a store and a load, and nothing weaker", () => {
    const full = ["P1: smp_mb() before b = READ_ONCE(*x), line 11"];
    expect(fixesOf(storeBuffering(""), "tso")).toEqual(full);
    expect(fixesOf(storeBuffering("smp_wmb();"), "lkmm")).toEqual(full);
  });

  it("Always: is passed by whoever jumps to its place", () => {
    const text = `C if
{}
P0(int *x, int *y) { WRITE_ONCE(*x, 1); smp_wmb(); WRITE_ONCE(*y, 1); }
P1(int *x, int *y, int *z) {
  int a; int b; int c;
  a = READ_ONCE(*y);
  if (a == 2) { c = READ_ONCE(*z); }
  b = READ_ONCE(*x);
}
exists (1:a=1 /\\ 1:b=0)`;
    expect(fixesOf(text, "lkmm")).toContain("P1: smp_rmb() before b = READ_ONCE(*x), line 8");
  });

  it("Always: is the weakest order of an exchange that does, and no stronger one", () => {
    const text = `C xchg
{}
P0(int *x, int *y) { int a; int b; WRITE_ONCE(*x, 1); a = xchg_relaxed(y, 1); b = READ_ONCE(*y); }
P1(int *x, int *y) { int c; int d; c = READ_ONCE(*y); smp_mb(); d = READ_ONCE(*x); }
exists (1:c=1 /\\ 1:d=0)`;
    expect(fixesOf(text, "lkmm")).toEqual([
      "P0: a = xchg_relaxed(y, 1), line 3, as release",
      "P0: smp_wmb() before a = xchg_relaxed(y, 1), line 3",
    ]);
  });
});
