import { beforeAll, describe, expect, it } from "vitest";
import { isTelling } from "../../../src/litmus/condition.js";
import { explore, witness } from "../../../src/litmus/explorer.js";
import { compileLitmus } from "../../../src/litmus/module.js";
import { parse } from "../../../src/litmus/parse.js";
import type { Program } from "../../../src/litmus/program.js";

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await compileLitmus("debug");
});

function programOf(text: string): Program {
  return parse(`C test\n${text}`).programs[0]!;
}

/** A shortest execution with the outcome: a line a step, late ones marked. */
function timeline(text: string): string[] {
  const test = parse(`C test\n${text}`);
  const program = test.programs[0]!;
  return witness(module, program, "lkmm", (final) => isTelling(test, final)).map(
    ({ cpu, instruction, kind, value }) => {
      const { text } = program.cpus[cpu]!.instructions[instruction]!.source;
      return `P${cpu} ${text}${value === null ? "" : ` = ${value}`}${kind === "late" ? ", late" : ""}`;
    },
  );
}

const STORE_BUFFERING = `{ x=0; y=0; }
P0() { WRITE_ONCE(*x, 1); int r = READ_ONCE(*y); }
P1() { WRITE_ONCE(*y, 1); int r = READ_ONCE(*x); }
exists (0:r=0 /\\ 1:r=0)`;

describe("a witness, read from top to bottom, explains every read by the last write above it", () => {
  it("a store that a later load overtakes is late", () => {
    expect(timeline(STORE_BUFFERING)).toEqual([
      "P0 r = READ_ONCE(*y) = 0",
      "P1 WRITE_ONCE(*y, 1) = 1",
      "P1 r = READ_ONCE(*x) = 0",
      "P0 WRITE_ONCE(*x, 1) = 1, late",
    ]);
  });

  it("without reordering nothing is late, and barriers stand where they were", () => {
    const text = `{ x=0; y=0; }
      P0() { WRITE_ONCE(*x, 1); smp_wmb(); WRITE_ONCE(*y, 1); }
      P1() { int a = READ_ONCE(*y); smp_rmb(); int b = READ_ONCE(*x); }
      exists (1:a=1 /\\ 1:b=1)`;
    expect(timeline(text)).toEqual([
      "P0 WRITE_ONCE(*x, 1) = 1",
      "P0 smp_wmb()",
      "P0 WRITE_ONCE(*y, 1) = 1",
      "P1 a = READ_ONCE(*y) = 1",
      "P1 smp_rmb()",
      "P1 b = READ_ONCE(*x) = 1",
    ]);
  });

  it("a load may read from a store that stands later in its program", () => {
    const text = `{ x=0; y=0; }
      P0() { int r = READ_ONCE(*x); WRITE_ONCE(*y, 1); }
      P1() { int r = READ_ONCE(*y); WRITE_ONCE(*x, 1); }
      exists (0:r=1 /\\ 1:r=1)`;
    expect(timeline(text)).toEqual([
      "P0 WRITE_ONCE(*y, 1) = 1",
      "P1 r = READ_ONCE(*y) = 1",
      "P1 WRITE_ONCE(*x, 1) = 1",
      "P0 r = READ_ONCE(*x) = 1, late",
    ]);
  });

  it("an atomic operation is one step, with the value that it found", () => {
    const text = `{ x=0; }
      P0() { int r = atomic_inc_return(x); }
      P1() { int r = atomic_inc_return(x); }
      exists (0:r=2 /\\ 1:r=1)`;
    expect(timeline(text)).toEqual(["P1 r = atomic_inc_return(x) = 0", "P0 r = atomic_inc_return(x) = 1"]);
  });

  it("of two ways to an outcome the one with fewer events is shown", () => {
    const text = `{ x=0; y=0; z=0; }
      P0() { WRITE_ONCE(*x, 1); }
      P1() { int r = READ_ONCE(*x); if (r == 0) { WRITE_ONCE(*y, 1); WRITE_ONCE(*y, 2); } WRITE_ONCE(*z, 1); }
      exists (z=1)`;
    expect(timeline(text)).toHaveLength(3);
  });

  it("there is none of an outcome that cannot be", () => {
    expect(() => witness(module, programOf(STORE_BUFFERING), "lkmm", () => false)).toThrow(
      "no final state is accepted",
    );
  });
});

describe("waiting", () => {
  const wait = (last: number) => `{ x=0; }
    P0() { WRITE_ONCE(*x, 1); WRITE_ONCE(*x, ${last}); }
    P1() { int r = wait_until(READ_ONCE(*x) == 1); }
    exists (1:blocked=1)`;

  it("for a value that stays is not for ever", () => {
    expect(explore(module, programOf(wait(1)), "lkmm").finals.map(({ blocked }) => blocked)).toEqual([0]);
  });

  it("for a value that passes may be for ever", () => {
    const finals = explore(module, programOf(wait(2)), "lkmm").finals;
    expect(finals.map(({ blocked, count }) => [blocked, count])).toEqual([
      [0, 1],
      [2, 1],
    ]);
  });

  it("for a lock that is never given back is for ever, for one of the two", () => {
    const text = `{ s=0; }
      P0() { spin_lock(s); }
      P1() { spin_lock(s); }
      exists (0:blocked=1)`;
    expect(explore(module, programOf(text), "lkmm").finals.map(({ blocked }) => blocked)).toEqual([1, 2]);
  });
});

it("Always: CPUs that take a lock in turn need few candidates, as each order of them is one execution", () => {
  const twice = "spin_lock(s); int a = READ_ONCE(*x); WRITE_ONCE(*x, a + 1); spin_unlock(s);";
  const body = `${twice} ${twice.replace("int a", "a")}`;
  const text = `{ x=0; s=0; } P0() { ${body} } P1() { ${body} } P2() { ${body} } exists (x=6)`;
  const { states, finals } = explore(module, programOf(text), "lkmm");
  expect(finals).toEqual([{ values: [6], blocked: 0, count: 90 }]); // 6! / 2!^3
  expect(states).toBeLessThan(20_000);
});

describe("what is out of bounds is an error, never a hang", () => {
  it("more candidate executions than the bound", () => {
    const program = programOf(STORE_BUFFERING);
    const { states } = explore(module, program, "lkmm");
    expect(explore(module, program, "lkmm", { candidates: states }).states).toBe(states);
    expect(() => explore(module, program, "lkmm", { candidates: states - 1 })).toThrow(
      `${states - 1} candidate executions, the bound, were tried, and there are more`,
    );
  });

  it("a bound that is no whole number", () => {
    expect(() => explore(module, programOf(STORE_BUFFERING), "lkmm", { candidates: 0.5 })).toThrow(
      "candidates: expected an integer",
    );
  });

  it("more than 256 values in a location", () => {
    const adds = Array.from({ length: 9 }, (_, i) => `atomic_add(${1 << i}, x);`).join(" ");
    expect(() => explore(module, programOf(`{ x=0; }\nP0() { ${adds} }\nexists (x=0)`), "lkmm")).toThrow(
      "more than 256 values",
    );
  });

  it("more than 4096 final states", () => {
    const bits = Array.from({ length: 13 }, (_, i) => `x${i}`);
    const text = `{ ${bits.map((x) => `${x}=0;`).join(" ")} }
      P0() { ${bits.map((x) => `WRITE_ONCE(*${x}, 1);`).join(" ")} }
      P1() { ${bits.map((x, i) => `int r${i} = READ_ONCE(*${x});`).join(" ")} }
      exists (${bits.map((_, i) => `1:r${i}=2`).join(" /\\ ")})`;
    expect(() => explore(module, programOf(text), "lkmm")).toThrow("more than 4096 final states");
  });

  it("a pointer that is no address", () => {
    const text = `{ x=0; p=0; }
      P0() { int *q = READ_ONCE(*p); WRITE_ONCE(*q, 1); }
      exists (x=1)`;
    expect(() => explore(module, programOf(text), "lkmm")).toThrow("test:3:");
  });

  it("a pointer that is no address only in executions that cannot be, is none", () => {
    const text = `{ x=0; p=&x; y=0; }
      P0() { WRITE_ONCE(*p, y); smp_wmb(); WRITE_ONCE(*y, 1); }
      P1() { int r = smp_load_acquire(y); int *q = READ_ONCE(*p); if (r == 2) WRITE_ONCE(*p, 0); WRITE_ONCE(*q, 1); }
      exists (x=1)`;
    expect(explore(module, programOf(text), "lkmm").finals.length).toBeGreaterThan(0);
  });

  it("a loop", () => {
    const source = { line: 1, column: 1, text: "" };
    const program: Program = {
      name: "loop",
      locations: [],
      cpus: [{ name: "P0", registers: [], instructions: [{ op: "jump", target: 0, source }] }],
      observed: [],
      cycle: null,
    };
    expect(() => explore(module, program, "lkmm")).toThrow("loop: the executions of a loop cannot be enumerated");
  });
});
