import { describe, expect, it } from "vitest";
import { verdict } from "../../../src/litmus/condition.js";
import { explore } from "../../../src/litmus/explorer.js";
import { compileLitmus } from "../../../src/litmus/module.js";
import { parse } from "../../../src/litmus/parse.js";
import { listing } from "./listing.js";
import { refusal } from "./refusal.js";

/** P1's code in each alternative, one line for all its instructions. */
function alternatives(text: string): string[] {
  const { programs } = parse(`C t\n{ x=0; y=0; }\n${text}`);
  return programs.map((program) => listing({ ...program, cpus: [program.cpus[1]!] }).join("; "));
}

const TAKEN = "assume (.off == 0); .0 = xchg full &.irq1, 0; assume .0";
const SENT = "P0() { ipi(1); }";

describe("an interrupt", () => {
  it("Always: it is sent through a hidden location, fully ordered", () => {
    const { programs } = parse(`C t\n{ x=0; }\n${SENT} P1() {} irq P1() {}\nexists (x=0)`);
    expect(listing(programs[0]!)).toEqual(["P0 .0 = xchg full &.irq1, 1"]);
    expect(programs[0]!.locations.map(({ name }) => name)).toEqual(["x", ".irq1"]);
  });

  it("Always: its handler runs before any step, at the end, or not at all", () => {
    expect(alternatives(`${SENT} P1() { *x = 1; *x = 2; } irq P1() { *y = 3; }\nexists (y=3)`)).toEqual([
      "store plain &x, 1; store plain &x, 2",
      `${TAKEN}; store plain &y, 3; store plain &x, 1; store plain &x, 2`,
      `store plain &x, 1; ${TAKEN}; store plain &y, 3; store plain &x, 2`,
      `store plain &x, 1; store plain &x, 2; ${TAKEN}; store plain &y, 3`,
    ]);
  });

  it("Always: whether interrupts are off is kept in a hidden register, which the handler heeds", () => {
    const all = alternatives(`${SENT} P1() { irq_off(); *x = 1; irq_on(); } irq P1() { *y = 3; }\nexists (y=3)`);
    expect(all[0]).toBe(".off = 1; store plain &x, 1; .off = 0");
    expect(all[1]).toBe(`${TAKEN}; store plain &y, 3; .off = 1; store plain &x, 1; .off = 0`);
    expect(all).toHaveLength(5);
  });

  it("Always: who jumps to where it runs meets it, and jumps over it go on as far", () => {
    const all = alternatives(`${SENT} P1() { if (*x) { *x = 1; } *x = 2; } irq P1() { smp_mb(); }\nexists (x=2)`);
    expect(all[0]).toBe(".0 = load plain &x; unless .0 goto 3; store plain &x, 1; store plain &x, 2");
    expect(all[2]).toBe(
      `.0 = load plain &x; unless .0 goto 7; ${TAKEN.replace(/\.0 =/, ".1 =").replace("assume .0", "assume .1")}; mb; store plain &x, 1; store plain &x, 2`,
    );
    expect(all[3]).toContain("unless .0 goto 3; store plain &x, 1; assume (.off == 0)");
  });

  it("Never: a final state counts in which it was sent, and interrupts were on, but it did not run", () => {
    const { filter, names, programs } = parse(`C t\n{ x=0; }\n${SENT} P1() {} irq P1() {}\nexists (x=0)`);
    expect(names).toEqual(["x"]);
    expect(programs[0]!.observed).toEqual([
      { kind: "location", location: 0 },
      { kind: "location", location: 1 },
      { kind: "register", cpu: 1, register: 0 },
    ]);
    expect(JSON.stringify(filter)).toContain('"index":1');
  });

  it("Always: a handler's variables are its own", () => {
    const text = `${SENT} P1() { int r = 1; } irq P1() { int r = 2; }\nexists (1:r=1 /\\ irq1:r=2)`;
    const litmus = parse(`C t\n{ x=0; }\n${text}`);
    expect(litmus.names).toEqual(["1:r", "irq1:r"]);
    expect(listing(litmus.programs[1]!)).toContain("P1 irq1:r = 2");
  });

  it("Never: a second interrupt of the same CPU is taken", () => {
    const text = "C t\n{}\nP0() { ipi(1); ipi(1); }\nP1(int *x) {}\nirq P1() {}\nexists (x=0)";
    expect(refusal(() => parse(text))).toBe("3:16: expected one ipi(1) in the test: its handler runs once");
  });
});

describe("an NMI", () => {
  it("Always: it comes at any point, with interrupts off too, or not at all", () => {
    expect(alternatives("P0() {} P1() { irq_off(); *x = 1; } nmi P1() { *y = 3; }\nexists (y=3)")).toEqual([
      "store plain &x, 1",
      "store plain &y, 3; store plain &x, 1",
      "store plain &x, 1; store plain &y, 3",
    ]);
  });

  it("Always: it interrupts interrupts", () => {
    const all = alternatives(`${SENT} P1() {} irq P1() { *x = 1; } nmi P1() { *y = 3; }\nexists (y=3)`);
    expect(all).toContain(`${TAKEN}; store plain &y, 3; store plain &x, 1`);
  });

  it("Never: more alternatives are made than anybody waits for", () => {
    const steps = "*x = 1;".repeat(20);
    const text = `C t\n{ x=0; }\nP0() {${steps}} P1() {${steps}} nmi P0() {} nmi P1() {}\nexists (x=0)`;
    expect(refusal(() => parse(text))).toContain(
      "handlers may run at too many points: 484 programs, expected at most 256",
    );
  });

  it("Never: a CPU has more instructions with its handler than it may have", () => {
    const sets = "r = 1;".repeat(70);
    const text = `C t\n{ x=0; }\nP0() { int r; ${sets} } nmi P0() { int r; ${sets} }\nexists (x=0)`;
    expect(refusal(() => parse(text))).toContain("the CPU with its handler has more than 128 instructions");
  });
});

describe("what handlers bring about", () => {
  const SEES = "irq P1() { WRITE_ONCE(*y, 1); }";
  it.each([
    [
      "Always",
      "it sees what was before the sending",
      "P0() { *x = 1; ipi(1); } P1() {} irq P1() { int r = *x; } forall (irq1:r=1)",
    ],
    ["Always", "an interrupt that was sent is delivered", `${SENT} P1() { smp_mb(); } ${SEES} forall (y=1)`],
    [
      "Always",
      "one sent late is delivered at the end",
      `P0() { wait_until(READ_ONCE(*x) == 1); ipi(1); } P1() { WRITE_ONCE(*x, 1); } ${SEES} forall (y=1)`,
    ],
    [
      "Sometimes",
      "it comes between two reads",
      `${SENT} P1() { int a = READ_ONCE(*y); int b = READ_ONCE(*y); } ${SEES} exists (1:a=0 /\\ 1:b=1)`,
    ],
    [
      "Never",
      "it comes between two reads with interrupts off",
      `${SENT} P1() { irq_off(); int a = READ_ONCE(*y); int b = READ_ONCE(*y); irq_on(); } ${SEES} exists (1:a=0 /\\ 1:b=1)`,
    ],
    [
      "Never",
      "it is lost where interrupts come on again",
      `${SENT} P1() { irq_off(); smp_mb(); irq_on(); } ${SEES} exists (y=0)`,
    ],
    [
      "Sometimes",
      "it is not delivered while interrupts stay off",
      `${SENT} P1() { irq_off(); smp_mb(); } ${SEES} exists (y=0)`,
    ],
    ["Never", "it runs without being sent", `P0() { if (READ_ONCE(*x)) ipi(1); } P1() {} ${SEES} exists (y=1)`],
    [
      "Always",
      "a test goes on without it where it is not sent",
      `P0() { if (READ_ONCE(*x)) ipi(1); } P1() { smp_mb(); } ${SEES} forall (y=0)`,
    ],
    [
      "Never",
      "a CPU that waits for its handler is blocked",
      `${SENT} P1() { wait_until(READ_ONCE(*y) == 1); } ${SEES} exists (1:blocked=1)`,
    ],
    [
      "Always",
      "a CPU that waits for its handler with interrupts off is blocked",
      `P0() { wait_until(READ_ONCE(*x) == 1); ipi(1); } P1() { irq_off(); WRITE_ONCE(*x, 1); wait_until(READ_ONCE(*y) == 1); } ${SEES} forall (1:blocked=1)`,
    ],
    [
      "Sometimes",
      "an NMI comes between two reads with interrupts off",
      "P0() {} P1() { irq_off(); int a = READ_ONCE(*y); int b = READ_ONCE(*y); } nmi P1() { WRITE_ONCE(*y, 1); } exists (1:a=0 /\\ 1:b=1)",
    ],
    ["Sometimes", "an NMI does not come", "P0() {} P1() { smp_mb(); } nmi P1() { WRITE_ONCE(*y, 1); } exists (y=0)"],
  ])("%s: %s", async (expected, _, text) => {
    const module = await compileLitmus();
    const litmus = parse(`C t\n{ x=0; y=0; }\n${text}`);
    for (const model of ["sc", "tso"] as const) {
      const explorations = litmus.programs.map((program) => explore(module, program, model));
      expect(verdict(litmus, explorations)).toBe(expected);
    }
  });
});
